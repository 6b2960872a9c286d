// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

Address address(std::uint8_t last) {
    Address out;
    out.bytes.back() = last;
    return out;
}

const Address kPool = address(1);
const Address kWeth = address(2);
const Address kReceipt = address(3);
const Address kDebtToken = address(4);
const Address kVault = address(5);
const Address kStranger = address(6);
const Address kAccount = address(7);

const NodeKey kMarket = NodeKey::of(NodeKind::kMarket, kPool);

NodeKey token(const Address& at) {
    return NodeKey::of(NodeKind::kToken, at);
}

/// A graph in the making, from edges between nodes.
struct Drawing {
    std::map<NodeKey, Node> nodes;
    std::vector<std::pair<EdgeKey, Edge>> edges;

    Drawing& node(const NodeKey& key, const std::string& slug = {}, const std::string& name = {}) {
        const std::string id = node_id(key, slug);
        nodes[key] = {
            .key = key, .id = id, .name = name.empty() ? id : name, .category = {}, .accounts = {}
        };
        return *this;
    }

    Drawing& edge(const NodeKey& from, const NodeKey& to, EdgeKind kind, Edge edge = {}) {
        edge.kind = kind;
        edges.emplace_back(EdgeKey{.from = from, .to = to, .kind = kind, .part = {}}, edge);
        return *this;
    }

    Snapshot snapshot() {
        Snapshot out;
        out.chain = "ethereum";
        for (const auto& [key, node] : nodes) {
            out.nodes.push_back(node);
        }
        std::ranges::sort(edges, {}, [](const auto& one) { return one.first; });
        for (auto [key, edge] : edges) {
            edge.from = out.find(key.from).value();
            edge.to = out.find(key.to).value();
            out.edges.push_back(edge);
        }
        return out;
    }
};

/// A pool that owes 5 USD of WETH to an account, by a receipt that it lists.
Drawing small_market() {
    const NodeKey protocol = NodeKey::of(NodeKind::kProtocol, "aave_v3");
    const NodeKey account = NodeKey::of(NodeKind::kAccount, kAccount);
    Drawing out;
    out.node(kMarket).node(protocol, "aave_v3").node(account).node(token(kWeth), "", "WETH");
    out.node(token(kReceipt));
    Edge supplied;
    supplied.token = kWeth;
    supplied.decimals = 18;
    supplied.amount = Figure<U256>::of(U256(7));
    supplied.usd = Figure<U256>::of(U256(500'000'000));
    out.edge(kMarket, protocol, EdgeKind::kPartOf)
        .edge(account, kMarket, EdgeKind::kSupplied, supplied);
    out.edge(token(kReceipt), kMarket, EdgeKind::kWraps);
    out.edge(token(kReceipt), protocol, EdgeKind::kIssuedBy);
    return out;
}

Label label_of(const Address& at, LabelRole role, const std::string& name) {
    Label out;
    out.chain = 1;
    out.address = at;
    out.role = role;
    out.name = name;
    return out;
}

Labels labels_of(const std::vector<Label>& labels) {
    return Labels::of(
               {{.slug = "spark", .title = "SparkLend", .category = "Lending", .is_protocol = true},
                {.slug = "ethereum", .title = "Ethereum", .category = "Chain", .is_protocol = false
                },
                {.slug = "lido", .title = "Lido", .category = "Liquid Staking", .is_protocol = false
                },
                {.slug = "bridge", .title = "A Bridge", .category = {}, .is_protocol = false}},
               labels
    )
        .value();
}

/// Where edges of a kind from a node lead, by id.
std::vector<std::string> targets(const Snapshot& graph, const NodeKey& from, EdgeKind kind) {
    std::vector<std::string> out;
    for (const Edge& edge : graph.edges) {
        if (graph.nodes.at(edge.from).key == from && edge.kind == kind) {
            out.push_back(graph.nodes.at(edge.to).id);
        }
    }
    return out;
}

const Node& node_at(const Snapshot& graph, const NodeKey& key) {
    return graph.nodes.at(graph.find(key).value());
}

void check_order(const Snapshot& graph) {
    CHECK(std::ranges::is_sorted(graph.nodes, {}, &Node::key));
    const auto place = [&graph](const Edge& edge) {
        return std::make_tuple(
            graph.nodes.at(edge.from).key, graph.nodes.at(edge.to).key, edge.kind, edge.part
        );
    };
    CHECK(std::ranges::is_sorted(graph.edges, {}, place));
}

using Ids = std::vector<std::string>;

