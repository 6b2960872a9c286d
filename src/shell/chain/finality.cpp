// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/finality.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/chain/source.hpp>

#include <optional>

namespace faultline::chain {
namespace {

/// Whether a block is applied. What lies below the undo window cannot be taken back, so its hash
/// is not kept, and height alone decides.
bool is_ours(const AppliedChain& applied, const eth::BlockRef& block) {
    const std::optional<eth::BlockRef> tip = applied.tip();
    if (!tip || block.number > tip->number) {
        return false;
    }
    const std::optional<eth::BlockRef> ours = applied.applied(block.number);
    return !ours || *ours == block;
}

bool covers(
    const std::optional<eth::BlockRef>& level,
    const AppliedChain& applied,
    const eth::BlockRef& block
) {
    return level && block.number <= level->number && is_ours(applied, *level);
}

}  // namespace

bool is_final(
    const HeadStatus& status,
    const AppliedChain& applied,
    const eth::BlockRef& block,
    eth::Finality level
) {
    if (!is_ours(applied, block)) {
        return false;
    }
    switch (level) {
        case eth::Finality::kLatest:
            return true;
        case eth::Finality::kSafe:
            return covers(status.safe, applied, block) || covers(status.finalized, applied, block);
        case eth::Finality::kFinalized:
            return covers(status.finalized, applied, block);
    }
    return false;
}

}  // namespace faultline::chain
