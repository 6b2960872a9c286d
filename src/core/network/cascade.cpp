// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

Cascade::Cascade(const Graph& graph, std::span<const double> equities, double loss_given_default)
    : graph_(&graph),
      equities_(equities),
      loss_given_default_(loss_given_default),
      states_(graph.node_count()) {
    FAULTLINE_ASSERT(equities.size() == graph.node_count());
    FAULTLINE_ASSERT(loss_given_default >= 0 && loss_given_default <= 1);
    defaulted_.reserve(graph.node_count());
    touched_.reserve(graph.node_count());
}

CascadeOutcome Cascade::run(std::span<const Node> seeds) {
    ++run_;
    if (run_ == 0) {  // after 2^32 runs: the marks of old ones would look like new ones
        std::ranges::fill(states_, State{});
        run_ = 1;
    }
    defaulted_.clear();
    touched_.clear();
    for (const Node seed : seeds) {
        State& one = state(seed);
        if (!one.in_default) {
            one.in_default = true;
            defaulted_.push_back(seed);
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
    out.loss = loss_of_others(seeded);
    return out;
}

Cascade::State& Cascade::state(Node node) {
    State& out = states_[node];
    if (out.run != run_) {
        out = {.loss = 0, .run = run_, .in_default = false};
        touched_.push_back(node);
    }
    return out;
}

void Cascade::spread(Node debtor) {
    const Rows& in = graph_->in();
    for (std::size_t at = in.offsets[debtor]; at < in.offsets[std::size_t{debtor} + 1]; ++at) {
        const Node creditor = in.nodes[at];
        State& one = state(creditor);
        if (one.in_default) {
            continue;
        }
        one.loss += loss_given_default_ * in.weights[at];
        if (one.loss >= equities_[creditor] && one.loss > 0) {
            one.in_default = true;
            defaulted_.push_back(creditor);
        }
    }
}

double Cascade::loss_of_others(std::size_t seeds) const {
    Sum out;
    for (std::size_t at = seeds; at < defaulted_.size(); ++at) {
        out.add(equities_[defaulted_[at]]);
    }
    for (const Node node : touched_) {
        if (!states_[node].in_default) {
            out.add(states_[node].loss);
        }
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
