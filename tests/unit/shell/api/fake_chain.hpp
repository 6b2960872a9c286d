// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/api/view.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::api::testing {

/// A graph as the API is given it, and how often it was indexed where that is counted.
inline std::shared_ptr<const KeptGraph> kept(graph::Snapshot snapshot, int* built = nullptr) {
    graph::Labelled labelled{.snapshot = std::move(snapshot), .shares = {}, .contradictions = {}};
    return std::make_shared<const KeptGraph>(
        std::move(labelled),
        [built](const graph::Snapshot& of) {
            if (built != nullptr) {
                ++*built;
            }
            return KeptGraph::new_index(of);
        }
    );
}

/// A chain that answers what the test says.
class FakeChain final : public ChainView {
  public:
    explicit FakeChain(std::string name) : name_(std::move(name)) {
        status_now.name = name_;
        status_now.chain_id = 31337;
        status_now.processed = ProcessedBlock{.ref = block(100), .timestamp = {1'700'000'000}};
        status_now.head = block(100);
        status_now.since_contact = std::chrono::seconds(2);
        status_now.head_age = std::chrono::seconds(12);
        status_now.max_head_age = std::chrono::minutes(5);
        status_now.receivers = {
            {.name = "ops",
             .state = "limited",
             .limited_until_ms = 1'700'000'060'000,
             .waiting = 2,
             .held = 1,
             .dead_letters = 1,
             .last_success_ms = std::nullopt,
             .last_failure_ms = 1'700'000'000'123,
             .last_error = "HTTP 503"}
        };
        EndpointStanding endpoint;
        endpoint.name = "local";
        endpoint.role = "primary";
        endpoint.state = "ok";
        endpoint.head = 100;
        status_now.endpoints = {endpoint};
        MarketStatus market;
        market.name = "core";
        market.protocol = "aave_v2";
        market.family = "aave";
        market.base_currency = {.symbol = "ETH", .decimals = 18};
        market.usable = Figure<bool>::of(true);
        market.accounts = 3;
        market.unvalued = 1;
        market.reserves = 2;
        status_now.markets = {market};
    }

    static eth::BlockRef block(std::uint64_t number) {
        eth::BlockRef out;
        out.number = number;
        out.hash.bytes[31] = static_cast<std::uint8_t>(number);
        return out;
    }

    static Address account(std::uint8_t last) {
        Address out;
        out.bytes[19] = last;
        return out;
    }

    [[nodiscard]] const std::string& name() const override { return name_; }

    runtime::Task<ChainStatus> status() override { co_return status_now; }

    runtime::Task<std::vector<MarketStatus>> markets() override { co_return status_now.markets; }

    runtime::Task<Result<AccountsPage>> accounts(std::string market, AccountsQuery query) override {
        asked = std::move(query);
        if (failure) {
            co_return *failure;
        }
        if (market != "core") {
            co_return Error(Code::kMissing, "no such market");
        }
        co_return accounts_now;
    }

    runtime::Task<Result<AccountPage>> account(std::string market, Address account) override {
        if (market != "core") {
            co_return Error(Code::kMissing, "no such market");
        }
        AccountPage page = account_now;
        page.account.account = account;
        co_return page;
    }

    runtime::Task<Result<ReservesPage>> reserves(std::string market) override {
        if (market != "core") {
            co_return Error(Code::kMissing, "no such market");
        }
        co_return reserves_now;
    }

    runtime::Task<Result<QuarantinePage>> quarantine(std::string family, std::string market)
        override {
        if (family != "aave" || market != "core") {
            co_return Error(Code::kMissing, "no such market");
        }
        co_return quarantine_now;
    }

    runtime::Task<Result<HoldersPage>> holders(
        std::string family, std::string market, HoldersQuery query
    ) override {
        asked_holders = query;
        if (family != "maker" || market != "mcd") {
            co_return Error(Code::kMissing, "no such market");
        }
        co_return holders_now;
    }

    runtime::Task<Result<SheetPage>> market_sheet(std::string family, std::string market) override {
        if (family != "maker" || market != "mcd") {
            co_return Error(Code::kMissing, "no such market");
        }
        co_return sheet_now;
    }

    runtime::Task<Result<SheetPage>> account_sheet(
        std::string family, std::string market, Address account
    ) override {
        if (family != "maker" || market != "mcd") {
            co_return Error(Code::kMissing, "no such market");
        }
        SheetPage page = sheet_now;
        page.sheet.add("account", account);
        co_return page;
    }

    runtime::Task<Result<GraphPage>> graph(GraphQuery query) override {
        graph_asked = query;
        co_return graph_now;
    }

    runtime::Task<Result<FlowPage>> flows(FlowQuery query) override {
        flows_asked = query;
        co_return flows_now;
    }

    runtime::Task<Result<AlertsPage>> alerts() override {
        if (failure) {
            co_return *failure;
        }
        co_return alerts_now;
    }

    runtime::Task<Result<RulesPage>> rules(std::optional<std::string> name) override {
        rule_asked = name;
        if (failure) {
            co_return *failure;
        }
        co_return rules_now;
    }

    runtime::Task<Result<OutboxPage>> outbox(OutboxQuery query) override {
        outbox_asked = query;
        if (failure) {
            co_return *failure;
        }
        co_return outbox_now;
    }

    runtime::Task<Result<OutboxChanged>> change_outbox(OutboxChange change) override {
        change_asked = change;
        if (failure) {
            co_return *failure;
        }
        co_return changed_now;
    }

    ChainStatus status_now;
    OutboxPage outbox_now;
    OutboxChanged changed_now;
    std::optional<OutboxQuery> outbox_asked;
    std::optional<OutboxChange> change_asked;
    AccountsPage accounts_now;
    AccountPage account_now;
    ReservesPage reserves_now;
    QuarantinePage quarantine_now;
    HoldersPage holders_now;
    SheetPage sheet_now;
    std::optional<HoldersQuery> asked_holders;
    GraphPage graph_now;
    GraphQuery graph_asked;
    FlowPage flows_now;
    FlowQuery flows_asked;
    AlertsPage alerts_now;
    RulesPage rules_now;
    std::optional<std::string> rule_asked;
    std::optional<Error> failure;
    std::optional<AccountsQuery> asked;

  private:
    std::string name_;
};

}  // namespace faultline::api::testing
