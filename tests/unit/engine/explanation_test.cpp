// SPDX-License-Identifier: Apache-2.0
// What alerts say their figures are made of, and how old the prices behind them are.
#include "unit/core/graph/graph_maker.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/market_signals.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <engine/explanation.hpp>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Contributor;
using graph::EdgeKind;
using graph::GraphMaker;

constexpr std::uint64_t kOne = 1'000'000'000;  // 10 usd

rules::SignalRule rule_over(const std::string& expression) {
    rules::Arguments arguments;
    arguments.set("expression", expression);
    arguments.set("above", Decimal::of(1));
    rules::Terms terms;
    terms.name = "sum";
    auto rule = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *std::move(rule);
}

/// The firings of a chain whose collateral has these prices, in cents.
std::vector<alerts::Transition> fired(
    FoldOptions options, const std::vector<std::uint64_t>& cents
) {
    Fold fold(std::move(options));
    ScriptedChain chain;
    std::vector<alerts::Transition> out;
    for (const std::uint64_t price : cents) {
        for (alerts::Transition& one : fold.apply(chain.next(price), 0).transitions) {
            if (one.kind == alerts::Kind::kFiring) {
                out.push_back(std::move(one));
            } else {
                CHECK(one.contributors.empty());
                CHECK(one.price_ages.empty());
            }
        }
    }
    return out;
}

std::string token_id(std::uint8_t reserve) {
    return "token:" + aave::asset(reserve).hex();
}

/// Explanations of a graph alone.
struct Graph {
    explicit Graph(const GraphMaker& maker) : snapshot(maker.make()) {}

    alerts::Transition of(const std::string& name, signals::Labels labels) {
        Explanation
            explanation({.protocols = protocols, .prices = prices, .at = {}, .graph = [this] {
                             ++asked;
                             return snapshot;
                         }});
        alerts::Transition out;
        signals::Row row;
        row.inputs.push_back({.name = name, .labels = std::move(labels), .value = {}});
        explanation.of_row(row, out);
        return out;
    }

    graph::Snapshot snapshot;
    std::size_t asked = 0;
    ledger::Ledger ledger;
    protocol::Protocols protocols{ledger, {}};
    MarketSignals prices{ledger};
};

signals::Labels exposure(const std::string& from, const std::string& to, const char* through) {
    return {
        {"from", from},
        {"to", to},
        {"of", from},
        {"on", to},
        {"measure", "usd"},
        {"through", through},
        {"claimed", "true"}
    };
}

}  // namespace

TEST_CASE("a position's alert says what it is of, and since when prices are the same", "[engine]") {
    const auto alerts = fired(fold_options(), {100, 86, 86});
    REQUIRE(alerts.size() == 1);
    CHECK(
        alerts[0].contributors ==
        std::vector<Contributor>{
            {.is = "collateral", .path = {token_id(0)}, .unit = "USD", .value = "860"},
            {.is = "debt", .path = {token_id(1)}, .unit = "USD", .value = "700"}
        }
    );
    // The collateral's is of the block before, the debt's of the first.
    CHECK(
        alerts[0].price_ages ==
        std::vector<alerts::PriceAge>{
            {.protocol = "aave_v3", .market = "test", .of = token_id(0), .unchanged_s = 12},
            {.protocol = "aave_v3", .market = "test", .of = token_id(1), .unchanged_s = 24}
        }
    );
}

TEST_CASE("bad debt names the positions that have most of it", "[engine]") {
    FoldOptions options = fold_options();
    options.rules = {.health = {}, .signals = {rule_over("bad_debt_value")}};
    const auto alerts = fired(std::move(options), {100, 50});
    REQUIRE(alerts.size() == 1);
    CHECK(
        alerts[0].contributors ==
        std::vector<Contributor>{
            {.is = "position",
             .path = {"account:" + aave::kAlice.hex()},
             .unit = "USD",
             .value = "200"}
        }
    );
    CHECK(alerts[0].price_ages.empty());
}

TEST_CASE("a rule over one price says how old it is", "[engine]") {
    FoldOptions options = fold_options();
    options.rules = {
        .health = {},
        .signals = {rule_over("price_unchanged_seconds{token=\"" + aave::asset(1).hex() + "\"}")}
    };
    const auto alerts = fired(std::move(options), {100, 99});
    REQUIRE(alerts.size() == 1);
    CHECK(alerts[0].contributors.empty());
    CHECK(
        alerts[0].price_ages ==
        std::vector<alerts::PriceAge>{
            {.protocol = "aave_v3", .market = "test", .of = token_id(1), .unchanged_s = 12}
        }
    );
}

TEST_CASE("an exposure's alert has the ways by which most of it comes about", "[engine]") {
    GraphMaker maker;
    maker.bond("market:M", EdgeKind::kPartOf, "protocol:p")
        .liquidity("market:M", "A", "A", kOne)
        .liquidity("market:M", "B", "B", 3 * kOne)
        .bond("token:A", EdgeKind::kIssuedBy, "issuer:circle")
        .bond("token:B", EdgeKind::kIssuedBy, "issuer:circle");
    Graph graph(maker);
    const auto alert =
        graph.of("exposure", exposure("protocol:p", "issuer:circle", "look_through"));
    REQUIRE(alert.contributors.size() == 2);
    const Contributor& first = alert.contributors.front();
    CHECK(first.is == "path");
    CHECK(first.unit == "USD");
    CHECK(first.value == "30.00000000");
    REQUIRE(first.path.size() >= 3);
    CHECK(first.path.front() == "protocol:p");
    CHECK(first.path.back() == "issuer:circle");
    CHECK(alert.contributors.back().value == "10.00000000");
    // What is exposed directly has no way to tell, and what is unknown none either.
    CHECK(
        graph.of("exposure", exposure("protocol:p", "issuer:circle", "direct")).contributors.empty()
    );
    CHECK(graph.of("exposure", exposure("protocol:q", "issuer:circle", "look_through"))
              .contributors.empty());
}

TEST_CASE(
    "a concentration's alert has the largest holders, and the graph is made once", "[engine]"
) {
    GraphMaker maker;
    maker.bond("market:M", EdgeKind::kPartOf, "protocol:p");
    for (std::uint64_t i = 1; i <= 7; ++i) {
        maker.claim("account:" + std::to_string(i), "market:M", "A", i * kOne);
    }
    Graph graph(maker);
    const std::string market = "market:M";
    const auto alert =
        graph.of("concentration_hhi", {{"market", market}, {"protocol", "p"}, {"of", "suppliers"}});
    REQUIRE(alert.contributors.size() == Explanation::kMost);
    CHECK(alert.contributors.front().is == "holder");
    CHECK(alert.contributors.front().value == "70.00000000");
    CHECK(alert.contributors.back().value == "30.00000000");
    CHECK(graph.asked == 1);
    CHECK(graph.of("utilisation", {{"market", market}}).contributors.empty());
    CHECK(graph.asked == 1);
}

}  // namespace faultline::engine
