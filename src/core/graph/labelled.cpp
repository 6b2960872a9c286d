// SPDX-License-Identifier: Apache-2.0
#include "core/graph/wrapped_amounts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// What a named node is called: "aave_v3" of "protocol:aave_v3".
std::string slug_of(const Node& node) {
    return node.id.substr(node.id.find(':') + 1);
}

/// What labels call nodes of a kind by; nullopt: labels do not name such nodes by address.
std::optional<LabelRole> role_of(NodeKind kind) {
    switch (kind) {
        case NodeKind::kMarket:
            return LabelRole::kProtocol;
        case NodeKind::kToken:
            return LabelRole::kToken;
        case NodeKind::kOracle:
            return LabelRole::kFeed;
        case NodeKind::kAccount:
            return LabelRole::kEntity;
        case NodeKind::kGovernor:
            return LabelRole::kGovernor;
        case NodeKind::kProtocol:
        case NodeKind::kIssuer:
        case NodeKind::kEntity:
        case NodeKind::kOthers:
        case NodeKind::kBridge:
        case NodeKind::kUnknown:
            return std::nullopt;
    }
    return std::nullopt;
}

/// Whether labels say which nodes of the kind there are.
bool is_of_labels(NodeKind kind) {
    return kind == NodeKind::kProtocol || kind == NodeKind::kIssuer || kind == NodeKind::kBridge ||
           kind == NodeKind::kUnknown;
}

class Labelling {
  public:
    Labelling(const Labels& labels, eth::ChainId chain, const Snapshot& snapshot)
        : labels_(labels), chain_(chain), given_(snapshot) {}

    Labelled run() {
        take_in();
        name_protocols();
        while (!tokens_.empty()) {
            const NodeKey token = *tokens_.begin();
            tokens_.erase(tokens_.begin());
            resolve_token(token);
        }
        give_out();
        return std::move(out_);
    }

  private:
    struct Known {
        std::optional<std::uint8_t> decimals;
        Figure<U256> usd = Figure<U256>::without(FigureStatus::kNoData, "no market owes any of it");
    };

    void take_in() {
        std::vector<NodeKey> keys;
        for (const Node& node : given_.nodes) {
            keys.push_back(take_node(node));
            if (node.key.kind == NodeKind::kToken) {
                tokens_.insert(node.key);
            }
        }
        for (const Edge& edge : given_.edges) {
            const NodeKey from = keys.at(edge.from);
            const NodeKey to = keys.at(edge.to);
            const auto [known, is_new] = edges_.emplace(
                EdgeKey{.from = from, .to = to, .kind = edge.kind, .part = edge.part}, edge
            );
            if (!is_new) {
                merge(known->second, edge);
            }
            if (edge.kind == EdgeKind::kPartOf) {
                markets_[from] = {
                    .contract = from.address().value_or(Address{}),
                    .protocol = slug_of(given_.nodes.at(edge.to))
                };
            }
            take_worth(edge);
        }
    }

    /// Which node it is here: accounts that a label gives to one entity are one.
    NodeKey take_node(const Node& node) {
        const auto address = node.key.address();
        const Label* label = node.key.kind == NodeKind::kAccount && address
                                 ? labels_.find(chain_, *address, LabelRole::kEntity)
                                 : nullptr;
        if (label == nullptr || !address) {
            nodes_.emplace(node.key, node);
            return node.key;
        }
        const NodeKey entity = add_named(NodeKind::kEntity, label->name);
        // Nodes come by key, which is by address.
        nodes_.at(entity).accounts.push_back(*address);
        return entity;
    }

    /// Positions of the same part and side, of which each is rounded as its holder's own.
    static void merge(Edge& edge, const Edge& more) {
        add(edge.amount, more.amount);
        add(edge.usd, more.usd);
    }

    static void add(Figure<U256>& sum, const Figure<U256>& more) {
        if (!sum.ok() || !more.ok()) {
            sum = sum.ok() ? more : sum;
            return;
        }
        const auto both = checked_add(sum.value, more.value);
        sum = both ? Figure<U256>::of(*both)
                   : Figure<U256>::without(FigureStatus::kError, "the sum exceeds 256 bits");
    }

