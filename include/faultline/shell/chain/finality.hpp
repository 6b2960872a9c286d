// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/chain/source.hpp>

#include <cstdint>

namespace faultline::chain {

/// Whether `block` lies on the applied branch and is that final, as far as we can vouch for it: the
/// node's safe or finalized block must be one of ours, at or above `block`. A level the node
/// reports for a branch that is not ours, or for blocks we have not applied yet, says nothing.
bool is_final(
    const HeadStatus& status,
    const AppliedChain& applied,
    const eth::BlockRef& block,
    eth::Finality level
);

}  // namespace faultline::chain
