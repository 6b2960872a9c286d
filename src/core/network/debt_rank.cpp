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
      arriving_(graph.node_count()),
      reached_(std::size_t{graph.node_count()} + 1) {
    FAULTLINE_ASSERT(equities.size() == graph.node_count());
    const Rows& in = graph.in();
    for (std::size_t at = 0; at < leverage_.size(); ++at) {
        leverage_[at] = leverage_of(in.weights[at], equities[in.nodes[at]]);
    }
    active_.reserve(graph.node_count());
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
    std::size_t reached = 0;
    for (const Node debtor : active_) {
        const double growth = grown_[debtor];
        for (std::uint32_t at = in.offsets[debtor]; at < in.offsets[std::size_t{debtor} + 1];
             ++at) {
            const Node creditor = in.nodes[at];
            const double before = arriving_[creditor];
            const double after = before + leverage_[at] * growth;
            arriving_[creditor] = after;
            // Without a branch: who is reached first by whom, no processor foresees.
            reached_[reached] = creditor;
            reached += static_cast<std::size_t>(before == 0) & static_cast<std::size_t>(after > 0);
        }
    }
    active_.clear();
    double change = 0;
    for (const Node node : std::span(reached_).first(reached)) {
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
