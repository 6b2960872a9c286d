// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

namespace faultline::chain {

/// A block fetched and verified, waiting for its turn.
struct FetchedBlock {
    eth::Header header;
    eth::LogList logs;
    eth::Finality finality = eth::Finality::kLatest;
    bool live = true;  ///< See HeadTracker::is_live().
};

}  // namespace faultline::chain
