// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::aave {
namespace {

constexpr std::uint64_t kBpsOne = 10000;

/// Adds a * b to a sum; false on overflow.
bool add_product(U256& sum, const U256& a, std::uint64_t b) {
    const auto product = checked_mul(a, U256(b));
    const auto total = product ? checked_add(sum, *product) : std::nullopt;
    if (total) {
        sum = *total;
    }
    return total.has_value();
}

U256 quotient(const U256& a, const U256& b) {
    return b.is_zero() ? U256() : div_mod(a, b).quotient;
}

}  // namespace

Figure<bool> usability(const MarketRow* market) {
    if (market == nullptr) {
        return Figure<bool>::without(FigureStatus::kNoData, "no log of this market was seen yet");
    }
    if (!market->degraded.empty()) {
        return Figure<bool>::without(FigureStatus::kError, market->degraded);
    }
    if (market->pool_revision == 0 || !market->unread_implementations.empty()) {
        return Figure<bool>::without(
            FigureStatus::kNoData,
            "the pool's revision was not told yet; each live block asks for it. If this lasts, an "
            "endpoint answers calls with nothing, or the configured pool is none"
        );
    }
    return Figure<bool>::of(true);
}

template <class T>
Figure<T> Valuation::without_price(ReserveId reserve) const {
    if (state_.prices_block == 0) {
        return Figure<T>::without(FigureStatus::kNoData, "prices were never read");
    }
    if (state_.prices_block != block_) {
        return Figure<T>::without(
            FigureStatus::kStale, "prices are those of block " + std::to_string(state_.prices_block)
        );
    }
    if (!legs_.at(reserve).no_price) {
        return Figure<T>::without(
            FigureStatus::kNoData,
            "the price of reserve " + std::to_string(reserve) + " was never read"
        );
    }
    return Figure<T>::without(
        FigureStatus::kError,
        "the market's oracle has no price of reserve " + std::to_string(reserve) + " at block " +
            std::to_string(block_)
    );
}

template Figure<U256> Valuation::without_price<U256>(ReserveId reserve) const;

Valuation::Valuation(
    const Tables& tables, MarketId market, eth::BlockNum block, UnixSeconds timestamp
)
    : tables_(tables), market_(market), block_(block) {
    const MarketRow* state = tables.markets.find({market});
    usable_ = usability(state);
    if (state == nullptr) {
        return;
    }
    state_ = *state;
    const bool fresh_prices = state_.prices_block == block;
    legs_.resize(state_.reserve_count);
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        const ReserveRow* reserve = tables.reserves.find({.market = market, .reserve = id});
        if (reserve == nullptr) {
            continue;
        }
        Leg& leg = legs_[id];
        leg.listed = true;
        leg.unit = pow10(reserve->config.decimals);
        const auto income = normalized_income_ray(*reserve, timestamp);
        const auto debt = normalized_debt_ray(*reserve, timestamp);
        leg.reverts = !income || !debt;
        leg.income_ray = income.value_or(U256());
        leg.debt_ray = debt.value_or(U256());
        leg.ltv_bps = reserve->config.ltv_bps;
        leg.liquidation_threshold_bps = reserve->config.liquidation_threshold_bps;
        if (const PriceRow* price = tables.prices.find({.market = market, .reserve = id});
            price != nullptr && fresh_prices) {
            leg.price_base = price->price_base;
            leg.priced = !price->none;
            leg.no_price = price->none;
        }
    }
}

Figure<AccountData> Valuation::account(const Address& account) const {
    const UserRow* user = tables_.users.find({.market = market_, .account = account});
    return this->account(account, user == nullptr ? UserRow{} : *user);
}

Figure<AccountData> Valuation::account(const Address& account, const UserRow& user) const {
    if (!usable_.ok()) {
        return Figure<AccountData>::without(usable_.status, usable_.reason);
    }
    Sums sums = begin(user);
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        switch (add(sums, account, user, id)) {
            case Added::kYes:
                continue;
            case Added::kWithoutPrice:
                return without_price<AccountData>(id);
            case Added::kOverflow:
                return Figure<AccountData>::without(FigureStatus::kError, kOverflows);
        }
    }
    const auto data = conclude(sums);
    return data ? Figure<AccountData>::of(*data)
                : Figure<AccountData>::without(FigureStatus::kError, kOverflows);
}

