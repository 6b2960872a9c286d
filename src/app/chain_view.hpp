// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/chain_service.hpp>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// What the API may see of one chain: figures of committed blocks only. Thread: loop.
class EngineView final : public api::ChainView {
  public:
    /// Both outlive the view.
    EngineView(ChainService& service, const runtime::Clock& clock)
        : service_(service), clock_(clock) {}

    [[nodiscard]] const std::string& name() const override { return service_.name(); }

    runtime::Task<api::ChainStatus> status() override;
    runtime::Task<std::vector<api::MarketStatus>> markets() override;
    runtime::Task<Result<api::AccountsPage>> accounts(std::string market, api::AccountsQuery query)
        override;
    runtime::Task<Result<api::AccountPage>> account(std::string market, Address account) override;
    runtime::Task<Result<api::ReservesPage>> reserves(std::string market) override;
    runtime::Task<Result<api::QuarantinePage>> quarantine(std::string market) override;
    runtime::Task<Result<api::AlertsPage>> alerts() override;

  private:
    /// Waits for a commit under way; kUnavailable when it takes too long.
    runtime::Task<Result<void>> settled();
    [[nodiscard]] Result<aave::MarketId> market_id(const std::string& name) const;
    [[nodiscard]] std::optional<api::ProcessedBlock> block() const;

    ChainService& service_;
    const runtime::Clock& clock_;
};

}  // namespace faultline::app
