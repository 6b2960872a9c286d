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

/// The threshold of who is in default, which no loss reaches.
constexpr double kDown = std::numeric_limits<double>::quiet_NaN();

/// Of equity 0: the first loss above 0.
double threshold_of(double equity) {
    return std::max(equity, std::numeric_limits<double>::denorm_min());
}

}  // namespace

Cascade::Cascade(const Graph& graph, std::span<const double> equities, double loss_given_default)
    : graph_(&graph),
      equities_(equities),
      loss_given_default_(loss_given_default),
      defaulted_(std::size_t{graph.node_count()} + 1),
      touched_(std::size_t{graph.node_count()} + 1) {
    FAULTLINE_ASSERT(equities.size() == graph.node_count());
    FAULTLINE_ASSERT(loss_given_default >= 0 && loss_given_default <= 1);
    states_.reserve(graph.node_count());
    for (const double equity : equities) {
        states_.push_back({.loss = 0, .threshold = threshold_of(equity)});
    }
}

CascadeOutcome Cascade::run(std::span<const Node> seeds) {
    defaulted_count_ = 0;
    touched_count_ = 0;
    for (const Node seed : seeds) {
        double& threshold = states_[seed].threshold;
        if (!std::isnan(threshold)) {
            threshold = kDown;
            defaulted_[defaulted_count_++] = seed;
        }
    }
    const std::size_t seeded = defaulted_count_;
    CascadeOutcome out;
    std::size_t round_end = seeded;
    for (std::size_t at = 0; at < defaulted_count_; ++at) {
        if (at == round_end) {
            round_end = defaulted_count_;
            ++out.rounds;
        }
        spread(defaulted_[at]);
    }
    out.defaults = static_cast<std::uint32_t>(defaulted_count_);
    out.loss = settle(seeded);
    return out;
}

/// All of a run's time goes here. There is no branch but the loop's, as what data decides no
/// processor foresees: who is in default, or loses something for the first time, is not decided
/// but added.
void Cascade::spread(Node debtor) {
    const Rows& in = graph_->in();
    const std::size_t end = in.offsets[std::size_t{debtor} + 1];
    std::size_t touched = touched_count_;
    std::size_t defaulted = defaulted_count_;
    for (std::size_t at = in.offsets[debtor]; at < end; ++at) {
        const Node creditor = in.nodes[at];
        State& one = states_[creditor];
        const double before = one.loss;
        const double loss = before + (loss_given_default_ * in.weights[at]);
        const bool down = loss >= one.threshold;
        one.loss = loss;
        one.threshold = down ? kDown : one.threshold;
        touched_[touched] = creditor;
        touched += static_cast<std::size_t>(before == 0) & static_cast<std::size_t>(loss > 0);
        defaulted_[defaulted] = creditor;
        defaulted += static_cast<std::size_t>(down);
    }
    touched_count_ = touched;
    defaulted_count_ = defaulted;
}

/// Adds up what everybody but the seeds lost, and makes the states those of the beginning.
double Cascade::settle(std::size_t seeds) {
    for (const Node seed : std::span(defaulted_).first(seeds)) {
        states_[seed] = {.loss = 0, .threshold = threshold_of(equities_[seed])};
    }
    Sum out;
    for (const Node node : std::span(touched_).first(touched_count_)) {
        State& one = states_[node];
        out.add(std::isnan(one.threshold) ? equities_[node] : one.loss);
        one = {.loss = 0, .threshold = threshold_of(equities_[node])};
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
