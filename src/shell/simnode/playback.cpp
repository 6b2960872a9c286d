// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/playback.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace faultline::simnode {

Playback::Playback(TapeChain& tape) : tape_(&tape) {
    chain_.push_back(tape.steps().front().block);
    next_step_ = 1;
}

bool Playback::done() const noexcept {
    return rolled_back_.empty() && replaced_.empty() && next_step_ == tape_->steps().size();
}

Change Playback::advance() {
    Change change;
    if (!rolled_back_.empty()) {
        change.added.push_back(rolled_back_.front());
        chain_.push_back(rolled_back_.front());
        rolled_back_.pop_front();
        return change;
    }
    if (replaced_.empty()) {
        return next_of_tape();
    }
    change = take_back();
    const Change then = next_of_tape();
    // The tape may take off what has just come back: subscribers do not see that.
    for (const BlockIndex block : then.removed) {
        if (change.added.empty()) {
            change.removed.push_back(block);
        } else {
            change.added.pop_back();
        }
    }
    change.added.insert(change.added.end(), then.added.begin(), then.added.end());
    return change;
}

Change Playback::take_back() {
    Change change;
    change.added = std::exchange(replaced_, {});
    for (std::size_t i = 0; i < change.added.size(); ++i) {
        change.removed.push_back(chain_.back());
        chain_.pop_back();
    }
    chain_.insert(chain_.end(), change.added.begin(), change.added.end());
    return change;
}

Change Playback::next_of_tape() {
    Change change;
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

Result<Change> Playback::replace(std::size_t depth) {
    const std::size_t count = std::min(depth, chain_.size() - 1);
    Change change;
    if (count == 0 || !rolled_back_.empty() || !replaced_.empty()) {
        return change;
    }
    const auto first = chain_.end() - static_cast<std::ptrdiff_t>(count);
    FAULTLINE_TRY(change.added, tape_->empty_twins(*(first - 1), std::span(first, chain_.end())));
    replaced_.assign(first, chain_.end());
    change.removed.assign(replaced_.rbegin(), replaced_.rend());
    std::ranges::copy(change.added, first);
    return change;
}

}  // namespace faultline::simnode
