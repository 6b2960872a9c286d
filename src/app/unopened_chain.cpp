// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/unopened_chain.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

using runtime::Task;

UnopenedChain::UnopenedChain(std::string name, eth::ChainId chain_id, std::string why)
    : name_(std::move(name)), chain_id_(chain_id), why_(std::move(why)) {}

Task<api::ChainStatus> UnopenedChain::status() {
    api::ChainStatus status;
    status.name = name_;
    status.chain_id = chain_id_;
    status.halted = why_;
    co_return status;
}

Task<std::vector<api::MarketStatus>> UnopenedChain::markets() {
    co_return std::vector<api::MarketStatus>();
}

Task<Result<api::AccountsPage>> UnopenedChain::accounts(
    std::string /*market*/, api::AccountsQuery /*query*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::AccountPage>> UnopenedChain::account(
    std::string /*market*/, Address /*account*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::ReservesPage>> UnopenedChain::reserves(std::string /*market*/) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::HoldersPage>> UnopenedChain::holders(
    std::string /*family*/, std::string /*market*/, api::HoldersQuery /*query*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::SheetPage>> UnopenedChain::market_sheet(
    std::string /*family*/, std::string /*market*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::SheetPage>> UnopenedChain::account_sheet(
    std::string /*family*/, std::string /*market*/, Address /*account*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::QuarantinePage>> UnopenedChain::quarantine(
    std::string /*family*/, std::string /*market*/
) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::AlertsPage>> UnopenedChain::alerts() {
    api::AlertsPage page;
    page.halted = why_;
    co_return page;
}

Task<Result<api::RulesPage>> UnopenedChain::rules(std::optional<std::string> /*name*/) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::OutboxPage>> UnopenedChain::outbox(api::OutboxQuery /*query*/) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::OutboxChanged>> UnopenedChain::change_outbox(api::OutboxChange /*change*/) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::GraphPage>> UnopenedChain::graph(api::GraphQuery /*query*/) {
    co_return Error(Code::kUnavailable, why_);
}

Task<Result<api::FlowPage>> UnopenedChain::flows(api::FlowQuery /*query*/) {
    co_return Error(Code::kUnavailable, why_);
}

}  // namespace faultline::app
