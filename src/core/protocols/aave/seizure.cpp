// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/seizure.hpp"

#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/divisor.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace faultline::aave {
namespace {

/// DEFAULT_LIQUIDATION_CLOSE_FACTOR
constexpr std::uint64_t kHalfBps = 5000;
/// CLOSE_FACTOR_HF_THRESHOLD: at this health factor and below, all may be covered.
constexpr std::uint64_t kWholeAtHealthWad = 950'000'000'000'000'000;
/// MIN_BASE_MAX_CLOSE_FACTOR_THRESHOLD: below, all may be covered.
constexpr std::uint64_t kWholeBelowBase = 2000'00000000;
/// MIN_LEFTOVER_BASE
constexpr std::uint64_t kLeastRestBase = kWholeBelowBase / 2;

/// An amount of one asset in another, by their prices. Truncates; multiplied as the contract does.
/// `bonus_bps` comes before the division, half up, where it is not 0 (V2).
std::optional<U256> exchanged(
    const U256& amount,
    const U256& price_base,
    const U256& unit,
    const U256& into_price_base,
    const U256& into_unit,
    std::uint16_t bonus_bps = 0
) {
    const auto worth = checked_mul(price_base, amount);
    auto dividend = worth ? checked_mul(*worth, into_unit) : std::nullopt;
    if (dividend && bonus_bps != 0) {
        dividend = percent_mul_half_up(*dividend, bonus_bps);
    }
    const auto divisor = checked_mul(into_price_base, unit);
    if (!dividend || !divisor || divisor->is_zero()) {
        return std::nullopt;
    }
    return div_mod(*dividend, *divisor).quotient;
}

std::optional<U256> with_bonus(const Rules& rules, const U256& amount, const U256& bonus_bps) {
    return rules.liquidation_rounding == LiquidationRounding::kDirected
               ? percent_mul_floor(amount, bonus_bps)
               : percent_mul_half_up(amount, bonus_bps);
}

/// Of the debt that a whole balance pays for.
std::optional<U256> without_bonus(const Rules& rules, const U256& debt, const U256& bonus_bps) {
    const bool half_up = rules.liquidation_rounding == LiquidationRounding::kHalfUp ||
                         rules.liquidation_rounding == LiquidationRounding::kBonusFirst;
    return half_up ? percent_div_half_up(debt, bonus_bps) : percent_div_ceil(debt, bonus_bps);
}

/// What so much debt pays for, with the bonus.
std::optional<U256> collateral_for(
    const Rules& rules, const LiquidationPair& pair, const U256& debt_to_cover
) {
    const bool bonus_first = rules.liquidation_rounding == LiquidationRounding::kBonusFirst;
    const auto amount = exchanged(
        debt_to_cover,
        pair.debt_price_base,
        pair.debt_unit,
        pair.collateral_price_base,
        pair.collateral_unit,
        bonus_first ? pair.bonus_bps : std::uint16_t{0}
    );
    return amount && !bonus_first ? with_bonus(rules, *amount, pair.bonus_bps) : amount;
}

std::optional<U256> fee_of(
    const Rules& rules, const LiquidationPair& pair, const U256& collateral
) {
    if (pair.protocol_fee_bps == 0) {
        return U256();
    }
    const bool directed = rules.liquidation_rounding == LiquidationRounding::kDirected;
    const auto plain = directed ? percent_div_floor(collateral, pair.bonus_bps)
                                : percent_div_half_up(collateral, pair.bonus_bps);
    const auto bonus = plain ? checked_sub(collateral, *plain) : std::nullopt;
    if (!bonus) {
        return std::nullopt;
    }
    return directed ? percent_mul_ceil(*bonus, pair.protocol_fee_bps)
                    : percent_mul_half_up(*bonus, pair.protocol_fee_bps);
}

std::optional<U256> collateral_in_base(const LiquidationPair& pair, const U256& amount) {
    const auto priced = checked_mul(amount, pair.collateral_price_base);
    return priced ? std::optional(div_mod(*priced, pair.collateral_unit).quotient) : std::nullopt;
}

std::optional<U256> debt_in_base(
    const Rules& rules, const LiquidationPair& pair, const U256& amount
) {
    return debt_in_base(rules, amount, pair.debt_price_base, Divisor(pair.debt_unit));
}

/// An aToken amount as it leaves a balance.
std::optional<U256> scaled_down(
    const Rules& rules, const LiquidationPair& pair, const U256& amount
) {
    return rules.rounding == Rounding::kDirected ? ray_div_ceil(amount, pair.income_index_ray)
                                                 : ray_div_half_up(amount, pair.income_index_ray);
}

std::optional<U256> balance_of(
    const Rules& rules, const LiquidationPair& pair, const U256& scaled
) {
    return rules.rounding == Rounding::kDirected ? ray_mul_floor(scaled, pair.income_index_ray)
                                                 : ray_mul_half_up(scaled, pair.income_index_ray);
}

std::optional<U256> taken(const Seizure& seized) {
    return checked_add(seized.to_liquidator, seized.protocol_fee);
}

/// The close factor since 3.3, of a pair that is large on both sides.
std::optional<U256> half_of_all_debt(
    const LiquidationPair& pair, const U256& debt_base, const AccountData& account
) {
    const auto limit_base = percent_mul_half_up(account.total_debt_base, kHalfBps);
    if (!limit_base || debt_base <= *limit_base) {
        return limit_base ? std::optional(pair.debt) : std::nullopt;
    }
    const auto in_units = checked_mul(*limit_base, pair.debt_unit);
    if (!in_units || pair.debt_price_base.is_zero()) {
        return std::nullopt;
    }
    return div_mod(*in_units, pair.debt_price_base).quotient;
}

}  // namespace