    void take_worth(const Edge& edge) {
        const bool owed = edge.kind == EdgeKind::kSupplied || edge.kind == EdgeKind::kCollateral;
        if (!owed && edge.kind != EdgeKind::kDebt && edge.kind != EdgeKind::kLiquidity) {
            return;
        }
        Known& known = known_[edge.token];
        known.decimals = known.decimals ? known.decimals : edge.decimals;
        if (owed && edge.usd.ok()) {
            const U256 before = known.usd.ok() ? known.usd.value : U256();
            const auto sum = checked_add(before, edge.usd.value);
            known.usd = sum ? Figure<U256>::of(*sum)
                            : Figure<U256>::without(FigureStatus::kError, "exceeds 256 bits");
        }
    }

    /// Forks are followed by the code of another protocol, and called by their own name.
    void name_protocols() {
        for (const auto& [node, market] : markets_) {
            drop_edges(node, EdgeKind::kPartOf);
            const std::string name = protocol_of(labels_, chain_, market);
            const Proof proof = name == market.protocol ? Proof::kConfirmed : Proof::kLabelled;
            add_edge(node, add_named(NodeKind::kProtocol, name), EdgeKind::kPartOf, proof);
        }
    }

    void resolve_token(const NodeKey& token) {
        const TokenFacts facts = facts_of(token);
        const Resolution found = resolve(labels_, chain_, facts);
        const NodeKey issuer = found.issuer.kind == NodeKind::kUnknown
                                   ? add_node(found.issuer, {})
                                   : add_named(found.issuer.kind, found.name);
        drop_edges(token, EdgeKind::kIssuedBy);
        drop_edges(token, EdgeKind::kBridgedBy);
        add_edge(token, issuer, EdgeKind::kIssuedBy, found.proof);
        if (!found.bridge.empty()) {
            const NodeKey bridge = add_named(NodeKind::kBridge, found.bridge);
            add_edge(token, bridge, EdgeKind::kBridgedBy, Proof::kLabelled);
        }
        // A receipt of a followed market stands for its part of the market.
        if (found.underlying && !facts.receipt_of) {
            drop_edges(token, EdgeKind::kWraps);
            const NodeKey to = NodeKey::of(NodeKind::kToken, found.underlying->token);
            if (!nodes_.contains(to)) {
                tokens_.insert(add_node(to, {}));
            }
            Edge& edge = add_edge(token, to, EdgeKind::kWraps, found.underlying->proof);
            tell_amount(given_.wrapped, facts.token, found.underlying->token, edge);
        }
        if (found.decimals.ok()) {
            decimals_[facts.token] = found.decimals.value;
        }
        const auto known = known_.find(facts.token);
        out_.shares.add(found, known == known_.end() ? Known().usd : known->second.usd);
        out_.contradictions.insert(
            out_.contradictions.end(), found.contradictions.begin(), found.contradictions.end()
        );
    }

    [[nodiscard]] TokenFacts facts_of(const NodeKey& token) const {
        TokenFacts facts;
        facts.token = token.address().value_or(Address{});
        take_saying(facts);
        const Node& node = nodes_.at(token);
        facts.symbol = node.name == node.id ? std::string() : node.name;
        const auto known = known_.find(facts.token);
        facts.decimals = known == known_.end() ? std::nullopt : known->second.decimals;
        for (auto at = first_edge(token); at != edges_.end() && at->first.from == token; ++at) {
            const EdgeKey& key = at->first;
            const auto market = markets_.find(key.to);
            if (key.kind == EdgeKind::kWraps && market != markets_.end()) {
                facts.receipt_of = market->second;
            } else if (key.kind == EdgeKind::kBacked && market != markets_.end()) {
                facts.issued_by = market->second;
            } else if (key.kind == EdgeKind::kWraps) {
                facts.claim = facts.claim.value_or(TokenClaim{});
                facts.claim->underlying = key.to.address().value_or(Address{});
            }
        }
        return facts;
    }

    void take_saying(TokenFacts& facts) const {
        const auto& all = given_.sayings;
        const auto said = std::lower_bound(
            all.begin(),
            all.end(),
            facts.token,
            [](const Saying& one, const Address& token) { return one.token < token; }
        );
        if (said == all.end() || said->token != facts.token) {
            return;
        }
        facts.contradicts_itself = said->contradicts_itself;
        if (said->market.is_zero()) {
            return;
        }
        facts.claim = TokenClaim{
            .underlying = std::nullopt,
            .market = said->market,
            .market_says = said->market_says,
            .of_underlying = said->of_underlying
        };
        const auto followed = markets_.find(NodeKey::of(NodeKind::kMarket, said->market));
        if (followed != markets_.end()) {
            facts.claimed_market = followed->second;
        }
    }

