// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/second_look.hpp"

#include <algorithm>
#include <cstddef>

namespace faultline::chain {

namespace {

/// A chain that leaves no time for looks: the oldest are dropped.
constexpr std::size_t kMostWaiting = 64;

bool same(const eth::Log& one, const eth::Log& other, SecondLook::By by) {
    const bool same_place = one.log_index == other.log_index && one.tx_index == other.tx_index &&
                            one.tx_hash == other.tx_hash;
    return (same_place || by == SecondLook::By::kContent) && one.address == other.address &&
           std::ranges::equal(one.topics, other.topics) && std::ranges::equal(one.data, other.data);
}

}  // namespace

std::uint64_t SecondLook::unsure_blocks() const noexcept {
    return after_blocks_ == 0 ? 0 : after_blocks_ + kMostWaiting;
}

void SecondLook::handed_out(const eth::Block& block) {
    if (after_blocks_ == 0 || !block.live) {
        return;
    }
    seen_.push_back({.block = block.ref(), .logs = block.logs});
    if (seen_.size() > after_blocks_ + kMostWaiting) {
        seen_.pop_front();
    }
}

const SecondLook::Seen* SecondLook::due(const eth::BlockRef& tip) const {
    const bool old = !seen_.empty() && seen_.front().block.number + after_blocks_ <= tip.number;
    return old ? &seen_.front() : nullptr;
}

void SecondLook::done() {
    seen_.pop_front();
}

const SecondLook::Seen* SecondLook::of(const eth::BlockRef& block) const {
    const auto found = std::ranges::find(seen_, block, &Seen::block);
    return found == seen_.end() ? nullptr : &*found;
}

void SecondLook::drop_from(eth::BlockNum number) {
    std::erase_if(seen_, [number](const Seen& seen) { return seen.block.number >= number; });
}

SecondLook::Verdict SecondLook::compare(
    const eth::LogList& first, const eth::LogList& second, By by
) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < second.size() && found < first.size(); ++i) {
        found += same(first[found], second[i], by) ? 1 : 0;
    }
    if (found < first.size()) {
        return Verdict::kOther;
    }
    return second.size() == first.size() ? Verdict::kSame : Verdict::kMore;
}

}  // namespace faultline::chain
