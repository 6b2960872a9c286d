// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

namespace {

constexpr std::size_t kTailEdges = 5;

/// Adds weight * value / largest value to each score.
void add_part(double weight, std::span<const double> values, std::span<double> scores) {
    const double largest = values.empty() ? 0 : std::ranges::max(values);
    if (largest <= 0) {
        return;
    }
    for (std::size_t node = 0; node < values.size(); ++node) {
        scores[node] += weight * values[node] / largest;
    }
}

double sum_of(std::span<const double> values) {
    Sum out;
    for (const double value : values) {
        out.add(value);
    }
    return out.value();
}

}  // namespace

std::vector<double> tail_shares(const Graph& graph) {
    std::vector<double> out(graph.node_count());
    for (Node node = 0; node < graph.node_count(); ++node) {
        out[node] = top_share(graph.out().row(node).weights, kTailEdges).value_or(0);
    }
    return out;
}

std::vector<double> systemic_importance(
    const Graph& graph,
    std::span<const double> ranks,
    std::span<const double> sizes,
    const ImportanceWeights& weights
) {
    FAULTLINE_ASSERT(ranks.size() == graph.node_count() && sizes.size() == graph.node_count());
    std::vector<double> log_sizes(sizes.size());
    std::ranges::transform(sizes, log_sizes.begin(), [](double size) { return std::log1p(size); });
    const std::vector<double> tails = tail_shares(graph);
    std::vector<double> scores(graph.node_count());
    add_part(weights.rank, ranks, scores);
    for (std::size_t node = 0; node < tails.size(); ++node) {
        scores[node] += weights.tail * tails[node];
    }
    add_part(weights.size, log_sizes, scores);
    return scores;
}

std::vector<double> interconnectedness(const Graph& graph) {
    const std::vector<double> claims = strengths(graph, Side::kOut);
    const std::vector<double> dues = strengths(graph, Side::kIn);
    const double total = sum_of(claims);
    std::vector<double> scores(graph.node_count());
    if (total > 0) {
        for (std::size_t node = 0; node < scores.size(); ++node) {
            scores[node] = (claims[node] / total + dues[node] / total) / 2;
        }
    }
    return scores;
}

ValueLocked value_locked(std::span<const double> sizes, std::span<const double> derivative) {
    FAULTLINE_ASSERT(sizes.size() == derivative.size());
    const double total = sum_of(sizes);
    Sum redeemable;
    for (std::size_t node = 0; node < sizes.size(); ++node) {
        FAULTLINE_ASSERT(0 <= derivative[node] && derivative[node] <= sizes[node]);
        redeemable.add(sizes[node] - derivative[node]);
    }
    const double net = redeemable.value();
    return {
        .total = total,
        .redeemable = net,
        .multiplier = net > 0 ? std::optional(total / net) : std::nullopt,
    };
}

}  // namespace faultline::network
