// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstdint>
#include <optional>

/// Interest between logs. Every function is nullopt exactly where the contract reverts.
/// Source: MathUtils.sol, ReserveLogic.sol, StableDebtToken.sol of the releases in rules.hpp.
namespace faultline::aave {

/// MathUtils.calculateLinearInterest: RAY + rate * elapsed / year.
std::optional<U256> linear_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s);

/// MathUtils.calculateCompoundedInterest.
std::optional<U256> compounded_interest_ray(
    Compounding compounding, const U256& rate_ray, std::uint64_t elapsed_s
);

/// ReserveLogic.getNormalizedIncome at `now`.
std::optional<U256> normalized_income_ray(const ReserveRow& reserve, UnixSeconds now);

/// ReserveLogic.getNormalizedDebt at `now`.
std::optional<U256> normalized_debt_ray(
    const Rules& rules, const ReserveRow& reserve, UnixSeconds now
);

/// A principal with the fixed-rate interest since `updated`: StableDebtToken.balanceOf and, with
/// the average rate, totalSupply. Rounds half up.
std::optional<U256> stable_debt(
    const Rules& rules,
    const U256& principal,
    const U256& rate_ray,
    UnixSeconds updated,
    UnixSeconds now
);

/// ReserveLogic.updateState: stores the projected indexes and the time, and accrues the treasury's
/// share, which is returned (scaled, as in accruedToTreasury; none in V2, whose share is minted and
/// logged at once). nullopt where it reverts; the row is
/// unchanged then.
std::optional<U256> update_state(const Rules& rules, ReserveRow& reserve, UnixSeconds now);

}  // namespace faultline::aave
