// SPDX-License-Identifier: Apache-2.0
// What rules are told of the exposure graph: which pairs, how often, and what is left out.
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/graph_signals.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using graph::EdgeKind;
using graph::GraphMaker;
using graph::Proof;

rules::SignalRule rule_of(
    std::string_view kind, const std::map<std::string, std::string>& texts, std::string_view above
) {
    const rules::RuleKind& of = *rules::rule_kind(kind);
    rules::Arguments arguments;
    for (const rules::Parameter& parameter : of.parameters) {
        const auto given = texts.find(std::string(parameter.name));
        if (given != texts.end()) {
            arguments.set(parameter.name, given->second);
        } else if (parameter.type == rules::ParameterType::kChoice) {
            arguments.set(parameter.name, std::string(parameter.default_value));
        }
    }
    arguments.set("above", Decimal::parse(above).value());
    rules::Terms terms;
    terms.name = std::string(kind);
    auto rule = rules::make_rule(of, terms, arguments);
    INFO((rule ? "" : rule.error().what));
    REQUIRE(rule);
    return *std::move(rule);
}

rules::SignalRule limit_of(
    const std::string& from, const std::string& to, const std::string& claimed = "true"
) {
    return rule_of("exposure_limit", {{"from", from}, {"to", to}, {"claimed", claimed}}, "1000000");
}

struct Asked {
    explicit Asked(std::vector<rules::SignalRule> rules) { signals.ask(rules); }

    /// Whether the graph was asked.
    bool at(eth::BlockNum number, const graph::Snapshot& snapshot, std::size_t edges = 1) {
        bool asked = false;
        signals.saw(number, edges, [&] {
            asked = true;
            return snapshot;
        });
        return asked;
    }

    [[nodiscard]] std::vector<signals::Signal> told() const {
        std::vector<signals::Signal> out;
        signals.each([&](signals::Signal signal) { out.push_back(std::move(signal)); });
        return out;
    }

    /// By the node at the end.
    [[nodiscard]] std::map<std::string, std::string> exposures() const {
        std::map<std::string, std::string> out;
        for (const signals::Signal& signal : told()) {
            if (signal.name == "exposure") {
                out[signal.labels.at("to")] =
                    signal.value.ok() ? signal.value.value.text() : signal.value.reason;
            }
        }
        return out;
    }

    [[nodiscard]] std::string left_out() const {
        for (const signals::Signal& signal : told()) {
            if (signal.name == "exposures_left_out") {
                return signal.value.value.text();
            }
        }
        return "not told";
    }

    ledger::Ledger ledger;
    GraphSignals signals{ledger, graph::Labels(), 1};
};

constexpr std::uint64_t kUsd = 1'000'000'000'000'000'000;  // 10^kUsdDecimals fits no word

}  // namespace

TEST_CASE("a limit is told what /v1/exposures/measure says", "[engine]") {
    GraphMaker maker;
    maker.bond("market:M", EdgeKind::kPartOf, "protocol:p")
        .liquidity("market:M", "A", "A", kUsd)
        .liquidity("market:M", "B", "B", 3 * kUsd)
        .bond("token:A", EdgeKind::kIssuedBy, "issuer:circle");
    const graph::Snapshot snapshot = maker.make();
    Asked asked({limit_of("protocol", "token")});
    CHECK(asked.at(1, snapshot));
    const graph::LookThrough look(snapshot);
    const auto pairs = graph::measure(
        look, {.from = graph::NodeKind::kProtocol, .to = graph::NodeKind::kToken, .following = {}}
    );
    REQUIRE(pairs.size() == 2);
    std::map<std::string, std::string> expected;
    for (const graph::Measured& pair : pairs) {
        expected[snapshot.nodes[*snapshot.find(pair.to)].id] =
            Decimal::of(pair.figure.value, graph::kUsdDecimals)->text();
    }
    CHECK(asked.exposures() == expected);
    CHECK(asked.left_out() == "0");
}

TEST_CASE("no token's word makes its way before what is proven, and what is left out is counted") {
    GraphMaker maker;
    maker.bond("market:M", EdgeKind::kPartOf, "protocol:p");
    constexpr std::size_t kReal = 20;
    for (std::size_t i = 0; i < kReal; ++i) {
        const std::string word = "R" + std::to_string(i);
        maker.liquidity("market:M", word, word, 10 + i);
    }
    // One listed token says that it stands for a token that stands for others, each larger than
    // anything that is real.
    std::string last = "L";
    maker.liquidity("market:M", last, last, 1'000'000);
    for (std::size_t i = 0; i < 30; ++i) {
        const std::string next = "W" + std::to_string(i);
        maker.bond(
            "token:" + last, EdgeKind::kWraps, "token:" + next, std::nullopt, Proof::kClaimed
        );
        last = next;
    }
    for (std::size_t i = 0; i < GraphSignals::kMostPairs; ++i) {
        const std::string word = "X" + std::to_string(i);
        maker.liquidity("market:M", word, word, 5);
    }
    const graph::Snapshot snapshot = maker.make();
    Asked asked({limit_of("protocol", "token")});
    CHECK(asked.at(1, snapshot));
    const auto told = asked.exposures();
    CHECK(told.size() == GraphSignals::kMostPairs);
    for (std::size_t i = 0; i < kReal; ++i) {
        CHECK(told.contains(
            snapshot.nodes[*snapshot.find(graph::key_of("token:R" + std::to_string(i)))].id
        ));
    }
    CHECK(told.contains(snapshot.nodes[*snapshot.find(graph::key_of("token:L"))].id));
    CHECK(asked.left_out() == std::to_string(kReal + 1 + 30));

    SECTION("and a rule may leave it out altogether") {
        const graph::NodeKey claimed = graph::key_of("token:W0");
        Asked proven({limit_of("protocol", "token", "false")});
        CHECK(proven.at(1, snapshot));
        CHECK_FALSE(proven.exposures().contains(snapshot.nodes[*snapshot.find(claimed)].id));
        CHECK(proven.left_out() == std::to_string(kReal + 1));
    }
}

