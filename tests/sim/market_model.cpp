// SPDX-License-Identifier: Apache-2.0
#include "sim/market_model.hpp"

#include "core/protocols/aave/events.hpp"
#include "sim/log_writer.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace faultline::sim {

namespace events = aave::events;

namespace {

struct Listing {
    const char* symbol;
    std::uint8_t decimals;
    std::uint64_t price_e8;
    std::uint64_t ltv_bps;
    std::uint64_t threshold_bps;
};

constexpr std::array<Listing, kReserves> kListings{{
    {"WETH", 18, 2'000'00000000ULL, 8000, 8250},
    {"WBTC", 8, 60'000'00000000ULL, 7300, 7800},
    {"USDC", 6, 1'00000000ULL, 7500, 7800},
}};
/// The reserve that is borrowed, and whose price stands still.
constexpr std::size_t kStable = 2;
constexpr std::uint64_t kEModeThresholdBps = 9000;
constexpr std::uint64_t kYearSeconds = 31'536'000;

U256 rate_ray(std::uint64_t percent) {
    return wrapping_mul(div_mod(ray(), 100).quotient, percent);
}

Address address_of(const std::string& name) {
    return Address::from_bytes(eth::keccak256("faultline sim " + name).view().first(20));
}

U256 must(const std::optional<U256>& value) {
    FAULTLINE_ASSERT(value.has_value());
    return *value;
}

/// What holder and log see when a scaled balance changes (ScaledBalanceTokenBase.sol, 3.6).
struct TokenChange {
    bool mint = true;
    U256 value;
    U256 balance_increase;
};

using Rounding = std::optional<U256> (*)(const U256&, const U256&);

TokenChange change(Holding& holding, const U256& next_scaled, const U256& index, Rounding round) {
    const U256 previous =
        holding.scaled.is_zero() ? U256() : must(round(holding.scaled, holding.index_ray));
    const U256 now = must(round(holding.scaled, index));
    const U256 next = must(round(next_scaled, index));
    TokenChange out;
    out.balance_increase = must(checked_sub(now, previous));
    out.mint = next >= previous;
    out.value = out.mint ? must(checked_sub(next, previous)) : must(checked_sub(previous, next));
    holding.scaled = next_scaled;
    holding.index_ray = index;
    return out;
}

void say_change(
    LogWriter& logs,
    const Address& token,
    const Address& holder,
    const TokenChange& change,
    const U256& index
) {
    if (change.mint) {
        logs.emit<events::Mint>(
            token, {holder, holder, change.value, change.balance_increase, index}
        );
    } else {
        logs.emit<events::Burn>(
            token, {holder, holder, change.value, change.balance_increase, index}
        );
    }
}

}  // namespace

const aave::MarketConfig& market_config() {
    static const aave::MarketConfig config{
        .name = "core",
        .addresses_provider = address_of("provider"),
        .pool = address_of("pool"),
        .configurator = address_of("configurator"),
        .oracle = address_of("oracle"),
        .deployed_at = 0,
    };
    return config;
}

MarketModel::MarketModel() {
    for (std::size_t i = 0; i < kReserves; ++i) {
        ReserveModel& reserve = reserves_[i];
        const std::string symbol = kListings[i].symbol;
        reserve.asset = address_of(symbol);
        reserve.a_token = address_of("a" + symbol);
        reserve.v_token = address_of("v" + symbol);
        reserve.decimals = kListings[i].decimals;
        reserve.income_index_ray = ray();
        reserve.debt_index_ray = ray();
        reserve.price_e8 = kListings[i].price_e8;
        reserve.target_e8 = reserve.price_e8;
    }
    for (std::size_t i = 0; i < kUsers; ++i) {
        users_[i].address = address_of("user " + std::to_string(i));
    }
}

void MarketModel::deploy(LogWriter& logs, UnixSeconds now) {
    deployed_ = true;
    const aave::MarketConfig& market = market_config();
    for (std::size_t i = 0; i < kReserves; ++i) {
        ReserveModel& reserve = reserves_[i];
        reserve.updated_s = now.value;
        logs.begin_transaction();
        logs.emit<events::ATokenInitialized>(
            reserve.a_token,
            {reserve.asset,
             market.pool,
             address_of("treasury"),
             Address{},
             reserve.decimals,
             "Simulated aToken",
             kListings[i].symbol,
             BytesView{}}
        );
        logs.emit<events::ReserveInitialized>(
            market.configurator,
            {reserve.asset, reserve.a_token, Address{}, reserve.v_token, address_of("strategy")}
        );
        logs.emit<events::CollateralConfigurationChanged>(
            market.configurator,
            {reserve.asset,
             U256(kListings[i].ltv_bps),
             U256(kListings[i].threshold_bps),
             U256(10500)}
        );
        logs.emit<events::ReserveBorrowing>(market.configurator, {reserve.asset, true});
    }
    logs.begin_transaction();
    logs.emit<events::EModeCategoryAdded>(
        market.configurator,
        {1, U256(8800), U256(kEModeThresholdBps), U256(10200), Address{}, "majors"}
    );
    logs.emit<events::AssetCollateralInEModeChanged>(
        market.configurator, {reserves_[0].asset, 1, true}
    );
    // Somebody has to have supplied what others borrow.
    logs.begin_transaction();
    supply(logs, users_[0], kStable, U256(50'000'000'000'000ULL));
}

void MarketModel::accrue(LogWriter& logs, std::size_t id, UnixSeconds now) {
    ReserveModel& reserve = reserves_[id];
    const std::uint64_t elapsed = now.value - reserve.updated_s;
    if (elapsed == 0) {
        return;
    }
    reserve.updated_s = now.value;
    const auto interest = [elapsed](const U256& rate) {
        return div_mod(wrapping_mul(rate, elapsed), kYearSeconds).quotient;
    };
    // MathUtils: suppliers' interest is linear, borrowers' the Taylor series to the third order.
    const U256 earned = wrapping_add(ray(), interest(rate_ray(2)));
    const U256 x = interest(rate_ray(4));
    const U256 third = must(ray_mul_half_up(x, div_mod(x, 6).quotient));
    const U256 higher = must(ray_mul_half_up(x, wrapping_add(div_mod(x, 2).quotient, third)));
    const U256 owed = wrapping_add(ray(), wrapping_add(x, higher));
    reserve.income_index_ray = must(ray_mul_half_up(earned, reserve.income_index_ray));
    reserve.debt_index_ray = must(ray_mul_half_up(owed, reserve.debt_index_ray));
    say_reserve(logs, id);
}

void MarketModel::say_reserve(LogWriter& logs, std::size_t id) const {
    const ReserveModel& reserve = reserves_[id];
    logs.emit<events::ReserveDataUpdated>(
        market_config().pool,
        {reserve.asset,
         rate_ray(2),
         U256(),
         rate_ray(4),
         reserve.income_index_ray,
         reserve.debt_index_ray}
    );
}

void MarketModel::supply(LogWriter& logs, UserModel& user, std::size_t id, const U256& amount) {
    ReserveModel& reserve = reserves_[id];
    Holding& holding = user.supplies[id];
    const bool first = holding.scaled.is_zero();
    const U256 minted = must(ray_div_floor(amount, reserve.income_index_ray));
    const TokenChange changed = change(
        holding, wrapping_add(holding.scaled, minted), reserve.income_index_ray, ray_mul_floor
    );
    reserve.liquidity = wrapping_add(reserve.liquidity, amount);
    say_reserve(logs, id);
    say_change(logs, reserve.a_token, user.address, changed, reserve.income_index_ray);
    if (first && !minted.is_zero()) {
        user.collateral[id] = true;
        logs.emit<events::CollateralEnabled>(market_config().pool, {reserve.asset, user.address});
    }
    logs.emit<events::Supply>(
        market_config().pool, {reserve.asset, user.address, user.address, amount, 0}
    );
}

void MarketModel::withdraw(LogWriter& logs, UserModel& user, std::size_t id, const U256& amount) {
    ReserveModel& reserve = reserves_[id];
    Holding& holding = user.supplies[id];
    const U256 burned =
        std::min(holding.scaled, must(ray_div_ceil(amount, reserve.income_index_ray)));
    const TokenChange changed = change(
        holding, must(checked_sub(holding.scaled, burned)), reserve.income_index_ray, ray_mul_floor
    );
    reserve.liquidity = must(checked_sub(reserve.liquidity, amount));
    say_reserve(logs, id);
    if (holding.scaled.is_zero() && user.collateral[id]) {
        user.collateral[id] = false;
        logs.emit<events::CollateralDisabled>(market_config().pool, {reserve.asset, user.address});
    }
    say_change(logs, reserve.a_token, user.address, changed, reserve.income_index_ray);
    logs.emit<events::Withdraw>(
        market_config().pool, {reserve.asset, user.address, user.address, amount}
    );
}

void MarketModel::borrow(LogWriter& logs, UserModel& user, std::size_t id, const U256& amount) {
    ReserveModel& reserve = reserves_[id];
    Holding& holding = user.debts[id];
    const U256 minted = must(ray_div_ceil(amount, reserve.debt_index_ray));
    const TokenChange changed =
        change(holding, wrapping_add(holding.scaled, minted), reserve.debt_index_ray, ray_mul_ceil);
    reserve.liquidity = must(checked_sub(reserve.liquidity, amount));
    say_change(logs, reserve.v_token, user.address, changed, reserve.debt_index_ray);
    say_reserve(logs, id);
    logs.emit<events::Borrow>(
        market_config().pool, {reserve.asset, user.address, user.address, amount, 2, rate_ray(4), 0}
    );
}

void MarketModel::repay(LogWriter& logs, UserModel& user, std::size_t id, const U256& amount) {
    ReserveModel& reserve = reserves_[id];
    Holding& holding = user.debts[id];
    const U256 burned =
        std::min(holding.scaled, must(ray_div_floor(amount, reserve.debt_index_ray)));
    const TokenChange changed = change(
        holding, must(checked_sub(holding.scaled, burned)), reserve.debt_index_ray, ray_mul_ceil
    );
    reserve.liquidity = wrapping_add(reserve.liquidity, amount);
    say_change(logs, reserve.v_token, user.address, changed, reserve.debt_index_ray);
    say_reserve(logs, id);
    logs.emit<events::Repay>(
        market_config().pool, {reserve.asset, user.address, user.address, amount, false}
    );
}

void MarketModel::transfer(
    LogWriter& logs, UserModel& from, UserModel& to, std::size_t id, const U256& scaled
) {
    const ReserveModel& reserve = reserves_[id];
    const U256& index = reserve.income_index_ray;
    const bool first = to.supplies[id].scaled.is_zero();
    from.supplies[id].scaled = must(checked_sub(from.supplies[id].scaled, scaled));
    from.supplies[id].index_ray = index;
    to.supplies[id].scaled = wrapping_add(to.supplies[id].scaled, scaled);
    to.supplies[id].index_ray = index;
    logs.emit<events::BalanceTransfer>(reserve.a_token, {from.address, to.address, scaled, index});
    if (from.supplies[id].scaled.is_zero() && from.collateral[id]) {
        from.collateral[id] = false;
        logs.emit<events::CollateralDisabled>(market_config().pool, {reserve.asset, from.address});
    }
    if (first) {
        to.collateral[id] = true;
        logs.emit<events::CollateralEnabled>(market_config().pool, {reserve.asset, to.address});
    }
}

void MarketModel::toggle_collateral(LogWriter& logs, UserModel& user, std::size_t id) {
    user.collateral[id] = !user.collateral[id];
    if (user.collateral[id]) {
        logs.emit<events::CollateralEnabled>(
            market_config().pool, {reserves_[id].asset, user.address}
        );
    } else {
        logs.emit<events::CollateralDisabled>(
            market_config().pool, {reserves_[id].asset, user.address}
        );
    }
}

void MarketModel::set_emode(LogWriter& logs, UserModel& user, std::uint8_t category) {
    user.emode = category;
    logs.emit<events::UserEModeSet>(market_config().pool, {user.address, category});
}

U256 MarketModel::value_base(std::size_t id, const U256& amount) const {
    const ReserveModel& reserve = reserves_[id];
    return must(mul_div_floor(amount, reserve.price_e8, pow10(reserve.decimals)));
}

U256 MarketModel::tokens_worth(std::size_t id, const U256& base) const {
    const ReserveModel& reserve = reserves_[id];
    return must(mul_div_floor(base, pow10(reserve.decimals), reserve.price_e8));
}

U256 MarketModel::limit_base(const UserModel& user) const {
    U256 limit;
    for (std::size_t i = 0; i < kReserves; ++i) {
        if (user.collateral[i]) {
            const std::uint64_t threshold =
                user.emode == 1 && i == 0 ? kEModeThresholdBps : kListings[i].threshold_bps;
            const U256 balance =
                must(ray_mul_floor(user.supplies[i].scaled, reserves_[i].income_index_ray));
            limit =
                wrapping_add(limit, must(mul_div_floor(value_base(i, balance), threshold, 10'000)));
        }
    }
    return limit;
}

U256 MarketModel::debt_base(const UserModel& user) const {
    U256 debt;
    for (std::size_t i = 0; i < kReserves; ++i) {
        const U256 owed = must(ray_mul_ceil(user.debts[i].scaled, reserves_[i].debt_index_ray));
        debt = wrapping_add(debt, value_base(i, owed));
    }
    return debt;
}

}  // namespace faultline::sim
