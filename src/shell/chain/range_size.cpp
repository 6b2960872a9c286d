// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/range_size.hpp"

#include <algorithm>

namespace faultline::chain {

namespace {

/// Public endpoints commonly refuse more than 100 to 10,000 blocks; starting small costs a few
/// doublings, starting large a refusal.
constexpr std::uint64_t kFirstBlocks = 64;
/// Providers cut off or refuse at 10,000 logs and more; half of it leaves room for a busier range.
constexpr std::size_t kManyLogs = 5000;
/// An endpoint's limit stays what it is for long; trying again costs a refusal.
constexpr std::uint64_t kHold = 8;
constexpr Duration kSlow = std::chrono::seconds(5);

}  // namespace

RangeSize::RangeSize(std::uint64_t most_blocks)
    : most_blocks_(std::max<std::uint64_t>(most_blocks, 1)),
      blocks_(std::min(most_blocks_, kFirstBlocks)) {}

void RangeSize::worked(std::uint64_t asked, std::size_t logs, Duration took) {
    if (logs > 2 * kManyLogs || took > 2 * kSlow) {
        failed(asked);
    } else if (hold_ > 0) {
        --hold_;
    } else if (asked == blocks_ && logs < kManyLogs / 2 && took < kSlow / 2) {
        blocks_ = std::min(most_blocks_, blocks_ * 2);
    }
}

void RangeSize::refused(
    eth::BlockNum first, eth::BlockNum last, const std::optional<Suggestion>& suggestion
) {
    const std::uint64_t asked = last - first + 1;
    hold_ = kHold;
    if (suggestion && suggestion->first >= first && suggestion->last <= last &&
        suggestion->first <= suggestion->last) {
        const std::uint64_t suggested = suggestion->last - suggestion->first + 1;
        if (suggested < asked) {
            blocks_ = std::min(blocks_, suggested);
            return;
        }
    }
    failed(asked);
}

void RangeSize::failed(std::uint64_t asked) {
    blocks_ = std::max<std::uint64_t>(1, std::min(blocks_, asked / 2));
}

}  // namespace faultline::chain