TEST_CASE("no rule over exposures reads what another asked", "[engine]") {
    const auto fault = [](const std::string& claimed) {
        const auto parsed = signals::Expression::parse(
            "exposure{of=\"protocol\", on=\"token\", measure=\"usd\", through=\"direct\"" +
            claimed + "}"
        );
        REQUIRE(parsed);
        return exposure_fault(parsed->selectors().front());
    };
    CHECK(fault(", claimed=\"true\"").empty());
    CHECK(fault(", claimed=\"false\"").empty());
    CHECK(fault(", claimed=\"maybe\"").contains("claimed="));
    CHECK(fault("").contains("claimed="));
}

TEST_CASE("a small graph is asked at every block, a large one now and then", "[engine]") {
    const graph::Snapshot snapshot =
        GraphMaker().bond("market:M", EdgeKind::kPartOf, "protocol:p").make();
    Asked asked({limit_of("protocol", "token")});
    CHECK(asked.at(7, snapshot, 100));
    CHECK(asked.at(8, snapshot, 100));
    CHECK(asked.at(9, snapshot, 3'999));
    CHECK_FALSE(asked.at(11, snapshot, 4'000));
    CHECK(asked.at(12, snapshot, 4'000));
    CHECK_FALSE(asked.at(26, snapshot, 10'000'000));
    CHECK(asked.at(50, snapshot, 10'000'000));

    SECTION("and when rules ask something else") {
        asked.signals.ask({limit_of("market", "token")});
        CHECK(asked.at(51, snapshot, 10'000'000));
        CHECK_FALSE(asked.at(52, snapshot, 10'000'000));
        asked.signals.ask({});
        CHECK_FALSE(asked.at(53, snapshot, 1));
        CHECK(asked.told().empty());
    }
}

TEST_CASE("who looks before a block has answered is told by the graph", "[engine]") {
    const graph::Snapshot snapshot = GraphMaker().liquidity("market:M", "A", "A", kUsd).make();
    Asked asked({limit_of("market", "token")});
    const auto now = [&] {
        std::size_t count = 0;
        asked.signals.now([&] { return snapshot; }, [&](signals::Signal) { ++count; });
        return count;
    };
    CHECK(asked.told().empty());
    CHECK(now() == 2);
    CHECK(asked.at(1, snapshot));
    CHECK(asked.told().size() == 2);
    CHECK(now() == 2);
}

TEST_CASE("an asking that changes nothing changes no row, and an undone one leaves none") {
    GraphMaker maker;
    maker.liquidity("market:M", "A", "A", kUsd);
    Asked asked({limit_of("market", "token")});
    CHECK(asked.at(1, maker.make()));
    const auto first = asked.ledger.seal();
    const auto before = asked.exposures();
    CHECK(asked.at(2, maker.make()));
    CHECK(asked.ledger.seal().empty());
    maker.liquidity("market:M", "B", "B", 2 * kUsd);
    CHECK(asked.at(3, maker.make()));
    const auto third = asked.ledger.seal();
    CHECK(asked.exposures().size() == 2);
    REQUIRE(asked.ledger.undo(third));
    CHECK(asked.exposures() == before);
    REQUIRE(asked.ledger.undo(first));
    CHECK(asked.told().empty());
}

TEST_CASE("concentrations are those of the graph", "[engine]") {
    GraphMaker maker;
    maker.bond("market:M", EdgeKind::kPartOf, "protocol:p")
        .claim("account:a", "market:M", "A", 3 * kUsd)
        .claim("account:b", "market:M", "A", kUsd);
    const graph::Snapshot snapshot = maker.make();
    Asked asked({rule_of("concentration", {{"measure", "hhi"}}, "0.5")});
    CHECK(asked.at(1, snapshot));
    std::string hhi;
    for (const signals::Signal& signal : asked.told()) {
        if (signal.name == "concentration_hhi" && signal.labels.at("of") == "suppliers") {
            CHECK(signal.labels.at("protocol") == "p");
            hhi = signal.value.value.text();
        }
    }
    CHECK(hhi == "0.625");
}

TEST_CASE("figures of the network are asked with the graph", "[engine]") {
    const graph::Snapshot snapshot = GraphMaker()
                                         .bond("market:M", EdgeKind::kPartOf, "protocol:p")
                                         .liquidity("market:M", "A", "A", kUsd)
                                         .make();
    rules::Arguments arguments;
    arguments.set("expression", std::string("network_metric{metric=\"density\"}"));
    arguments.set("above", Decimal::parse("0.5").value());
    rules::Terms terms;
    terms.name = "dense";
    const auto rule = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    REQUIRE(rule);
    Asked asked({*rule, rule_of("network_metric", {{"node", "whole"}, {"window", "1h"}}, "6")});
    CHECK(asked.at(1, snapshot));
    std::size_t dense = 0;
    for (const signals::Signal& signal : asked.told()) {
        const bool density =
            signal.name == "network_metric" && signal.labels.at("metric") == "density";
        dense += density && signal.value.value == Decimal::parse("0.5").value() ? 1 : 0;
    }
    CHECK(dense == 1);
}

}  // namespace faultline::engine
