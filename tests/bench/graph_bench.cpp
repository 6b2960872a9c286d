// SPDX-License-Identifier: Apache-2.0
// Time of questions to an exposure graph of 100,000 edges: what a query, a metric or a rule pays.
#include "bench/cpu_seconds.hpp"
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

namespace faultline::graph {
namespace {

constexpr std::uint64_t kMarkets = 20;
constexpr std::uint64_t kTokens = 60;
constexpr std::uint64_t kHolders = 15'000;
constexpr std::size_t kEdges = 100'000;

/// Markets with all tokens, of which every third wraps the one before, and one is backed by what a
/// market of all has.
Snapshot large() {
    std::mt19937_64 random(1);
    const auto name = [&random](const std::string& kind, std::uint64_t count) {
        return kind + std::to_string(random() % count);
    };
    GraphMaker maker;
    for (std::uint64_t market = 0; market < kMarkets; ++market) {
        const std::string id = "market:m" + std::to_string(market);
        maker.bond(id, EdgeKind::kPartOf, "protocol:p" + std::to_string(market / 4));
        maker.bond(id, EdgeKind::kGovernedBy, "governor:g");
        for (std::uint64_t token = 0; token < kTokens; ++token) {
            const std::string word = "T" + std::to_string(token);
            maker.liquidity(id, word, word, 1 + (random() % 1'000'000));
        }
    }
    for (std::uint64_t token = 3; token < kTokens; token += 3) {
        const std::string wrapper = "token:T" + std::to_string(token);
        maker.bond(wrapper, EdgeKind::kWraps, "token:T" + std::to_string(token - 1));
        maker.bond(wrapper, EdgeKind::kIssuedBy, name("issuer:i", 9));
        const std::string part = "T" + std::to_string(token + 1);
        maker.edge(
            "token:T0",
            EdgeKind::kBacked,
            "market:m0",
            {.part = part, .token = "T0", .usd = 1 + token, .proof = Proof::kConfirmed}
        );
    }
    for (std::size_t i = 0; i < kEdges - 1'300; ++i) {
        const std::string market = name("market:m", kMarkets);
        const std::string holder = name("account:a", kHolders);
        const std::string word = name("T", kTokens);
        const bool debt = i % 3 == 0;
        maker.edge(
            debt ? market : holder,
            debt ? EdgeKind::kDebt : EdgeKind::kCollateral,
            debt ? holder : market,
            {.part = word, .token = word, .usd = random() % 1'000'000, .proof = Proof::kConfirmed}
        );
    }
    return maker.make();
}

template <class Operation>
void print_us(const char* name, int repeats, const Operation& operation) {
    double best = std::numeric_limits<double>::max();
    std::size_t sink = 0;
    for (int run = 0; run < 5; ++run) {
        const double start = bench::cpu_seconds();
        for (int i = 0; i < repeats; ++i) {
            sink += operation();
        }
        best = std::min(best, (bench::cpu_seconds() - start) / repeats);
    }
    std::printf("%-36s %12.1f us  (checksum %zu)\n", name, best * 1e6, sink);
}

void run() {
    const Snapshot snapshot = large();
    std::printf("%zu nodes, %zu edges\n", snapshot.nodes.size(), snapshot.edges.size());
    print_us("index", 1, [&] { return LookThrough(snapshot).edges_from(0).size(); });
    const LookThrough graph(snapshot);
    const auto of = [&](const char* id) {
        return [&graph, node = snapshot.find(key_of(id)).value()] {
            return graph.of(node).gross.size();
        };
    };
    const NodeKey issuer = key_of("issuer:i1");
    const NodeIndex account = graph.exposed_to(issuer).back().from;
    print_us("look-through of an account", 100, [&] { return graph.of(account).gross.size(); });
    print_us("look-through of a market", 2, of("market:m1"));
    print_us("look-through of a protocol", 1, of("protocol:p1"));
    print_us("an account to an issuer", 100, [&] {
        return static_cast<std::size_t>(!graph.between(account, issuer)->usd.is_zero());
    });
    print_us("paths of an account to an issuer", 100, [&] {
        return graph.paths(account, issuer).paths.size();
    });
    print_us("who is exposed to an issuer", 1, [&] { return graph.exposed_to(issuer).size(); });
    const auto measured = [&](const Selection& from, const Selection& to) {
        return [&graph, from, to] {
            const Question question{
                .from = from,
                .to = to,
                .reach = Reach::kLookThrough,
                .measure = Measure::kUsd,
                .following = {},
            };
            return measure(graph, question).size();
        };
    };
    print_us("any to an issuer", 1, measured(Any{}, issuer));
    print_us("an account to any", 1, measured(key_of("account:a7"), Any{}));
    print_us("a market to any", 1, measured(key_of("market:m1"), Any{}));
    print_us("protocols to issuers", 1, measured(NodeKind::kProtocol, NodeKind::kIssuer));
    print_us("any to any", 1, measured(Any{}, Any{}));
    Snapshot unpriced = snapshot;
    for (Edge& edge : unpriced.edges) {
        if (edge.part_name == "T7") {
            edge.usd = Figure<U256>::without(FigureStatus::kNoData, "no price");
        }
    }
    const LookThrough other(unpriced);
    print_us("any to any, a token without price", 1, [&] {
        return measure(
                   other, {.from = Any{}, .to = Any{}, .reach = {}, .measure = {}, .following = {}}
        ).size();
    });
    print_us("accounts to issuers", 1, measured(NodeKind::kAccount, NodeKind::kIssuer));
    print_us("GraphML", 1, [&] { return to_graphml(snapshot).size(); });
}

}  // namespace
}  // namespace faultline::graph

int main() {
    faultline::graph::run();
}
