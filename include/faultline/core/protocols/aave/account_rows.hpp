// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocols/aave/reserve_bits.hpp>

#include <compare>
#include <cstdint>
#include <tuple>

/// What is kept of an account, in the contracts' own units: UserConfiguration.sol,
/// ScaledBalanceTokenBase.sol, StableDebtToken.sol.
namespace faultline::aave {

using protocol::MarketId;

struct UserKey {
    MarketId market = 0;
    Address account;
    auto operator<=>(const UserKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account); }
};

/// Absent when everything is zero.
struct UserRow {
    std::uint8_t emode = 0;
    ReserveBits supply_bits;      ///< With a scaled aToken balance; ours, not the contract's.
    ReserveBits collateral_bits;  ///< getUserConfiguration, odd bits.
    ReserveBits debt_bits;  ///< getUserConfiguration, even bits; until 3.3 it may outlive the debt.
    bool operator==(const UserRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.emode, self.supply_bits, self.collateral_bits, self.debt_bits);
    }
};

struct PositionKey {
    MarketId market = 0;
    Address account;
    ReserveId reserve = 0;
    auto operator<=>(const PositionKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account, self.reserve); }
};

/// Absent when both are zero.
struct PositionRow {
    U256 scaled_supply;  ///< aToken scaledBalanceOf(account)
    U256 scaled_debt;    ///< vToken scaledBalanceOf(account)
    bool operator==(const PositionRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.scaled_supply, self.scaled_debt); }
};

/// What an account owes of a reserve at a fixed rate (until 3.1). Absent when the principal is
/// zero.
struct StablePositionRow {
    U256 principal;  ///< principalBalanceOf(account)
    U256 rate_ray;   ///< getUserStableRate(account)
    UnixSeconds updated;

    auto fields(this auto& self) { return std::tie(self.principal, self.rate_ray, self.updated); }
};

}  // namespace faultline::aave
