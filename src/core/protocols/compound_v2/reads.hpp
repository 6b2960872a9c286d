// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <cstddef>
#include <optional>
#include <vector>

/// What a market asks its contracts, and what it makes of their answers.
namespace faultline::compound_v2 {

/// At most so many debts that are not settled since a bootstrap are read again in a block.
inline constexpr std::size_t kMostDebtReads = 256;

/// One market before a block is applied.
struct ReadPlan {
    const Tables& tables;
    MarketId market;
    const MarketConfig& config;
    const eth::Block& block;
};

/// Appends what is not answered yet.
void plan_market_reads(const ReadPlan& plan, std::vector<eth::Read>& reads);

/// Whether logs of history make a market ask for what no later block changes.
bool asks_in_history(const MarketConfig& config, const eth::LogList& logs);

/// A model by the answers to its getters; nullopt when it has not just these: the first jump models
/// take their words otherwise, and other models have others.
std::optional<ModelRow> model_row(
    const std::optional<U256>& base_wad,
    const std::optional<U256>& multiplier_wad,
    const std::optional<U256>& jump_multiplier_wad,
    const std::optional<U256>& kink_wad
);

/// After the block's logs are folded.
void take_market_reads(Transition& at);

}  // namespace faultline::compound_v2
