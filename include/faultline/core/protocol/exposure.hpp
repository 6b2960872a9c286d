// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// Who holds what in a market, in the terms of the exposure graph (core/graph): legs of positions,
/// in units that time does not move, and what a unit is worth at the end of a block.
namespace faultline::protocol {

/// Which way a leg points.
enum class LegSide : std::uint8_t {
    kSupplied,    ///< The market owes it to the holder; it secures no debt of the holder's.
    kCollateral,  ///< The market owes it to the holder; it may secure the holder's debt.
    kDebt,        ///< The holder owes it to the market.
};

constexpr LegSide last_of(LegSide /*of*/) noexcept {
    return LegSide::kDebt;
}

/// What a holder has in one part of a market. At most one of a part and side.
struct Leg {
    /// A reserve, base or collateral by its token's address, a cToken by its own (both as a word,
    /// to the right), an ilk by its name.
    Hash32 part;
    LegSide side = LegSide::kSupplied;
    /// Not 0. What the contract stores: a scaled balance, a principal, cTokens, ink, art.
    U256 units;
    bool operator==(const Leg&) const = default;

    auto fields(this auto& self) { return std::tie(self.part, self.side, self.units); }
};

/// To what side of the exact quotient a contract rounds.
enum class Direction : std::uint8_t {
    kDown,
    kNearest,  ///< Half up.
    kUp,
};

constexpr Direction last_of(Direction /*of*/) noexcept {
    return Direction::kUp;
}

/// What units are at the end of a block: units × factor / unit, rounded as the contract rounds.
struct Scale {
    U256 factor = U256(1);
    U256 unit = U256(1);  ///< Not 0.
    Direction direction = Direction::kDown;
    bool operator==(const Scale&) const = default;

    auto fields(this auto& self) { return std::tie(self.factor, self.unit, self.direction); }

    /// nullopt when it does not fit 256 bits.
    [[nodiscard]] std::optional<U256> amount(const U256& units) const;
};

/// What an amount is worth in the market's BaseCurrency: amount × price / unit, rounded down.
struct UnitPrice {
    U256 price;
    U256 unit = U256(1);  ///< Not 0.
    bool operator==(const UnitPrice&) const = default;

    auto fields(this auto& self) { return std::tie(self.price, self.unit); }
};

/// One side of a part: what its legs are in.
struct PartSide {
    /// What an amount is of; zero for the chain's own coin, whose decimals are known, and where no
    /// row tells it, or there is no such side.
    Address token;
    std::optional<std::uint8_t> decimals;  ///< Of the token; nullopt: not known.
    Scale scale;                           ///< Where it is not known, total and price are withheld.
    /// What the contract says that all units are: scaledTotalSupply, totalSupplyBase, Art.
    Figure<U256> total_units;
    Figure<UnitPrice> price;
};

/// A reserve, a collateral, a cToken, an ilk.
struct PartExposure {
    Hash32 part;       ///< As in Leg.
    std::string name;  ///< "ETH-A"; empty where logs tell none.
    PartSide claims;   ///< Of supplied and collateral legs.
    PartSide owed;     ///< Of debts.
    /// Whose holders have the claims: aToken, cToken, a Comet for its base; zero: nobody's.
    Address receipt;
    /// What the market's oracle, if it has one, reads for the token of `claims`; zero: unknown.
    Address feed;
    /// Tokens of `claims` that the market can pay out now; no_data where the rows do not tell.
    Figure<U256> available;
    /// Tokens that its contracts name and that contradict each other: `claims` then has none of
    /// them. Sorted; else empty.
    std::vector<Address> disputed{};  // NOLINT(readability-redundant-member-init): seldom.
};

/// Tokens that a protocol holds for itself, against tokens that it issued: a PSM's pocket.
struct Reserve {
    Hash32 part;  ///< The ilk whose debt it covers; zero: none.
    Address contract;
    Address holder;
    Address token;
    std::optional<std::uint8_t> decimals;
    Figure<U256> amount;
    Figure<UnitPrice> price;
};

/// A market as a node of the graph.
struct MarketExposure {
    Address contract;  ///< Pool, Comet, Comptroller, Vat.
    Address oracle;    ///< Zero: prices come from the parts' feeds alone.
    /// Who can change its code or parameters: provider, admin, timelock. Sorted; empty: unknown.
    std::vector<Address> governed_by;
    /// Tokens that are issued as the debts of its parts: DAI, USDS. Sorted.
    std::vector<Address> issued;
    std::vector<PartExposure> parts;  ///< By part.
    std::vector<Reserve> reserves;
};

using LegVisit = std::function<void(const Holder&, const Leg&)>;

}  // namespace faultline::protocol
