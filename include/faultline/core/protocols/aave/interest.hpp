// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <optional>

/// Interest between logs. Every function is nullopt exactly where the contract reverts.
/// Source: aave-v3-origin 3.6.0 MathUtils.sol, ReserveLogic.sol.
namespace faultline::aave {

/// MathUtils.calculateLinearInterest: RAY + rate * elapsed / year.
std::optional<U256> linear_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s);

/// MathUtils.calculateCompoundedInterest since 3.4: the third-order Taylor series of e^(rate * t).
std::optional<U256> compounded_interest_ray(const U256& rate_ray, std::uint64_t elapsed_s);

/// ReserveLogic.getNormalizedIncome at `now`.
std::optional<U256> normalized_income_ray(const ReserveRow& reserve, UnixSeconds now);

/// ReserveLogic.getNormalizedDebt at `now`.
std::optional<U256> normalized_debt_ray(const ReserveRow& reserve, UnixSeconds now);

/// ReserveLogic.updateState since 3.5: stores the projected indexes and the time, and accrues the
/// treasury's share, which is returned (scaled, as in accruedToTreasury). nullopt where it reverts;
/// the row is unchanged then.
std::optional<U256> update_state(ReserveRow& reserve, UnixSeconds now);

}  // namespace faultline::aave
