// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// What tokens say of themselves: symbol, decimals, and what they wrap. Each is asked once.
namespace faultline::graph {

/// So many are asked in a block.
inline constexpr std::size_t kMostTokensAsked = 16;

/// Whether it has no row yet, or one that lacks answers.
bool to_be_asked(const Address& token, const ledger::Table<TokenKey, TokenRow>& tokens);

/// The calls about the first of them that the block has not made. Tokens that lacked an answer are
/// asked again now and then only.
std::vector<eth::Read> plan_token_reads(
    std::span<const Address> unasked,
    const eth::Block& block,
    const ledger::Table<TokenKey, TokenRow>& tokens
);

/// Makes rows of those whose calls the block has all made. An answer that is no such value is none,
/// as is a revert, or none at all: most tokens wrap nothing.
void take_token_answers(
    std::span<const Address> unasked,
    const eth::Block& block,
    ledger::Table<TokenKey, TokenRow>& tokens
);

}  // namespace faultline::graph
