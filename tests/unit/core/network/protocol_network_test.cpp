// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace faultline::network {
namespace {

constexpr std::uint64_t kDollar = 100'000'000;

/// aave holds USDC of circle and a coin of nobody's, and is owed USDC; maker holds what aave
/// issues.
graph::Snapshot made(std::uint64_t usdc_dollars) {
    graph::Snapshot out = graph::GraphMaker()
                              .liquidity("market:core", "USDC", "USDC", usdc_dollars * kDollar)
                              .liquidity("market:core", "X", "X", 4 * kDollar)
                              .liquidity("market:core", "dead", "dead", std::nullopt)
                              .edge(
                                  "market:core",
                                  graph::EdgeKind::kDebt,
                                  "account:bob",
                                  {.part = "USDC", .token = "USDC", .usd = 5 * kDollar}
                              )
                              .liquidity("market:vat", "aUSDC", "aUSDC", 2 * kDollar)
                              .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
                              .bond("market:vat", graph::EdgeKind::kPartOf, "protocol:maker")
                              .bond("token:USDC", graph::EdgeKind::kIssuedBy, "issuer:circle")
                              .bond("token:X", graph::EdgeKind::kIssuedBy, "unknown:X")
                              .bond("token:aUSDC", graph::EdgeKind::kIssuedBy, "protocol:aave")
                              .make();
    out.timestamp = UnixSeconds{1'796'029'200};  // Monday 2026-11-30, 09:00.
    return out;
}

const SnapshotLink* link_of(
    const Snapshot& of, const std::string& source, const std::string& target
) {
    const auto found = std::ranges::find_if(of.links, [&](const SnapshotLink& link) {
        return link.source == source && link.target == target;
    });
    return found == of.links.end() ? nullptr : &*found;
}

double size_of(const Snapshot& of, const std::string& id) {
    const auto found = std::ranges::find(of.nodes, SnapshotId(id), &SnapshotNode::id);
    return found == of.nodes.end() ? -1 : found->size;
}

TEST_CASE(
    "protocols hold what their markets have and are owed, issuers hold nothing", "[network]"
) {
    const Snapshot network = protocol_network(made(10));
    CHECK(network.date.text() == "2026-11-30");
    CHECK(size_of(network, "aave") == 19);
    CHECK(size_of(network, "maker") == 2);
    CHECK(size_of(network, "circle") == 0);
    REQUIRE(link_of(network, "aave", "circle") != nullptr);
    CHECK(link_of(network, "aave", "circle")->size == 15);
    CHECK(link_of(network, "maker", "aave")->size == 2);
    // A token without issuer is a node of its own.
    CHECK(link_of(network, "aave", graph::node_id(graph::key_of("token:X"), ""))->size == 4);
    CHECK(network.links.size() == 3);
}

TEST_CASE("what somebody issued itself, and what only a token says, is told apart", "[network]") {
    const graph::Snapshot graph =
        graph::GraphMaker()
            .liquidity("market:core", "own", "own", 7 * kDollar)
            .liquidity("market:core", "vault", "vault", 3 * kDollar)
            .liquidity("market:core", "wst", "wst", 2 * kDollar)
            .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
            .bond("token:own", graph::EdgeKind::kIssuedBy, "protocol:aave")
            .bond(
                "token:vault",
                graph::EdgeKind::kWraps,
                "token:own",
                std::nullopt,
                graph::Proof::kClaimed
            )
            .bond("token:wst", graph::EdgeKind::kWraps, "token:own")
            .make();
    const LiveNetwork live = live_network(graph);
    const auto aave = std::ranges::find(live.nodes, "protocol:aave", &LiveNode::id);
    REQUIRE(aave != live.nodes.end());
    CHECK(aave->own_usd == U256(7 * kDollar));
    CHECK(aave->held_usd == U256(12 * kDollar));
    CHECK(aave->derivative_usd == U256(5 * kDollar));
    CHECK(aave->claimed_derivative_usd == U256(3 * kDollar));
    CHECK(link_of(live.network, "aave", "aave") == nullptr);
}

TEST_CASE("what a protocol holds of its own tokens is told and nobody's exposure", "[network]") {
    graph::Snapshot own = made(10);
    const auto aave = own.find(graph::key_of("protocol:aave"));
    const auto usdc = own.find(graph::key_of("token:USDC"));
    REQUIRE((aave && usdc));
    for (graph::Edge& edge : own.edges) {
        if (edge.kind == graph::EdgeKind::kIssuedBy && edge.from == *usdc) {
            edge.to = *aave;
        }
    }
    const Snapshot file = protocol_network(own);
    REQUIRE(link_of(file, "aave", "aave") != nullptr);
    CHECK(link_of(file, "aave", "aave")->size == 15);
    const LiveNetwork live = live_network(own);
    CHECK(link_of(live.network, "aave", "aave") == nullptr);
    CHECK(live.network.links.size() + 1 == file.links.size());
    REQUIRE(live.links_usd.size() == live.network.links.size());
    for (std::size_t at = 0; at < live.links_usd.size(); ++at) {
        CHECK(dollars(*live.links_usd[at]) == live.network.links[at].size);
    }
    CHECK(size_of(live.network, "aave") == size_of(file, "aave"));
}

TEST_CASE("what was lost flows to the issuer, what was gained from it", "[network]") {
    const auto lost = flows_between(made(10), made(7));
    REQUIRE(lost.has_value());
    CHECK(lost->unvalued.size() == 1);  // Nobody knows what the dead coin is worth.
    CHECK(lost->week.date.text() == "2026-11-30");
    CHECK(link_of(lost->week, "aave", "circle")->size == 3);
    const auto gained = flows_between(made(7), made(10));
    CHECK(link_of(gained->week, "circle", "aave")->size == 3);
    CHECK(size_of(gained->week, "aave") == 16);
}

TEST_CASE("what has no value at one end is in no flow", "[network]") {
    graph::Snapshot outage = made(10);
    for (graph::Edge& edge : outage.edges) {
        if (edge.token == *graph::key_of("token:USDC").address()) {
            edge.usd = Figure<U256>::without(FigureStatus::kNoData, "no price");
        }
    }
    const auto flows = flows_between(made(10), outage);
    REQUIRE(flows.has_value());
    CHECK(link_of(flows->week, "aave", "circle") == nullptr);
    CHECK(flows->unvalued.size() == 2);
    CHECK(unvalued_holdings(outage).at("aave") == 2);
}

TEST_CASE("tokens of one name stay two", "[network]") {
    graph::Snapshot lying = made(10);
    for (graph::Node& node : lying.nodes) {
        if (node.key == graph::key_of("token:X")) {
            node.name = "token:USDC";
        }
    }
    const Snapshot network = protocol_network(lying);
    CHECK(link_of(network, "aave", "circle")->size == 15);
    const std::string named = link_of(network, "aave", "circle")->composition.front().token;
    CHECK(named == "token:USDC (" + graph::key_of("token:USDC").address()->hex() + ")");
}

TEST_CASE("what was not held at one end counts as nothing there", "[network]") {
    graph::Snapshot none;
    none.timestamp = made(1).timestamp;
    const auto flows = flows_between(none, made(10));
    REQUIRE(flows.has_value());
    CHECK(link_of(flows->week, "circle", "aave")->size == 15);
    CHECK(size_of(flows->week, "aave") == 0);
    const auto nothing = flows_between(none, none);
    REQUIRE(nothing.has_value());
    CHECK(nothing->week.nodes.empty());
}

TEST_CASE("no two tokens of a composition have one name, whatever they are called", "[network]") {
    graph::Snapshot graph = graph::GraphMaker()
                                .liquidity("market:core", "A", "A", kDollar)
                                .liquidity("market:core", "B", "B", kDollar)
                                .liquidity("market:core", "C", "C", kDollar)
                                .liquidity("market:core", "D", "D", kDollar)
                                .liquidity("market:core", "E", "E", kDollar)
                                .liquidity("market:core", "F", "F", kDollar)
                                .bond("market:core", graph::EdgeKind::kPartOf, "protocol:aave")
                                .make();
    const std::string address = graph::bytes_of<Address>("A").hex();
    const std::map<std::string, std::string> names{
        {"token:A", "USDC"},
        {"token:B", "USDC"},
        {"token:C", "USDC (" + address + ")"},  // Poses as A.
        {"token:D", "\xff"},
        {"token:E", "\xfe"},  // The same in a file.
        {"token:F", "Pool (v2)"},
    };
    for (const auto& [token, name] : names) {
        std::ranges::find(graph.nodes, graph::key_of(token), &graph::Node::key)->name = name;
    }
    const Snapshot network = protocol_network(graph);
    const auto aave = std::ranges::find(network.nodes, SnapshotId("aave"), &SnapshotNode::id);
    REQUIRE(aave != network.nodes.end());
    std::set<std::string> seen;
    for (const TokenValue& held : aave->composition) {
        seen.insert(held.token);
    }
    CHECK(seen.size() == names.size());
    CHECK(seen.contains("USDC (" + address + ")"));
    CHECK(seen.contains("Pool (v2)"));
    CHECK(seen.contains("\xef\xbf\xbd (" + graph::bytes_of<Address>("D").hex() + ")"));
}

}  // namespace
}  // namespace faultline::network
