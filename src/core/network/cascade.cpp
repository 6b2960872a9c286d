// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace faultline::network {

namespace {

/// Of equity 0: the first loss above 0.
double threshold_of(double equity) {
    return std::max(equity, std::numeric_limits<double>::denorm_min());
}

}  // namespace

Cascade::Cascade(const Graph& graph, std::span<const double> equities, double loss_given_default)
    : graph_(&graph),
      equities_(equities),
      loss_given_default_(loss_given_default),
      touched_(std::size_t{graph.node_count()} + 1) {
    FAULTLINE_ASSERT(equities.size() == graph.node_count());
    FAULTLINE_ASSERT(loss_given_default >= 0 && loss_given_default <= 1);
    states_.reserve(graph.node_count());
    defaulted_.reserve(graph.node_count());
    for (const double equity : equities) {
        states_.push_back({.loss = 0, .threshold = threshold_of(equity)});
    }
}

CascadeOutcome Cascade::run(std::span<const Node> seeds) {
    defaulted_.clear();
    touched_count_ = 0;
    for (const Node seed : seeds) {
        if (!std::isnan(states_[seed].threshold)) {
            bring_down(seed);
        }
    }
    const std::size_t seeded = defaulted_.size();
    CascadeOutcome out;
    std::size_t round_end = seeded;
    for (std::size_t at = 0; at < defaulted_.size(); ++at) {
        if (at == round_end) {
            round_end = defaulted_.size();
            ++out.rounds;
        }
        spread(defaulted_[at]);
    }
    out.defaults = static_cast<std::uint32_t>(defaulted_.size());
    out.loss = settle(seeded);
    return out;
}

void Cascade::bring_down(Node node) {
    states_[node].threshold = std::numeric_limits<double>::quiet_NaN();
    defaulted_.push_back(node);
}

/// All of a run's time goes here. The one branch is taken once for each default: who is down
/// already and who loses something for the first time is not decided but added.
void Cascade::spread(Node debtor) {
    const Rows& in = graph_->in();
    const std::size_t end = in.offsets[std::size_t{debtor} + 1];
    for (std::size_t at = in.offsets[debtor]; at < end; ++at) {
        const Node creditor = in.nodes[at];
        State& one = states_[creditor];
        const double before = one.loss;
        one.loss += loss_given_default_ * in.weights[at];
        touched_[touched_count_] = creditor;
        touched_count_ +=
            static_cast<std::size_t>(before == 0) & static_cast<std::size_t>(one.loss > 0);
        if (one.loss >= one.threshold) {
            bring_down(creditor);
        }
    }
}

/// Adds up what everybody but the seeds lost, and makes the states those of the beginning.
double Cascade::settle(std::size_t seeds) {
    Sum out;
    for (std::size_t at = seeds; at < defaulted_.size(); ++at) {
        out.add(equities_[defaulted_[at]]);
    }
    for (const Node node : std::span(touched_).first(touched_count_)) {
        State& one = states_[node];
        out.add(std::isnan(one.threshold) ? 0 : one.loss);
        one.loss = 0;
    }
    for (const Node node : defaulted_) {
        states_[node].threshold = threshold_of(equities_[node]);
    }
    return out.value();
}

std::vector<Impact> impacts(
    const Graph& graph, std::span<const double> equities, double loss_given_default
) {
    Cascade cascade(graph, equities, loss_given_default);
    std::vector<Impact> out;
    out.reserve(graph.node_count());
    for (Node node = 0; node < graph.node_count(); ++node) {
        const CascadeOutcome outcome = cascade.run(std::span(&node, 1));
        out.push_back({
            .reach = outcome.defaults - 1,
            .radius = outcome.rounds,
            .loss = outcome.loss,
        });
    }
    return out;
}

}  // namespace faultline::network
