// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::network {
namespace {

using ByToken = std::map<std::string, double>;

double dollars(const U256& usd) {
    constexpr double kUnit = 1e8;
    double value = 0;
    for (const char digit : usd.to_string()) {
        value = (value * 10) + (digit - '0');
    }
    return value / kUnit;
}

/// "aave_v3" of "protocol:aave_v3".
std::string name_in(const std::string& id) {
    const auto colon = id.find(':');
    return colon == std::string::npos ? id : id.substr(colon + 1);
}

/// What protocols hold, taken together from a snapshot.
class ProtocolHoldings {
  public:
    explicit ProtocolHoldings(const graph::Snapshot& snapshot) : snapshot_(snapshot) {
        for (const graph::Edge& edge : snapshot.edges) {
            if (edge.kind == graph::EdgeKind::kPartOf) {
                protocols_[edge.from] = edge.to;
            } else if (edge.kind == graph::EdgeKind::kIssuedBy) {
                issuers_.emplace(edge.from, edge.to);
            }
        }
        for (const graph::Edge& edge : snapshot.edges) {
            const auto protocol = protocols_.find(edge.from);
            const bool held =
                edge.kind == graph::EdgeKind::kLiquidity || edge.kind == graph::EdgeKind::kDebt;
            if (held && edge.usd.ok() && protocol != protocols_.end()) {
                add(name_in(snapshot.nodes[protocol->second].id), edge);
            }
        }
    }

    [[nodiscard]] Snapshot network() const {
        Snapshot out;
        constexpr std::uint64_t kDay = 86'400;
        out.date.since_1970 = static_cast<std::int32_t>(snapshot_.timestamp.value / kDay);
        for (const auto& [id, held] : nodes_) {
            SnapshotNode node;
            node.id = id;
            node.size = sum(held);
            node.composition = values(held);
            out.nodes.push_back(std::move(node));
        }
        for (const auto& [ends, held] : links_) {
            SnapshotLink link;
            link.source = ends.first;
            link.target = ends.second;
            link.size = sum(held);
            link.composition = values(held);
            out.links.push_back(std::move(link));
        }
        return out;
    }

  private:
    void add(const std::string& holder, const graph::Edge& edge) {
        const auto token = snapshot_.find(graph::NodeKey::of(graph::NodeKind::kToken, edge.token));
        const std::string name = token ? snapshot_.nodes[*token].name : edge.token.hex();
        const double usd = dollars(edge.usd.value);
        nodes_[holder][name] += usd;
        const std::string issuer = token ? issuer_of(*token, name) : name;
        nodes_[issuer];
        if (issuer != holder) {
            links_[{holder, issuer}][name] += usd;
        }
    }

    [[nodiscard]] std::string issuer_of(graph::NodeIndex token, const std::string& name) const {
        const auto found = issuers_.find(token);
        if (found == issuers_.end()) {
            return name;
        }
        const graph::Node& issuer = snapshot_.nodes[found->second];
        return issuer.key.kind == graph::NodeKind::kUnknown ? name : name_in(issuer.id);
    }

    static double sum(const ByToken& held) {
        double total = 0;
        for (const auto& [token, usd] : held) {
            total += usd;
        }
        return total;
    }

    static std::vector<TokenValue> values(const ByToken& held) {
        std::vector<TokenValue> out;
        out.reserve(held.size());
        for (const auto& [token, usd] : held) {
            out.push_back({.token = token, .value_usd = usd});
        }
        return out;
    }

    const graph::Snapshot& snapshot_;
    std::map<graph::NodeIndex, graph::NodeIndex> protocols_;  ///< By market.
    std::map<graph::NodeIndex, graph::NodeIndex> issuers_;    ///< By token.
    std::map<std::string, ByToken> nodes_;
    std::map<std::pair<std::string, std::string>, ByToken> links_;
};

}  // namespace

Snapshot protocol_network(const graph::Snapshot& labelled) {
    return ProtocolHoldings(labelled).network();
}

}  // namespace faultline::network
