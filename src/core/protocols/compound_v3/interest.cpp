// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/interest.hpp"

#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>
#include <optional>

namespace faultline::compound_v3 {
namespace {

std::optional<std::uint64_t> index_after(
    std::uint64_t index, const RateCurve& curve, const U256& utilization, std::uint64_t seconds
) {
    const auto rate = rate_per_second_wad(curve, utilization);
    const auto growth = rate ? checked_mul(U256(*rate), U256(seconds)) : std::nullopt;
    const auto more = growth ? mul_div_checked(U256(index), *growth, wad()) : std::nullopt;
    const auto sum = more ? checked_add(U256(index), *more) : std::nullopt;
    return sum && sum->fits_u64() ? std::optional(sum->low_u64()) : std::nullopt;
}

}  // namespace

std::optional<U256> mul_div_checked(const U256& a, const U256& b, const U256& c) {
    const auto product = checked_mul(a, b);
    return product && !c.is_zero() ? std::optional(div_mod(*product, c).quotient) : std::nullopt;
}

U256 utilization_wad(const Totals& totals) {
    const U256 supply = supply_worth(totals.supply_principal, totals.supply_index);
    const U256 borrow = debt_worth(totals.borrow_principal, totals.borrow_index);
    // A total has 104 bits, an index 64 of which 1e15 takes 49, and a wad 60: it fits.
    return supply.is_zero() ? U256() : div_mod(wrapping_mul(borrow, wad()), supply).quotient;
}

std::optional<std::uint64_t> rate_per_second_wad(const RateCurve& curve, const U256& utilization) {
    const U256 kink(curve.kink);
    const bool above = utilization > kink;
    const auto low = mul_div_checked(U256(curve.slope_low), above ? kink : utilization, wad());
    const auto high =
        above ? mul_div_checked(U256(curve.slope_high), wrapping_sub(utilization, kink), wad())
              : std::optional(U256());
    const auto sloped = low && high ? checked_add(*low, *high) : std::nullopt;
    const auto rate = sloped ? checked_add(*sloped, U256(curve.base)) : std::nullopt;
    return rate && rate->fits_u64() ? std::optional(rate->low_u64()) : std::nullopt;
}

std::optional<Indices> accrued_indices(
    const Totals& totals, const Configuration& configuration, UnixSeconds now
) {
    if (now.value <= totals.last_accrual.value) {
        return totals.indices();
    }
    const std::uint64_t seconds = now.value - totals.last_accrual.value;
    const U256 utilization = utilization_wad(totals);
    const auto supply =
        index_after(totals.supply_index, configuration.supply_rate, utilization, seconds);
    const auto borrow =
        index_after(totals.borrow_index, configuration.borrow_rate, utilization, seconds);
    if (!supply || !borrow) {
        return std::nullopt;
    }
    return Indices{.supply = *supply, .borrow = *borrow};
}

}  // namespace faultline::compound_v3
