// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>

#include <vector>

/// Which market a token says that it is of, and what that market says: POOL() of Aave's tokens,
/// comptroller() of cTokens, the factory of a pair, the vault of a Balancer pool. Each token that
/// has told its symbol is asked, then the market that it names, because what only the token says
/// may be a lie; and both again at its turn.
namespace faultline::graph {

/// The calls about tokens, and markets that they name, whose turn it is at the block, that it has
/// not made.
std::vector<eth::Read> plan_claim_reads(const eth::Block& block, const Tables& tables);

/// Makes rows of those whose calls the block has all made. A revert, and what is no address, names
/// no market; where something had no answer, it is asked again now and then.
void take_claim_answers(const eth::Block& block, Tables& tables);

}  // namespace faultline::graph
