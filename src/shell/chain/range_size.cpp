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
constexpr Duration kSlow = std::chrono::seconds(5);

}  // namespace

RangeSize::RangeSize(std::uint64_t most_blocks)
    : most_blocks_(std::max<std::uint64_t>(most_blocks, 1)),
      blocks_(std::min(most_blocks_, kFirstBlocks)) {}

void RangeSize::worked(std::uint64_t asked, std::size_t logs, Duration took) {
    if (logs > 2 * kManyLogs || took > 2 * kSlow) {
        failed(asked);
    } else if (asked == blocks_ && logs < kManyLogs / 2 && took < kSlow / 2) {
        blocks_ = std::min(most_blocks_, blocks_ * 2);
    }
}

void RangeSize::failed(std::uint64_t asked) {
    blocks_ = std::max<std::uint64_t>(1, std::min(blocks_, asked) / 2);
}

}  // namespace faultline::chain
