// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/weekly_flow.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
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

    [[nodiscard]] std::vector<Observation> observations(std::int64_t at) const {
        std::vector<Observation> out;
        out.reserve(held_.size());
        for (const auto& [held, usd] : held_) {
            out.push_back(
                {.holder = held.first,
                 .chain = snapshot_.chain,
                 .token = held.second,
                 .issuer = issued_.at(held.second),
                 .at = at,
                 .value_usd = usd}
            );
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
        held_[{holder, name}] += usd;
        issued_.try_emplace(name, issuer);
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
    std::map<std::pair<std::string, std::string>, double> held_;  ///< By holder and token.
    std::map<std::string, std::string> issued_;                   ///< By token; the first, by name.
    std::map<std::pair<std::string, std::string>, ByToken> links_;
};

/// Of every holding that was seen at one of the two moments only, nothing at the other.
void add_absent(std::vector<Observation>& seen, std::int64_t monday) {
    std::map<std::pair<SnapshotId, std::string>, std::vector<std::size_t>> by_holding;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        by_holding[{seen[i].holder, seen[i].token}].push_back(i);
    }
    for (const auto& [holding, places] : by_holding) {
        if (places.size() == 1) {
            Observation other = seen[places.front()];
            other.at = other.at == monday ? monday + 1 : monday;
            other.value_usd = 0;
            seen.push_back(std::move(other));
        }
    }
}

}  // namespace

Snapshot protocol_network(const graph::Snapshot& labelled) {
    return ProtocolHoldings(labelled).network();
}

std::vector<Observation> holdings(const graph::Snapshot& labelled, std::int64_t at) {
    return ProtocolHoldings(labelled).observations(at);
}

Result<Snapshot> flows_between(const graph::Snapshot& before, const graph::Snapshot& after) {
    constexpr std::int64_t kDay = 86'400;
    const auto day = static_cast<std::int32_t>(after.timestamp.value / kDay);
    const std::int64_t monday = Day{.since_1970 = day}.monday().since_1970 * kDay;
    std::vector<Observation> seen = holdings(before, monday);
    std::ranges::move(holdings(after, monday + 1), std::back_inserter(seen));
    // What was all gained or lost has one observation; the other is nothing.
    add_absent(seen, monday);
    FAULTLINE_TRY(std::vector<Snapshot> weeks, weekly_flows(seen));
    if (weeks.empty()) {
        Snapshot none;
        none.date = Day{.since_1970 = day}.monday();
        return none;
    }
    return std::move(weeks.front());
}

}  // namespace faultline::network
