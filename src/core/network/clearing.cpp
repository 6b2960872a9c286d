// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/clearing.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

constexpr double kRoundingOfSums = 1e-12;

/// What is known while payments fall.
struct State {
    std::vector<double> dues;
    std::vector<double> payments;
    std::vector<double> paid_share;  ///< payments / dues
    std::vector<std::uint8_t> defaulted;
};

double received_by(const Graph& graph, Node node, std::span<const double> paid_share) {
    const Row claims = graph.out().row(node);
    double out = 0;
    for (std::size_t at = 0; at < claims.size(); ++at) {
        out += claims.weights[at] * paid_share[claims.nodes[at]];
    }
    return out;
}

/// Lowers what one node pays; returns by how much.
double lower(
    const Graph& graph, Node node, double external, const ClearingOptions& options, State& state
) {
    const double due = state.dues[node];
    if (due <= 0) {
        return 0;
    }
    const double received = received_by(graph, node, state.paid_share);
    if (external + received >= due * (1 - kRoundingOfSums)) {
        return 0;
    }
    const double can = options.external_recovery * external + options.claim_recovery * received;
    const double now = std::min(state.payments[node], can);
    const double fall = state.payments[node] - now;
    state.payments[node] = now;
    state.paid_share[node] = now / due;
    state.defaulted[node] = 1;
    return fall;
}

}  // namespace

Clearing clear(
    const Graph& graph, std::span<const double> external, const ClearingOptions& options
) {
    FAULTLINE_ASSERT(external.size() == graph.node_count());
    State state{
        .dues = strengths(graph, Side::kIn),
        .payments = {},
        .paid_share = std::vector<double>(graph.node_count(), 1.0),
        .defaulted = std::vector<std::uint8_t>(graph.node_count()),
    };
    state.payments = state.dues;
    Sum all_dues;
    for (const double due : state.dues) {
        all_dues.add(due);
    }
    const double still = options.tolerance * all_dues.value();
    Clearing out;
    while (out.rounds < options.most_rounds && !out.converged) {
        out.last_change = 0;
        for (Node node = 0; node < graph.node_count(); ++node) {
            const double fall = lower(graph, node, external[node], options, state);
            out.last_change = std::max(out.last_change, fall);
        }
        ++out.rounds;
        out.converged = out.last_change <= still;
    }
    out.payments = std::move(state.payments);
    out.defaulted = std::move(state.defaulted);
    return out;
}

}  // namespace faultline::network
