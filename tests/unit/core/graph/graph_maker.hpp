// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {

/// Bytes of a word to the left.
template <class Bytes>
Bytes bytes_of(std::string_view word) {
    Bytes out;
    std::copy_n(word.begin(), std::min(word.size(), out.bytes.size()), out.bytes.begin());
    return out;
}

/// "token:DAI": of nodes with an address, the word is the address.
inline NodeKey key_of(std::string_view id) {
    const std::size_t colon = id.find(':');
    const std::string_view name = id.substr(colon + 1);
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last_of(NodeKind{})); ++i) {
        const auto kind = static_cast<NodeKind>(i);
        if (node_kind_name(kind) == id.substr(0, colon)) {
            return has_address(kind) ? NodeKey::of(kind, bytes_of<Address>(name))
                                     : NodeKey::of(kind, name);
        }
    }
    return {};
}

/// What differs from the usual edge.
struct Made {
    std::string_view part;
    std::string_view token;
    std::optional<std::uint64_t> usd;
    Proof proof = Proof::kConfirmed;
};

/// Writes small graphs down.
class GraphMaker {
  public:
    GraphMaker& node(std::string_view id) {
        const NodeKey key = key_of(id);
        nodes_[key] = {
            .key = key,
            .id = node_id(key, id.substr(id.find(':') + 1)),
            .name = std::string(id),
            .category = {},
            .accounts = {},
        };
        return *this;
    }

    GraphMaker& edge(std::string_view from, EdgeKind kind, std::string_view to, const Made& made) {
        node(from).node(to);
        const auto amount = [&made] {
            return made.usd ? Figure<U256>::of(*made.usd)
                            : Figure<U256>::without(FigureStatus::kNoData, "nothing tells");
        };
        edges_.emplace_back(key_of(from), key_of(to));
        made_.push_back({
            .from = 0,
            .to = 0,
            .kind = kind,
            .part = bytes_of<Hash32>(made.part),
            .part_name = std::string(made.part),
            .token = bytes_of<Address>(made.token),
            .decimals = 0,
            .proof = made.proof,
            .amount = amount(),
            .usd = amount(),
            .amount_block = std::nullopt,
        });
        return *this;
    }

    /// Of a holder in a market's part, whose word is its token's as well.
    GraphMaker& claim(
        std::string_view holder,
        std::string_view market,
        std::string_view part,
        std::optional<std::uint64_t> usd
    ) {
        return edge(
            holder,
            EdgeKind::kSupplied,
            market,
            {.part = part, .token = part, .usd = usd, .proof = Proof::kConfirmed}
        );
    }

    GraphMaker& liquidity(
        std::string_view market,
        std::string_view part,
        std::string_view token,
        std::optional<std::uint64_t> usd
    ) {
        return edge(
            market,
            EdgeKind::kLiquidity,
            "token:" + std::string(token),
            {.part = part, .token = token, .usd = usd, .proof = Proof::kConfirmed}
        );
    }

    /// Without a part and an amount.
    GraphMaker& bond(
        std::string_view from,
        EdgeKind kind,
        std::string_view to,
        std::optional<std::uint64_t> usd = std::nullopt,
        Proof proof = Proof::kConfirmed
    ) {
        return edge(from, kind, to, {.part = {}, .token = {}, .usd = usd, .proof = proof});
    }

    [[nodiscard]] Snapshot make() const {
        Snapshot snapshot;
        snapshot.chain = "test";
        std::map<NodeKey, NodeIndex> places;
        for (const auto& [key, node] : nodes_) {
            places[key] = static_cast<NodeIndex>(snapshot.nodes.size());
            snapshot.nodes.push_back(node);
        }
        for (std::size_t i = 0; i < made_.size(); ++i) {
            Edge edge = made_[i];
            edge.from = places[edges_[i].first];
            edge.to = places[edges_[i].second];
            snapshot.edges.push_back(std::move(edge));
        }
        std::ranges::sort(snapshot.edges, {}, [](const Edge& edge) {
            return std::tuple(edge.from, edge.to, edge.kind, edge.part);
        });
        const auto again = std::ranges::unique(snapshot.edges, {}, [](const Edge& edge) {
            return std::tuple(edge.from, edge.to, edge.kind, edge.part);
        });
        snapshot.edges.erase(again.begin(), again.end());
        return snapshot;
    }

  private:
    std::map<NodeKey, Node> nodes_;
    std::vector<std::pair<NodeKey, NodeKey>> edges_;
    std::vector<Edge> made_;
};

}  // namespace faultline::graph
