// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
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
    /// All outlive the view.
    EngineView(ChainService& service, const runtime::Clock& clock)
        : service_(service), clock_(clock) {}

    [[nodiscard]] const std::string& name() const override { return service_.name(); }

    runtime::Task<api::ChainStatus> status() override;
    runtime::Task<std::vector<api::MarketStatus>> markets() override;
    runtime::Task<Result<api::AccountsPage>> accounts(std::string market, api::AccountsQuery query)
        override;
    runtime::Task<Result<api::AccountPage>> account(std::string market, Address account) override;
    runtime::Task<Result<api::ReservesPage>> reserves(std::string market) override;
    runtime::Task<Result<api::QuarantinePage>> quarantine(std::string family, std::string market)
        override;
    runtime::Task<Result<api::HoldersPage>> holders(
        std::string family, std::string market, api::HoldersQuery query
    ) override;
    runtime::Task<Result<api::SheetPage>> market_sheet(std::string family, std::string market)
        override;
    runtime::Task<Result<api::SheetPage>> account_sheet(
        std::string family, std::string market, Address account
    ) override;
    runtime::Task<Result<api::AlertsPage>> alerts() override;
    runtime::Task<Result<api::RulesPage>> rules(std::optional<std::string> name) override;
    runtime::Task<Result<api::OutboxPage>> outbox(api::OutboxQuery query) override;
    runtime::Task<Result<api::OutboxChanged>> change_outbox(api::OutboxChange change) override;
    runtime::Task<Result<api::GraphPage>> graph(api::GraphQuery query) override;
    runtime::Task<Result<api::FlowPage>> flows(api::FlowQuery query) override;

  private:
    [[nodiscard]] std::vector<api::ReceiverStanding> receivers() const;
    /// Waits for a commit under way; kUnavailable when it takes too long.
    runtime::Task<Result<void>> settled();

    /// A market and, where it is one of Aave, what there is of it.
    struct Found {
        protocol::MarketId id = 0;
        const protocol::Protocol* protocol = nullptr;
    };

    [[nodiscard]] Result<Found> find(const std::string& family, const std::string& name) const;
    [[nodiscard]] Result<protocol::MarketId> aave_market(const std::string& name) const;
    /// What every page begins with.
    template <class Page>
    [[nodiscard]] Page page_of(const Found& found) const;
    [[nodiscard]] std::optional<api::ProcessedBlock> block() const;

    ChainService& service_;
    const runtime::Clock& clock_;
};

}  // namespace faultline::app
