// SPDX-License-Identifier: Apache-2.0
// What alerts say their figures are made of, and how old the prices behind them are.
#include "unit/core/graph/graph_maker.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/movers.hpp>
#include <faultline/engine/outcome.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <engine/explanation.hpp>
#include <engine/part_labels.hpp>
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
        Explanation explanation(
            {.protocols = protocols,
             .prices = prices,
             .movers = movers,
             .at = {},
             .graph =
                 [this] {
                     ++asked;
                     return snapshot;
                 }}
        );
        alerts::Transition out;
        signals::Row row;
        row.inputs.push_back({.name = name, .labels = std::move(labels), .value = {}});
        explanation.of_row(rule_over(name), row, out);
        return out;
    }

    graph::Snapshot snapshot;
    std::size_t asked = 0;
    ledger::Ledger ledger;
    protocol::Protocols protocols{ledger, {}};
    MarketSignals prices{ledger};
    Movers movers{ledger};
};

const Address kCarol = aave::address(102);

/// A block of the scripted chain with these logs besides.
eth::Block with(eth::Block block, const aave::TestMarket& scratch) {
    const eth::Block logs = scratch.pending();
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        block.logs.add(logs.logs[i]);
    }
    return block;
}

void withdraws(aave::TestMarket& scratch, const Address& user, std::uint64_t tokens) {
    scratch.log<aave::events::Burn>(
        aave::a_token(1), {user, user, U256(tokens * kToken), U256(0), ray()}
    );
}

std::vector<alerts::Transition> firings(Outcome outcome) {
    std::erase_if(outcome.transitions, [](const alerts::Transition& one) {
        return one.kind != alerts::Kind::kFiring;
    });
    return outcome.transitions;
}

FoldOptions watching(const std::string& expression) {
    FoldOptions options = fold_options();
    options.rules = {.health = {}, .signals = {rule_over(expression)}};
    return options;
}

Contributor mover(const char* is, const Address& who, const std::string& usd) {
    return {.is = is, .path = {"account:" + who.hex()}, .unit = "USD", .value = usd};
}

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

TEST_CASE("what left within a window has those who took most of it", "[engine]") {
    const std::string expression = "-delta(supplied{token=\"" + aave::asset(1).hex() + "\"}[2b])";
    Fold fold(watching(expression));
    ScriptedChain chain;
    aave::TestMarket joins;
    joins.supply(1, kCarol, 300 * kToken);
    static_cast<void>(fold.apply(with(chain.next(100), joins), 0));
    static_cast<void>(fold.apply(chain.next(100), 0));
    aave::TestMarket few;
    withdraws(few, kCarol, 100);
    const eth::Block bare = chain.next(100);
    const eth::Block first = with(bare, few);
    const auto before = fold.dump();
    const Outcome outcome = fold.apply(first, 0);
    REQUIRE(firings(outcome).size() == 1);
    CHECK(firings(outcome)[0].contributors == std::vector{mover("left", kCarol, "100")});

    // Undone and done again it is the same, and so it is after a restart.
    const UndoRecord undo{.ref = first.ref(), .changes = outcome.rows, .transitions = {}};
    REQUIRE(fold.revert(undo));
    CHECK(fold.dump() == before);
    CHECK(fold.apply(first, 0).rows == outcome.rows);
    REQUIRE(fold.revert(undo));
    Fold restarted(watching(expression));
    for (const ledger::RowChange& row : before) {
        REQUIRE(restarted.load(row.table, row.key, *row.after));
    }
    aave::TestMarket many;
    withdraws(many, kCarol, 50);
    withdraws(many, aave::kBob, 400);
    withdraws(many, kCarol, 200);
    many.borrow(1, aave::kAlice, 10 * kToken);
    const eth::Block second = with(bare, many);
    const Outcome one = fold.apply(second, 0);
    const Outcome other = restarted.apply(second, 0);
    CHECK(one.rows == other.rows);
    REQUIRE(firings(one).size() == 1);
    CHECK(firings(one) == firings(other));
    CHECK(
        firings(one)[0].contributors ==
        std::vector{mover("left", aave::kBob, "400"), mover("left", kCarol, "250")}
    );
}

