// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/playback.hpp"

#include <algorithm>

namespace faultline::simnode {

Playback::Playback(const TapeChain& tape) : tape_(&tape) {
    chain_.push_back(tape.steps().front().block);
    next_step_ = 1;
}

bool Playback::done() const noexcept {
    return rolled_back_.empty() && next_step_ == tape_->steps().size();
}

Change Playback::advance() {
    Change change;
    if (!rolled_back_.empty()) {
        change.added.push_back(rolled_back_.front());
        chain_.push_back(rolled_back_.front());
        rolled_back_.pop_front();
        return change;
    }
    const auto& steps = tape_->steps();
    const std::size_t old_length = chain_.size();
    for (; next_step_ < steps.size() && !steps[next_step_].applied; ++next_step_) {
        change.removed.push_back(chain_.back());
        chain_.pop_back();
    }
    // A node changes to a branch when it is no shorter; one that ends earlier is all there is.
    for (; next_step_ < steps.size() && steps[next_step_].applied; ++next_step_) {
        chain_.push_back(steps[next_step_].block);
        change.added.push_back(steps[next_step_].block);
        if (change.removed.empty() || chain_.size() >= old_length) {
            ++next_step_;
            break;
        }
    }
    return change;
}

void Playback::advance_to(eth::BlockNum number) {
    while (head().ref.number < number && !done()) {
        advance();
    }
}

std::size_t Playback::roll_back(std::size_t depth) {
    const std::size_t count = std::min(depth, chain_.size() - 1);
    for (std::size_t i = 0; i < count; ++i) {
        rolled_back_.push_front(chain_.back());
        chain_.pop_back();
    }
    return count;
}

}  // namespace faultline::simnode
