// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>

#include <cstdint>
#include <optional>

/// What an account has or owes of the base asset. Source: CometCore.sol (presentValue,
/// principalValue), Comet.sol (repayAndSupplyAmount, withdrawAndBorrowAmount).
namespace faultline::compound_v3 {

__extension__ using I128 = __int128;

/// BASE_INDEX_SCALE: what an index begins as.
inline constexpr std::uint64_t kBaseIndexScale = 1'000'000'000'000'000;

/// By what principals grow. Both at least kBaseIndexScale once the market is initialised.
struct Indices {
    std::uint64_t supply = 0;
    std::uint64_t borrow = 0;
    bool operator==(const Indices&) const = default;
};

/// UserBasic.principal, an int104: above zero supplied, below zero owed, in base units at an index
/// of one.
struct Principal {
    I128 value = 0;

    bool operator==(const Principal&) const = default;

    [[nodiscard]] constexpr bool is_debt() const { return value < 0; }

    [[nodiscard]] constexpr U256 supply() const {
        return value > 0 ? U256::from_u128(static_cast<U128>(value)) : U256();
    }

    [[nodiscard]] constexpr U256 debt() const {
        return value < 0 ? U256::from_u128(static_cast<U128>(-value)) : U256();
    }

    /// For rows: the magnitude times two, plus one below zero.
    [[nodiscard]] constexpr U256 to_u256() const {
        const U128 magnitude = static_cast<U128>(value < 0 ? -value : value);
        return U256::from_u128((magnitude << 1U) | (value < 0 ? 1U : 0U));
    }

    static std::optional<Principal> from_u256(const U256& number);
    /// From a word of the ABI, where an int104 is sign-extended; nullopt when it is none.
    static std::optional<Principal> from_word(const U256& word);
    [[nodiscard]] U256 to_word() const;
};

/// An amount of base asset, signed as a principal is; what fits is far below 2^120.
inline constexpr unsigned kAmountBits = 120;

/// Both rounded down in magnitude.
I128 present_value(const Principal& principal, const Indices& indices);
/// A supply rounded down, a debt up. nullopt where the contract reverts: it does not fit an int104,
/// or the index is zero.
std::optional<Principal> principal_value(I128 present, const Indices& indices);

/// The principal whose present value a log tells, the only one there is: rounded up.
std::optional<Principal> supply_logged(const U256& present, std::uint64_t supply_index);
/// What a part of a supply principal is worth, as Transfer tells it: rounded down.
U256 supply_worth(const U256& principal, std::uint64_t supply_index);
U256 debt_worth(const U256& principal, std::uint64_t borrow_index);

/// nullopt for more than 2^120 - 1, which no principal is worth.
std::optional<I128> amount_of(const U256& logged);

protocol::Signed signed_of(I128 value);

}  // namespace faultline::compound_v3
