// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace faultline::network {

namespace {

double leverage_of(double claim, double equity) {
    if (claim <= 0) {
        return 0;
    }
    return equity > 0 ? claim / equity : std::numeric_limits<double>::infinity();
}

}  // namespace

DebtRank::DebtRank(const Graph& graph, std::span<const double> equities)
    : graph_(&graph),
      leverage_(graph.edge_count()),
      grown_(graph.node_count()),
      arriving_(graph.node_count()) {
    FAULTLINE_ASSERT(equities.size() == graph.node_count());
    const Rows& in = graph.in();
    for (std::size_t at = 0; at < leverage_.size(); ++at) {
        leverage_[at] = leverage_of(in.weights[at], equities[in.nodes[at]]);
    }
    active_.reserve(graph.node_count());
    reached_.reserve(graph.node_count());
}

Distress DebtRank::run(std::span<double> distress, const DebtRankOptions& options) {
    FAULTLINE_ASSERT(distress.size() == graph_->node_count());
    active_.clear();
    for (Node node = 0; node < distress.size(); ++node) {
        FAULTLINE_ASSERT(distress[node] >= 0 && distress[node] <= 1);
        if (distress[node] > 0) {
            active_.push_back(node);
            grown_[node] = distress[node];
        }
    }
    Distress out;
    while (out.rounds < options.most_rounds && !out.converged) {
        out.last_change = spread_round(distress);
        ++out.rounds;
        out.converged = out.last_change <= options.tolerance;
    }
    return out;
}

double DebtRank::spread_round(std::span<double> distress) {
    const Rows& in = graph_->in();
    for (const Node debtor : active_) {
        for (std::uint32_t at = in.offsets[debtor]; at < in.offsets[std::size_t{debtor} + 1];
             ++at) {
            const Node creditor = in.nodes[at];
            const double more = leverage_[at] * grown_[debtor];
            if (arriving_[creditor] == 0 && more > 0) {
                reached_.push_back(creditor);
            }
            arriving_[creditor] += more;
        }
    }
    active_.clear();
    double change = 0;
    for (const Node node : reached_) {
        const double now = std::min(1.0, distress[node] + arriving_[node]);
        const double growth = now - distress[node];
        arriving_[node] = 0;
        if (growth > 0) {
            distress[node] = now;
            grown_[node] = growth;
            active_.push_back(node);
            change = std::max(change, growth);
        }
    }
    reached_.clear();
    return change;
}

double debt_rank_value(
    std::span<const double> before, std::span<const double> after, std::span<const double> values
) {
    FAULTLINE_ASSERT(before.size() == after.size() && after.size() == values.size());
    Sum lost;
    Sum all;
    for (std::size_t node = 0; node < values.size(); ++node) {
        lost.add((after[node] - before[node]) * values[node]);
        all.add(values[node]);
    }
    return all.value() > 0 ? lost.value() / all.value() : 0;
}

}  // namespace faultline::network