TEST_CASE(
    "without labels each token has the issuer that its market says, or nobody", "[labelled]"
) {
    const Labelled out = labelled(Labels(), 1, small_market().snapshot());
    check_order(out.snapshot);
    CHECK(targets(out.snapshot, token(kReceipt), EdgeKind::kIssuedBy) == Ids{"protocol:aave_v3"});
    CHECK(
        targets(out.snapshot, token(kWeth), EdgeKind::kIssuedBy) == Ids{"unknown:" + kWeth.hex()}
    );
    CHECK(targets(out.snapshot, token(kReceipt), EdgeKind::kWraps) == Ids{"market:" + kPool.hex()});
    CHECK(out.shares.of(Found::kReceipt).tokens == 1);
    CHECK(out.shares.of(Found::kNothing).tokens == 1);
    CHECK(out.shares.of(Found::kNothing).usd == U256(500'000'000));
    CHECK(out.shares.without_usd() == 1);
    CHECK(out.shares.usd_ppm() == 0);
}

TEST_CASE(
    "labels give a token its issuer, bridge and coin, and leave amounts alone", "[labelled]"
) {
    Label weth = label_of(kWeth, LabelRole::kToken, "ethereum");
    weth.native = true;
    weth.bridge = "bridge";
    Label coin = label_of(Address{}, LabelRole::kToken, "ethereum");
    coin.symbol = "ETH";
    const Labels labels = labels_of({weth, coin});
    const Labelled out = labelled(labels, 1, small_market().snapshot());
    check_order(out.snapshot);
    CHECK(targets(out.snapshot, token(kWeth), EdgeKind::kIssuedBy) == Ids{"issuer:ethereum"});
    CHECK(targets(out.snapshot, token(kWeth), EdgeKind::kBridgedBy) == Ids{"bridge:bridge"});
    CHECK(targets(out.snapshot, token(kWeth), EdgeKind::kWraps) == Ids{"token:" + Address{}.hex()});
    // The coin came in as what WETH stands for, and has its own issuer.
    CHECK(targets(out.snapshot, token(Address{}), EdgeKind::kIssuedBy) == Ids{"issuer:ethereum"});
    CHECK(node_at(out.snapshot, token(Address{})).name == "ETH");
    const Node& issuer = node_at(out.snapshot, NodeKey::of(NodeKind::kIssuer, "ethereum"));
    CHECK(issuer.name == "Ethereum");
    CHECK_FALSE(issuer.category.empty());
    CHECK(out.shares.usd_ppm() == 1'000'000);
    const auto supplied = std::ranges::find(out.snapshot.edges, EdgeKind::kSupplied, &Edge::kind);
    REQUIRE(supplied != out.snapshot.edges.end());
    CHECK(supplied->amount.value == U256(7));
    CHECK(supplied->usd.value == U256(500'000'000));
    // The same again is the same.
    const Labelled again = labelled(labels, 1, out.snapshot);
    CHECK(again.snapshot.nodes.size() == out.snapshot.nodes.size());
    CHECK(again.snapshot.edges.size() == out.snapshot.edges.size());
    CHECK(targets(again.snapshot, token(kWeth), EdgeKind::kIssuedBy) == Ids{"issuer:ethereum"});
}

TEST_CASE("a fork is called by its own name, and so are its receipts", "[labelled]") {
    const Labels labels = labels_of({label_of(kPool, LabelRole::kProtocol, "spark")});
    const Labelled out = labelled(labels, 1, small_market().snapshot());
    CHECK(targets(out.snapshot, kMarket, EdgeKind::kPartOf) == Ids{"protocol:spark"});
    CHECK(targets(out.snapshot, token(kReceipt), EdgeKind::kIssuedBy) == Ids{"protocol:spark"});
    CHECK_FALSE(out.snapshot.find(NodeKey::of(NodeKind::kProtocol, "aave_v3")));
    CHECK(node_at(out.snapshot, NodeKey::of(NodeKind::kProtocol, "spark")).name == "SparkLend");
    CHECK(node_at(out.snapshot, kMarket).name == "SparkLend");
}

TEST_CASE(
    "an issued token is the market's, whatever a label says, and that is told", "[labelled]"
) {
    Drawing drawing = small_market();
    drawing.node(token(kDebtToken)).edge(token(kDebtToken), kMarket, EdgeKind::kBacked);
    const Labels labels = labels_of({label_of(kDebtToken, LabelRole::kToken, "lido")});
    const Labelled out = labelled(labels, 1, drawing.snapshot());
    CHECK(targets(out.snapshot, token(kDebtToken), EdgeKind::kIssuedBy) == Ids{"protocol:aave_v3"});
    CHECK(out.shares.of(Found::kIssued).tokens == 1);
    CHECK(out.contradictions.size() == 1);
    CHECK(out.shares.contradictions() == 1);
}

