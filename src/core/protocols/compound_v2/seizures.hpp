// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <string>

namespace faultline::compound_v2 {

/// A market at the end of a block.
struct SeizuresOf {
    const Tables& tables;
    MarketId market = 0;
    const std::string& name;
    unsigned decimals = 0;  ///< Of what the market values in.
    protocol::At at;
};

/// Adds what each LiquidateBorrow of the block took, after the block was folded: a cToken is worth
/// what it stands for then.
void take_seizures(const SeizuresOf& of, const eth::Block& block, protocol::ActivityList& list);

}  // namespace faultline::compound_v2
