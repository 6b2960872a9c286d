// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// What the API may see of a chain that could not be opened beside others that could: why. Thread:
/// any.
class UnopenedChain final : public api::ChainView {
  public:
    UnopenedChain(std::string name, eth::ChainId chain_id, std::string why);

    [[nodiscard]] const std::string& name() const override { return name_; }

    runtime::Task<api::ChainStatus> status() override;
    runtime::Task<std::vector<api::MarketStatus>> markets() override;
    /// kUnavailable, as account(), reserves() and quarantine().
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
    std::string name_;
    eth::ChainId chain_id_;
    std::string why_;
};

}  // namespace faultline::app