std::optional<U256> close_factor_debt(
    const Rules& rules, const LiquidationPair& pair, const AccountData& account
) {
    const bool urgent =
        !rules.liquidates_half_at_most && account.health_factor_wad <= U256(kWholeAtHealthWad);
    if (!rules.liquidates_small_whole) {
        return urgent ? std::optional(pair.debt) : percent_mul_half_up(pair.debt, kHalfBps);
    }
    const auto debt_base = debt_in_base(rules, pair, pair.debt);
    const auto held_base = collateral_in_base(pair, pair.collateral);
    if (!debt_base || !held_base) {
        return std::nullopt;
    }
    const bool small = std::min(*debt_base, *held_base) < U256(kWholeBelowBase);
    return urgent || small ? std::optional(pair.debt) : half_of_all_debt(pair, *debt_base, account);
}

std::optional<Seizure> seizure(
    const Rules& rules, const LiquidationPair& pair, const U256& debt_to_cover
) {
    auto collateral = collateral_for(rules, pair, debt_to_cover);
    if (!collateral) {
        return std::nullopt;
    }
    std::optional<U256> debt = debt_to_cover;
    if (*collateral > pair.collateral) {
        collateral = pair.collateral;
        const auto worth = exchanged(
            pair.collateral,
            pair.collateral_price_base,
            pair.collateral_unit,
            pair.debt_price_base,
            pair.debt_unit
        );
        debt = worth ? without_bonus(rules, *worth, pair.bonus_bps) : std::nullopt;
    }
    const auto fee = fee_of(rules, pair, *collateral);
    const auto rest = fee ? checked_sub(*collateral, *fee) : std::nullopt;
    if (!debt || !rest) {
        return std::nullopt;
    }
    return Seizure{.debt_covered = *debt, .to_liquidator = *rest, .protocol_fee = *fee};
}

std::optional<bool> leaves_dust(
    const Rules& rules, const LiquidationPair& pair, const Seizure& seized
) {
    const auto gone = taken(seized);
    const auto held = gone ? checked_sub(pair.collateral, *gone) : std::nullopt;
    const auto owed = checked_sub(pair.debt, seized.debt_covered);
    if (!held || !owed) {
        return std::nullopt;
    }
    if (!rules.liquidates_small_whole || held->is_zero() || owed->is_zero()) {
        return false;
    }
    const auto held_base = collateral_in_base(pair, *held);
    const auto owed_base = debt_in_base(rules, pair, *owed);
    if (!held_base || !owed_base) {
        return std::nullopt;
    }
    return std::min(*held_base, *owed_base) < U256(kLeastRestBase);
}

/// Both rests shrink as more debt is covered, so the amounts that are refused lie together.
std::optional<U256> most_without_dust(
    const Rules& rules, const LiquidationPair& pair, const U256& refused
) {
    U256 low;
    U256 high = refused;
    // Ends: halves the distance. Nothing or `low` is not refused, `high` is.
    for (U256 next = half(high); next != low; next = half(wrapping_add(low, high))) {
        const auto seized = seizure(rules, pair, next);
        const auto dust = seized ? leaves_dust(rules, pair, *seized) : std::nullopt;
        if (!dust) {
            return std::nullopt;
        }
        (*dust ? high : low) = next;
    }
    return low;
}

std::optional<U256> paid_fee(
    const Rules& rules, const LiquidationPair& pair, const Seizure& seized
) {
    const auto liquidators = scaled_down(rules, pair, seized.to_liquidator);
    const auto left =
        liquidators ? checked_sub(pair.scaled_collateral, *liquidators) : std::nullopt;
    const auto fee = scaled_down(rules, pair, seized.protocol_fee);
    if (!left || !fee) {
        return std::nullopt;
    }
    return *fee > *left ? balance_of(rules, pair, *left) : std::optional(seized.protocol_fee);
}

std::optional<bool> takes_all_collateral(
    const Rules& rules,
    const LiquidationPair& pair,
    const Seizure& seized,
    const U256& total_collateral_base
) {
    if (!rules.liquidates_small_whole) {
        return false;
    }
    auto gone = taken(seized);
    if (rules.liquidation_rounding == LiquidationRounding::kDirected) {
        const auto liquidators = scaled_down(rules, pair, seized.to_liquidator);
        const auto fee = scaled_down(rules, pair, seized.protocol_fee);
        const auto scaled = liquidators && fee ? checked_add(*liquidators, *fee) : std::nullopt;
        gone = scaled ? balance_of(rules, pair, std::min(*scaled, pair.scaled_collateral))
                      : std::nullopt;
    }
    const auto gone_base = gone ? collateral_in_base(pair, *gone) : std::nullopt;
    return gone_base ? std::optional(*gone_base == total_collateral_base) : std::nullopt;
}

std::optional<bool> burns_debt(
    const Rules& rules, const LiquidationPair& pair, const U256& debt_covered
) {
    if (debt_covered > pair.variable_debt) {
        return true;  // All variable debt, if any, and then some at a fixed rate.
    }
    const auto scaled = rules.rounding == Rounding::kDirected
                            ? ray_div_floor(debt_covered, pair.debt_index_ray)
                            : ray_div_half_up(debt_covered, pair.debt_index_ray);
    return scaled ? std::optional(!scaled->is_zero()) : std::nullopt;
}

}  // namespace faultline::aave
