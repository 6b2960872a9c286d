// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::network {

ContagionSimulator::ContagionSimulator(const Graph& graph, std::span<const double> sizes)
    : graph_(&graph),
      sizes_(sizes),
      claim_shares_(graph.edge_count()),
      losses_(graph.node_count()),
      arriving_(graph.node_count()),
      distressed_(graph.node_count()),
      touched_(graph.node_count()) {
    FAULTLINE_ASSERT(sizes.size() == graph.node_count());
    Sum all;
    for (const double size : sizes) {
        FAULTLINE_ASSERT(size >= 0);
        all.add(size);
    }
    all_sizes_ = all.value();
    const Rows& in = graph.in();
    const std::vector<double> claims = strengths(graph, Side::kIn);
    for (Node debtor = 0; debtor < graph.node_count(); ++debtor) {
        for (std::size_t at = in.offsets[debtor]; at < in.offsets[std::size_t{debtor} + 1]; ++at) {
            claim_shares_[at] = claims[debtor] > 0 ? in.weights[at] / claims[debtor] : 0;
        }
    }
}

Contagion ContagionSimulator::run(std::span<const Shock> shocks, const ContagionOptions& options) {
    std::ranges::fill(losses_, 0.0);
    std::ranges::fill(distressed_, std::uint8_t{0});
    shock(shocks);
    Contagion out;
    Sum unabsorbed;
    while (out.rounds < options.most_rounds && hand_on()) {
        ++out.rounds;
        unabsorbed.add(absorb(options.distress_share));
    }
    out.exhausted = has_to_hand_on();
    Sum lost;
    for (std::size_t node = 0; node < losses_.size(); ++node) {
        lost.add(losses_[node]);
        out.distressed += distressed_[node];
    }
    out.lost = lost.value();
    out.unabsorbed = unabsorbed.value();
    out.share = all_sizes_ > 0 ? out.lost / all_sizes_ : 0;
    return out;
}

void ContagionSimulator::shock(std::span<const Shock> shocks) {
    frontier_.clear();
    for (const Shock& shock : shocks) {
        FAULTLINE_ASSERT(shock.node < sizes_.size() && shock.share >= 0 && shock.share <= 1);
        const double size = sizes_[shock.node];
        losses_[shock.node] = std::min(size, losses_[shock.node] + shock.share * size);
        if (distressed_[shock.node] == 0) {
            distressed_[shock.node] = 1;
            frontier_.push_back(shock.node);
        }
    }
}

bool ContagionSimulator::has_to_hand_on() const {
    return std::ranges::any_of(frontier_, [this](Node node) {
        const auto claims = graph_->in().row(node).weights;
        return losses_[node] > 0 && std::ranges::any_of(claims, [](double w) { return w > 0; });
    });
}

/// Whether anybody had something for anybody.
bool ContagionSimulator::hand_on() {
    const Rows& in = graph_->in();
    reached_.clear();
    for (const Node debtor : frontier_) {
        for (std::size_t at = in.offsets[debtor]; at < in.offsets[std::size_t{debtor} + 1]; ++at) {
            const double more = losses_[debtor] * claim_shares_[at];
            if (more <= 0) {
                continue;
            }
            const Node creditor = in.nodes[at];
            if (touched_[creditor] == 0) {
                touched_[creditor] = 1;
                reached_.push_back(creditor);
            }
            arriving_[creditor] += more;
        }
    }
    frontier_.clear();
    return !reached_.empty();
}

/// Books what arrives, and makes the next frontier; returns what nobody could lose any more.
double ContagionSimulator::absorb(double distress_share) {
    Sum unabsorbed;
    for (const Node node : reached_) {
        const double size = sizes_[node];
        const double before = losses_[node];
        losses_[node] = std::min(size, before + arriving_[node]);
        unabsorbed.add(std::max(0.0, arriving_[node] - (losses_[node] - before)));
        arriving_[node] = 0;
        touched_[node] = 0;
        if (distressed_[node] == 0 && losses_[node] > distress_share * size) {
            distressed_[node] = 1;
            frontier_.push_back(node);
        }
    }
    return unabsorbed.value();
}

}  // namespace faultline::network
