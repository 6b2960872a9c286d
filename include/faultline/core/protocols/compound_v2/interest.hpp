// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <cstdint>
#include <optional>

/// The arithmetic of cTokens and their interest rate models. Everything truncates unless its name
/// says otherwise; nullopt is where the contract reverts.
/// Sources: CToken.sol, BaseJumpRateModelV2.sol, WhitePaperInterestRateModel.sol (a3214f6); of the
/// first generation CToken.sol (f385d71).
namespace faultline::compound_v2 {

/// borrowRateMaxMantissa: accrueInterest reverts above it.
inline constexpr std::uint64_t kMostRateWad = 5'000'000'000'000;

/// a * b / 1e18, of a product that fits a word.
std::optional<U256> wad_mul_floor(const U256& a, const U256& b);

/// exchangeRateStored(): underlying per cToken, in wad. nullopt also where the rate of an empty
/// cToken is not known.
std::optional<U256> exchange_rate_wad(const CTokenRow& ctoken);

/// borrowBalanceStored(account), in the underlying's units.
std::optional<U256> debt_stored(const CTokenRow& ctoken, const PositionRow& position);

/// getBorrowRate(cash, borrows, reserves) of a model, per block, in wad.
std::optional<U256> borrow_rate_wad(const ModelRow& model, const CTokenRow& ctoken);

/// supplyRatePerBlock() at a borrow rate, by the cToken's generation. nullopt of an unknown one.
std::optional<U256> supply_rate_wad(const CTokenRow& ctoken, const U256& borrow_rate_wad);

/// accrueInterest() at the end of block `now`: index, borrows and reserves after it.
std::optional<CTokenRow> accrued(
    const CTokenRow& ctoken, const U256& borrow_rate_wad, eth::BlockNum now
);

}  // namespace faultline::compound_v2
