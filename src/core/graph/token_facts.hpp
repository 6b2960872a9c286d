// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// What tokens say of themselves: symbol, decimals, and what they wrap. Each is asked when it
/// comes, and again at its turn: what a proxy says may change.
namespace faultline::graph {

/// So many are asked in a block.
inline constexpr std::size_t kMostTokensAsked = 16;

/// Whether it has no row yet, or one that lacks answers.
bool to_be_asked(const Address& token, const ledger::Table<TokenKey, TokenRow>& tokens);

/// The calls about those whose turn it is that the block has not made: the first of the unasked,
/// and then who answered long ago. Tokens that lacked an answer are asked again now and then only.
std::vector<eth::Read> plan_token_reads(
    std::span<const Address> unasked,
    const eth::Block& block,
    const ledger::Table<TokenKey, TokenRow>& tokens
);

/// Makes rows of those whose calls the block has all made. An answer that is no such value is none,
/// as is a revert, or none at all: most tokens wrap nothing. Who has answered before and now lacks
/// an answer stays as he was. Who wraps something else has to say anew which market he is of.
void take_token_answers(std::span<const Address> unasked, const eth::Block& block, Tables& tables);

}  // namespace faultline::graph
