// SPDX-License-Identifier: Apache-2.0
#include "finality_wait.hpp"

#include "lanes.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <vector>

namespace faultline::delivery {
namespace {

/// Whether it says that a block with an earlier transition was orphaned.
bool takes_back(const alerts::Transition& transition) {
    return transition.kind == alerts::Kind::kRetracted ||
           transition.news == alerts::News::kTakenBack;
}

}  // namespace

Lanes::Fact fact_of(const alerts::Transition& transition) {
    return {
        .episode = transition.episode,
        .block = transition.block,
        .occurrence = transition.occurrence
    };
}

std::optional<Lanes::Gate> gate_of(const alerts::Transition& transition) {
    if (transition.wait_for == eth::Finality::kLatest || takes_back(transition)) {
        return std::nullopt;
    }
    return Lanes::Gate{.fact = fact_of(transition), .level = transition.wait_for};
}

std::vector<Lanes::Row> annul(Lanes& lanes, const alerts::Transition& transition) {
    if (!takes_back(transition)) {
        return {};
    }
    return lanes.annul(transition.fingerprint, fact_of(transition));
}

}  // namespace faultline::delivery