TEST_CASE(
    "what only a token says it stands for stays a claim, unless a label says otherwise",
    "[labelled]"
) {
    Drawing drawing = small_market();
    drawing.node(token(kVault)).node(token(kStranger));
    drawing.edge(token(kVault), token(kStranger), EdgeKind::kWraps);
    const Labelled plain = labelled(Labels(), 1, drawing.snapshot());
    CHECK(
        targets(plain.snapshot, token(kVault), EdgeKind::kWraps) == Ids{"token:" + kStranger.hex()}
    );
    const auto proof = [](const Snapshot& graph) {
        const auto from = graph.find(token(kVault)).value();
        return std::ranges::find_if(
                   graph.edges,
                   [&](const Edge& edge) {
                       return edge.from == from && edge.kind == EdgeKind::kWraps;
                   }
        )->proof;
    };
    CHECK(proof(plain.snapshot) == Proof::kClaimed);
    Label vault = label_of(kVault, LabelRole::kToken, "lido");
    vault.wraps = kWeth;
    const Labelled told = labelled(labels_of({vault}), 1, drawing.snapshot());
    CHECK(targets(told.snapshot, token(kVault), EdgeKind::kWraps) == Ids{"token:" + kWeth.hex()});
    CHECK(proof(told.snapshot) == Proof::kLabelled);
    CHECK(told.contradictions.size() == 1);
}

TEST_CASE("decimals that no contract tells are a label's", "[labelled]") {
    Drawing drawing = small_market();
    for (auto& [key, edge] : drawing.edges) {
        edge.decimals = std::nullopt;
    }
    const auto decimals = [&drawing](const Labels& labels) {
        const Snapshot out = labelled(labels, 1, drawing.snapshot()).snapshot;
        const auto edge = std::ranges::find(out.edges, EdgeKind::kSupplied, &Edge::kind);
        REQUIRE(edge != out.edges.end());
        return edge->decimals;
    };
    Label weth = label_of(kWeth, LabelRole::kToken, "ethereum");
    CHECK(decimals(labels_of({weth})) == std::nullopt);
    weth.decimals = 18;
    CHECK(decimals(labels_of({weth})) == 18);
}

TEST_CASE("accounts of one entity are one node, with the sum of what they have", "[labelled]") {
    Drawing drawing = small_market();
    const NodeKey other = NodeKey::of(NodeKind::kAccount, address(8));
    const NodeKey stranger = NodeKey::of(NodeKind::kAccount, address(9));
    const auto position = [](std::uint64_t amount) {
        Edge edge;
        edge.token = kWeth;
        edge.amount = Figure<U256>::of(U256(amount));
        edge.usd = edge.amount;
        return edge;
    };
    drawing.node(other).node(stranger);
    drawing.edge(other, kMarket, EdgeKind::kSupplied, position(5))
        .edge(stranger, kMarket, EdgeKind::kSupplied, position(3))
        .edge(kMarket, other, EdgeKind::kDebt, position(2));
    const Labels labels = labels_of(
        {label_of(kAccount, LabelRole::kEntity, "lido"),
         label_of(address(8), LabelRole::kEntity, "lido")}
    );
    const Labelled out = labelled(labels, 1, drawing.snapshot());
    check_order(out.snapshot);
    const NodeKey lido = NodeKey::of(NodeKind::kEntity, "lido");
    const Node& node = node_at(out.snapshot, lido);
    CHECK(node.id == "entity:lido");
    CHECK(node.name == "Lido");
    CHECK(node.accounts == std::vector{kAccount, address(8)});
    CHECK_FALSE(out.snapshot.find(other));
    CHECK(out.snapshot.find(stranger));
    std::vector<U256> amounts;
    for (const Edge& edge : out.snapshot.edges) {
        const bool of_lido = out.snapshot.nodes.at(edge.from).key == lido ||
                             out.snapshot.nodes.at(edge.to).key == lido;
        if (of_lido) {
            amounts.push_back(edge.amount.value);
        }
    }
    CHECK(std::ranges::is_permutation(amounts, std::vector<U256>{U256(7 + 5), U256(2)}));
    // What one account has without a value leaves no sum.
    for (auto& [key, edge] : drawing.edges) {
        if (key.kind == EdgeKind::kDebt) {
            edge.usd = Figure<U256>::without(FigureStatus::kNoData, "no price");
        }
    }
    const NodeKey account = NodeKey::of(NodeKind::kAccount, kAccount);
    drawing.edge(kMarket, account, EdgeKind::kDebt, position(1));
    const Labelled odd = labelled(labels, 1, drawing.snapshot());
    const auto debt = std::ranges::find(odd.snapshot.edges, EdgeKind::kDebt, &Edge::kind);
    REQUIRE(debt != odd.snapshot.edges.end());
    CHECK(debt->amount.value == U256(3));
    CHECK(debt->usd.reason == "no price");
    CHECK(labelled(labels, 1, out.snapshot).snapshot.edges.size() == out.snapshot.edges.size());
}

}  // namespace
}  // namespace faultline::graph