Valuation::Sums Valuation::begin(const UserRow& user) const {
    Sums sums;
    if (user.emode != 0) {
        sums.emode = tables_.emodes.find({.market = market_, .category = user.emode});
    }
    return sums;
}

Figure<U256> Valuation::price(ReserveId reserve) const {
    const Leg& leg = legs_.at(reserve);
    return leg.priced ? Figure<U256>::of(leg.price_base) : without_price<U256>(reserve);
}

Valuation::Added Valuation::add(
    Sums& sums, const Address& account, const UserRow& user, ReserveId reserve
) const {
    const bool as_collateral = user.collateral_bits.bit(reserve);
    const bool as_debt = user.debt_bits.bit(reserve);
    const Leg& leg = legs_[reserve];
    if ((!as_collateral && !as_debt) || !leg.listed) {
        return Added::kYes;
    }
    if (!leg.priced) {
        return Added::kWithoutPrice;
    }
    const PositionRow* found =
        tables_.positions.find({.market = market_, .account = account, .reserve = reserve});
    const PositionRow held = found == nullptr ? PositionRow{} : *found;
    const bool added = !leg.reverts &&
                       (!as_collateral || add_collateral(sums, leg, reserve, held.scaled_supply)) &&
                       (!as_debt || add_debt(sums, leg, held.scaled_debt));
    return added ? Added::kYes : Added::kOverflow;
}

bool Valuation::add_collateral(Sums& sums, const Leg& leg, ReserveId reserve, const U256& scaled) {
    const auto balance = ray_mul_floor(scaled, leg.income_ray);
    const auto priced = balance ? checked_mul(*balance, leg.price_base) : std::nullopt;
    if (!priced) {
        return false;
    }
    const U256 value_base = quotient(*priced, leg.unit);  // rounds down
    std::uint64_t ltv_bps = leg.ltv_bps;
    std::uint64_t threshold_bps = leg.liquidation_threshold_bps;
    if (sums.emode != nullptr && sums.emode->collateral_bits.bit(reserve)) {
        ltv_bps = sums.emode->ltv_zero_bits.bit(reserve) ? 0 : sums.emode->ltv_bps;
        threshold_bps = sums.emode->liquidation_threshold_bps;
    } else if (sums.emode != nullptr && sums.emode->isolated) {
        ltv_bps = 0;  // The threshold stays the reserve's, and with it the health factor.
    }
    const auto total = checked_add(sums.collateral_base, value_base);
    if (!total) {
        return false;
    }
    sums.collateral_base = *total;
    return add_product(sums.collateral_times_ltv, value_base, ltv_bps) &&
           add_product(sums.collateral_times_threshold, value_base, threshold_bps);
}

bool Valuation::add_debt(Sums& sums, const Leg& leg, const U256& scaled) {
    const auto balance = ray_mul_ceil(scaled, leg.debt_ray);
    if (!balance || !checked_mul(*balance, leg.price_base)) {
        return false;
    }
    const auto value_base =
        mul_div_ceil(*balance, leg.price_base, leg.unit);  // rounds up, against the borrower
    const auto total = value_base ? checked_add(sums.debt_base, *value_base) : std::nullopt;
    if (total) {
        sums.debt_base = *total;
    }
    return total.has_value();
}

std::optional<AccountData> Valuation::conclude(const Sums& sums) {
    AccountData data;
    data.total_collateral_base = sums.collateral_base;
    data.total_debt_base = sums.debt_base;
    data.ltv_bps = quotient(sums.collateral_times_ltv, sums.collateral_base);
    data.current_liquidation_threshold_bps =
        quotient(sums.collateral_times_threshold, sums.collateral_base);
    if (sums.debt_base.is_zero()) {
        data.health_factor_wad = U256::max();
    } else {
        // wadDiv rounds half up, the division by one hundred percent rounds down.
        const auto ratio = wad_div_half_up(sums.collateral_times_threshold, sums.debt_base);
        if (!ratio) {
            return std::nullopt;
        }
        data.health_factor_wad = quotient(*ratio, U256(kBpsOne));
    }
    const auto borrowable = percent_mul_floor(sums.collateral_base, data.ltv_bps);
    if (!borrowable) {
        return std::nullopt;
    }
    data.available_borrows_base = checked_sub(*borrowable, sums.debt_base).value_or(U256());
    return data;
}

}  // namespace faultline::aave