    using Edges = std::map<EdgeKey, Edge>;

    [[nodiscard]] Edges::const_iterator first_edge(const NodeKey& from) const {
        return edges_.lower_bound({.from = from, .to = {}, .kind = {}, .part = {}});
    }

    void drop_edges(const NodeKey& from, EdgeKind kind) {
        for (auto at = first_edge(from); at != edges_.end() && at->first.from == from;) {
            at = at->first.kind == kind ? edges_.erase(at) : std::next(at);
        }
    }

    NodeKey add_named(NodeKind kind, const std::string& slug) {
        return add_node(NodeKey::of(kind, slug), slug);
    }

    NodeKey add_node(const NodeKey& key, std::string_view slug) {
        const std::string id = node_id(key, slug);
        nodes_.try_emplace(
            key, Node{.key = key, .id = id, .name = id, .category = {}, .accounts = {}}
        );
        return key;
    }

    Edge& add_edge(const NodeKey& from, const NodeKey& to, EdgeKind kind, Proof proof) {
        Edge edge;
        edge.kind = kind;
        edge.proof = proof;
        edge.amount =
            Figure<U256>::without(FigureStatus::kNoData, "this kind of edge has no amount");
        edge.usd = edge.amount;
        const EdgeKey key{.from = from, .to = to, .kind = kind, .part = {}};
        return edges_.insert_or_assign(key, std::move(edge)).first->second;
    }

    void give_out() {
        std::set<NodeKey> met;
        for (const auto& [key, edge] : edges_) {
            met.insert(key.from);
            met.insert(key.to);
        }
        Snapshot& out = out_.snapshot;
        out.chain = given_.chain;
        out.block = given_.block;
        out.timestamp = given_.timestamp;
        out.sayings = given_.sayings;
        out.wrapped = given_.wrapped;
        std::map<NodeKey, NodeIndex> places;
        for (auto& [key, node] : nodes_) {
            // A name that a fork went by, or an issuer that is known now, has nothing left.
            if (!is_of_labels(key.kind) || met.contains(key)) {
                describe(node);
                places[key] = static_cast<NodeIndex>(out.nodes.size());
                out.nodes.push_back(std::move(node));
            }
        }
        for (auto& [key, edge] : edges_) {
            edge.from = places.at(key.from);
            edge.to = places.at(key.to);
            tell_decimals(edge);
            out.edges.push_back(std::move(edge));
        }
    }

    /// Where neither the protocol nor the token tells them, a label may.
    void tell_decimals(Edge& edge) const {
        // No token may be the coin, or one that nothing tells.
        const auto told = decimals_.find(edge.token);
        if (!edge.token.is_zero() && !edge.decimals && told != decimals_.end()) {
            edge.decimals = told->second;
        }
    }

    void describe(Node& node) const {
        if (const auto address = node.key.address()) {
            const auto role = role_of(node.key.kind);
            const std::string title = role ? labels_.title(chain_, *address, *role) : std::string();
            // A token's own word goes before what a label calls it.
            const bool own = node.key.kind == NodeKind::kToken && node.name != node.id;
            node.name = title.empty() || own ? node.name : title;
            return;
        }
        const std::string slug = slug_of(node);
        if (const Name* name = labels_.name(slug)) {
            node.name = name->title;
            node.category = labels_.sector(slug);
        }
    }

    const Labels& labels_;
    eth::ChainId chain_;
    const Snapshot& given_;
    std::map<NodeKey, Node> nodes_;
    Edges edges_;
    std::map<NodeKey, FollowedMarket> markets_;
    std::map<Address, Known> known_;
    std::map<Address, std::uint8_t> decimals_;
    std::set<NodeKey> tokens_;  ///< Not resolved yet.
    Labelled out_;
};

}  // namespace

Labelled labelled(const Labels& labels, eth::ChainId chain, const Snapshot& snapshot) {
    return Labelling(labels, chain, snapshot).run();
}

}  // namespace faultline::graph
