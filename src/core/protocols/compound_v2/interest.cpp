// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <optional>

namespace faultline::compound_v2 {
namespace {

std::optional<U256> div_floor(const U256& dividend, const U256& divisor) {
    return divisor.is_zero() ? std::nullopt : std::optional(div_mod(dividend, divisor).quotient);
}

/// a * b / c, of a product that fits a word.
std::optional<U256> mul_div(const U256& a, const U256& b, const U256& c) {
    const auto product = checked_mul(a, b);
    return product ? div_floor(*product, c) : std::nullopt;
}

/// (a * b + 5e17) / 1e18: mulExp of the first generation.
std::optional<U256> wad_mul_half_up(const U256& a, const U256& b) {
    const auto product = checked_mul(a, b);
    const auto raised = product ? checked_add(*product, half(wad())) : std::nullopt;
    return raised ? div_floor(*raised, wad()) : std::nullopt;
}

/// cash + borrows - reserves
std::optional<U256> pooled(const CTokenRow& ctoken) {
    const auto gross = checked_add(ctoken.cash, ctoken.total_borrows);
    return gross ? checked_sub(*gross, ctoken.total_reserves) : std::nullopt;
}

std::optional<U256> utilization_wad(const CTokenRow& ctoken) {
    if (ctoken.total_borrows.is_zero()) {
        return U256();
    }
    const auto all = pooled(ctoken);
    return all ? mul_div(ctoken.total_borrows, wad(), *all) : std::nullopt;
}

/// value * slope / 1e18 + base
std::optional<U256> line(const U256& value, const U256& slope_wad, const U256& base) {
    const auto risen = wad_mul_floor(value, slope_wad);
    return risen ? checked_add(*risen, base) : std::nullopt;
}

/// borrows * 1e36 / (exchangeRate * totalSupply), then rounded half up twice.
std::optional<U256> first_supply_rate(const CTokenRow& ctoken, const U256& to_pool_wad) {
    const auto rate = exchange_rate_wad(ctoken);
    const auto underlying = rate ? checked_mul(*rate, ctoken.total_supply) : std::nullopt;
    const auto wide = checked_mul(ctoken.total_borrows, wad());
    const auto share = wide && underlying ? mul_div(*wide, wad(), *underlying) : std::nullopt;
    return share ? wad_mul_half_up(to_pool_wad, *share) : std::nullopt;
}

}  // namespace

std::optional<U256> wad_mul_floor(const U256& a, const U256& b) {
    return mul_div(a, b, wad());
}

std::optional<U256> exchange_rate_wad(const CTokenRow& ctoken) {
    if (ctoken.total_supply.is_zero()) {
        return ctoken.initial_rate_wad;
    }
    const auto all = pooled(ctoken);
    return all ? mul_div(*all, wad(), ctoken.total_supply) : std::nullopt;
}

std::optional<U256> debt_stored(const CTokenRow& ctoken, const PositionRow& position) {
    if (position.principal.is_zero()) {
        return U256();
    }
    return mul_div(position.principal, ctoken.borrow_index_wad, position.interest_index_wad);
}

std::optional<U256> borrow_rate_wad(const ModelRow& model, const CTokenRow& ctoken) {
    const auto utilization = utilization_wad(ctoken);
    if (!utilization) {
        return std::nullopt;
    }
    if (!model.jumps || *utilization <= model.kink_wad) {
        return line(*utilization, model.multiplier_wad, model.base_wad);
    }
    const auto at_kink = line(model.kink_wad, model.multiplier_wad, model.base_wad);
    const U256 excess_wad = wrapping_sub(*utilization, model.kink_wad);
    return at_kink ? line(excess_wad, model.jump_multiplier_wad, *at_kink) : std::nullopt;
}

std::optional<U256> supply_rate_wad(const CTokenRow& ctoken, const U256& borrow_rate_wad) {
    const auto kept_wad = checked_sub(wad(), ctoken.reserve_factor_wad);
    if (!kept_wad || ctoken.generation == Generation::kUnknown) {
        return std::nullopt;
    }
    if (ctoken.generation == Generation::kFirst) {
        const auto to_pool_wad = wad_mul_half_up(borrow_rate_wad, *kept_wad);
        return to_pool_wad ? first_supply_rate(ctoken, *to_pool_wad) : std::nullopt;
    }
    const auto to_pool_wad = wad_mul_floor(borrow_rate_wad, *kept_wad);
    const auto utilization = utilization_wad(ctoken);
    return to_pool_wad && utilization ? wad_mul_floor(*utilization, *to_pool_wad) : std::nullopt;
}

std::optional<CTokenRow> accrued(
    const CTokenRow& ctoken, const U256& borrow_rate_wad, eth::BlockNum now
) {
    if (ctoken.accrual_block == now) {
        return ctoken;
    }
    const auto blocks = checked_sub(now, ctoken.accrual_block);
    if (!blocks || borrow_rate_wad > U256(kMostRateWad)) {
        return std::nullopt;
    }
    const auto factor_wad = checked_mul(borrow_rate_wad, *blocks);
    const auto interest =
        factor_wad ? wad_mul_floor(*factor_wad, ctoken.total_borrows) : std::nullopt;
    const auto borrows = interest ? checked_add(*interest, ctoken.total_borrows) : std::nullopt;
    const auto reserves =
        interest ? line(*interest, ctoken.reserve_factor_wad, ctoken.total_reserves) : std::nullopt;
    const auto index = factor_wad
                           ? line(ctoken.borrow_index_wad, *factor_wad, ctoken.borrow_index_wad)
                           : std::nullopt;
    if (!borrows || !reserves || !index) {
        return std::nullopt;
    }
    CTokenRow after = ctoken;
    after.total_borrows = *borrows;
    after.total_reserves = *reserves;
    after.borrow_index_wad = *index;
    after.accrual_block = now;
    return after;
}

}  // namespace faultline::compound_v2