TEST_CASE("of a sum over parts those are told who moved most of any", "[engine]") {
    Fold fold(watching("sum by (market) (-delta(supplied_value[2b]))"));
    ScriptedChain chain;
    aave::TestMarket joins;
    joins.supply(0, kCarol, 300 * kToken);
    joins.supply(1, kCarol, 300 * kToken);
    static_cast<void>(fold.apply(with(chain.next(100), joins), 0));
    static_cast<void>(fold.apply(chain.next(100), 0));
    aave::TestMarket few;
    few.log<aave::events::Burn>(
        aave::a_token(0), {kCarol, kCarol, U256(1 * kToken), U256(0), ray()}
    );
    withdraws(few, aave::kBob, 400);
    withdraws(few, kCarol, 50);
    const auto fired = firings(fold.apply(with(chain.next(100), few), 0));
    REQUIRE(fired.size() == 1);
    // One token of the first part is a dollar, as is one of the second.
    CHECK(
        fired[0].contributors ==
        std::vector{mover("left", aave::kBob, "400"), mover("left", kCarol, "51")}
    );
}

TEST_CASE("labels are of the part that signals give them, and of no other") {
    const Address token = aave::address(7);
    const auto part = [](const Address& own, const Address& underlying, const char* name) {
        protocol::PartExposure out;
        std::ranges::copy(own.bytes, out.part.bytes.end() - own.bytes.size());
        out.claims.token = underlying;
        out.name = name;
        return out;
    };
    // Two wrappers of one token, one of the coin, which has none; and parts that are their token.
    const std::vector parts{
        part(aave::address(1), token, ""),
        part(aave::address(2), token, ""),
        part(aave::address(3), {}, ""),
        part(token, token, ""),
        part(aave::address(4), token, "ETH-A"),
        part(aave::address(5), token, "ETH-B")
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const signals::Labels labels{
            {"market", "m"},
            {"part", part_label(parts[i])},
            {"token", token_label(parts[i].claims.token)}
        };
        for (std::size_t j = 0; j < parts.size(); ++j) {
            CAPTURE(i, j);
            CHECK(are_of(labels, parts[j]) == (i == j));
        }
    }
    CHECK(are_of({{"token", token.hex()}}, parts[1]));
    CHECK_FALSE(are_of({{"token", token.hex()}}, parts[2]));
}

TEST_CASE("what was liquidated within a window has whose most of it was", "[engine]") {
    const auto liquidates = [](aave::TestMarket& scratch, const Address& user, std::uint64_t of) {
        scratch.log<aave::events::LiquidationCall>(
            aave::kPool,
            {aave::asset(0),
             aave::asset(1),
             user,
             U256(of * kToken),
             U256(2 * of * kToken),
             aave::kBob,
             false}
        );
    };
    const auto contributors = [&](const std::string& expression) {
        Fold fold(watching(expression));
        ScriptedChain chain;
        static_cast<void>(fold.apply(chain.next(100), 0));
        aave::TestMarket scratch;
        liquidates(scratch, aave::kAlice, 30);
        liquidates(scratch, kCarol, 70);
        liquidates(scratch, aave::kAlice, 30);
        const auto fired = firings(fold.apply(with(chain.next(50), scratch), 0));
        REQUIRE(fired.size() == 1);
        return fired[0].contributors;
    };
    const std::vector both{
        mover("liquidated", kCarol, "70"), mover("liquidated", aave::kAlice, "60")
    };
    CHECK(contributors("delta(events_value{event=\"liquidation\"}[1b])") == both);
    CHECK(contributors("delta(events{event=\"liquidation\"}[1b])") == both);
    CHECK(contributors("delta(seized_value{token=\"" + aave::asset(0).hex() + "\"}[1b])") == both);
}

}  // namespace faultline::engine
