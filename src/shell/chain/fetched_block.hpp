// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <string>
#include <vector>

namespace faultline::chain {

/// A block that was fetched, verified or with a doubt, waiting for its turn.
struct FetchedBlock {
    eth::Header header;
    eth::LogList logs;
    std::vector<std::string> endpoints;  ///< Who served or agreed to it.
    std::vector<std::string> checks;     ///< As eth::Evidence, as the next one.
    std::string doubt;
    eth::Finality finality = eth::Finality::kLatest;
    bool live = true;   ///< See HeadTracker::is_live().
    bool deep = false;  ///< See eth::Block::deep.
};

}  // namespace faultline::chain
