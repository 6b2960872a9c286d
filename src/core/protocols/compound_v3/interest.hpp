// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>
#include <optional>

/// Utilisation, rates and accrual. Source: Comet.sol (getUtilization, getSupplyRate, getBorrowRate,
/// accruedInterestIndices). All divisions round down.
namespace faultline::compound_v3 {

/// a * b / c; nullopt where the contract reverts: in 256 bits, or by zero.
std::optional<U256> mul_div_checked(const U256& a, const U256& b, const U256& c);

/// By the indices as stored, not accrued to now; 0 without supply. Wad.
U256 utilization_wad(const Totals& totals);

/// Per second, wad; nullopt where the contract reverts.
std::optional<std::uint64_t> rate_per_second_wad(const RateCurve& curve, const U256& utilization);

/// The indices that an accrual at `now` would store. nullopt where it reverts.
std::optional<Indices> accrued_indices(
    const Totals& totals, const Configuration& configuration, UnixSeconds now
);

}  // namespace faultline::compound_v3
