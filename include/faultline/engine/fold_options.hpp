// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/engine/rule_turns.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::engine {

/// What is followed of a chain, and by which rules it is judged.
struct FoldOptions {
    std::string chain_name;
    protocol::Deployments deployments;
    rules::RuleSet rules;
    /// How many holders of each part and side of a market are nodes of the exposure graph.
    std::size_t top_holders = 20;
    /// As graph::GraphOptions::wrapped_coin.
    std::optional<Address> wrapped_coin = std::nullopt;
    /// Who issues what, for rules about exposures; and what tokens wrap whose contracts do not say,
    /// so that they are asked how much.
    graph::Labels labels = {};
    eth::ChainId chain_id = 0;
    /// As graph::GraphOptions::pinned.
    std::vector<Address> pinned_accounts = {};
    /// What rules over signals may take of a block together (RuleTurns).
    std::uint64_t rule_work_per_block = RuleTurns::kDefaultWork;
};

}  // namespace faultline::engine
