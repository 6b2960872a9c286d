// SPDX-License-Identifier: Apache-2.0
// Indices, principals and the figures that follow from them.
#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/compound_v3_model/comet_events.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <utility>

namespace faultline::compound_v3_model {
namespace {

using tests::fitting;
using tests::fitting_signed;
using tests::Refused;
using tests::require;
using tests::ten_to;

const Int& factor_scale() {
    static const Int scale = ten_to(18);
    return scale;
}

const Int& index_scale() {
    static const Int scale = ten_to(15);
    return scale;
}

Int mul_factor(const Int& n, const Int& factor) {
    return fitting(n * factor) / factor_scale();
}

Int present(const Int& index, const Int& principal) {
    return fitting(principal * index) / index_scale();
}

/// Two lines that meet at the kink.
Int rate_at(
    const Int& utilization, const Int& kink, const Int& base, const Int& low, const Int& high
) {
    if (utilization <= kink) {
        return fitting(base + mul_factor(low, utilization), 64);
    }
    return fitting(base + mul_factor(low, kink) + mul_factor(high, utilization - kink), 64);
}

}  // namespace

Int Chain::transfer(
    const Address& token, const Address& from, const Address& to, const Int& amount
) {
    Token& of = tokens.at(token);
    const Int fee = amount * of.fee_bps / 10'000;
    const Int arrives = amount - fee;
    if (const auto at = of.holders.find(from); at != of.holders.end()) {
        require(at->second >= amount);
        at->second -= amount;
    }
    if (const auto at = of.holders.find(to); at != of.holders.end()) {
        at->second = fitting(at->second + arrives);
    }
    book.emit<events::Transfer>(token, from, to, arrives);
    if (fee > 0) {
        book.emit<events::Transfer>(token, from, tests::address_of("fee collector"), fee);
    }
    return arrives;
}

Int Chain::balance(const Address& token, const Address& holder) const {
    const auto& holders = tokens.at(token).holders;
    const auto at = holders.find(holder);
    return at == holders.end() ? Int(0) : at->second;
}

Int Comet::utilization() const {
    const Int supply = present(totals_.supply_index, totals_.supply);
    const Int borrow = present(totals_.borrow_index, totals_.borrow);
    return supply == 0 ? Int(0) : fitting(borrow * factor_scale()) / supply;
}

Int Comet::supply_rate(const Int& utilization) const {
    return rate_at(
        utilization,
        config_.supply_kink,
        config_.supply_base,
        config_.supply_low,
        config_.supply_high
    );
}

Int Comet::borrow_rate(const Int& utilization) const {
    return rate_at(
        utilization,
        config_.borrow_kink,
        config_.borrow_base,
        config_.borrow_low,
        config_.borrow_high
    );
}

std::pair<Int, Int> Comet::accrued_indices(const Int& elapsed) const {
    Int supply = totals_.supply_index;
    Int borrow = totals_.borrow_index;
    if (elapsed > 0) {
        const Int used = utilization();
        const Int supply_factor = supply_rate(used) * elapsed;
        const Int borrow_factor = borrow_rate(used) * elapsed;
        supply = fitting(supply + fitting(mul_factor(supply, supply_factor), 64), 64);
        borrow = fitting(borrow + fitting(mul_factor(borrow, borrow_factor), 64), 64);
    }
    return {supply, borrow};
}

std::pair<Int, Int> Comet::indices_now(const Chain& chain) const {
    return accrued_indices(fitting(chain.now - totals_.last_accrual, 40));
}

void Comet::accrue(const Chain& chain) {
    const Int elapsed = fitting(chain.now - totals_.last_accrual, 40);
    if (elapsed == 0) {
        return;
    }
    const auto [supply, borrow] = accrued_indices(elapsed);
    totals_.supply_index = supply;
    totals_.borrow_index = borrow;
    const auto reward = [&](Int& index, const Int& speed, const Int& total) {
        if (total >= config_.min_for_rewards) {
            const Int more = fitting(speed * elapsed * config_.base_scale) / total;
            index = fitting(index + fitting(more, 64), 64);
        }
    };
    reward(totals_.tracking_supply_index, config_.supply_speed, totals_.supply);
    reward(totals_.tracking_borrow_index, config_.borrow_speed, totals_.borrow);
    totals_.last_accrual = chain.now;
}

Int Comet::present_value(const Int& principal) const {
    return principal >= 0 ? present(totals_.supply_index, principal)
                          : -present(totals_.borrow_index, -principal);
}

Int Comet::principal_value(const Int& present) const {
    if (present >= 0) {
        const Int& index = totals_.supply_index;
        return fitting_signed(fitting(fitting(present * index_scale()) / index, 104), 104);
    }
    const Int& index = totals_.borrow_index;
    const Int owed = fitting((fitting(-present * index_scale() + index) - 1) / index, 104);
    return -fitting_signed(owed, 104);
}

Comet::Parts Comet::repay_and_supply(const Int& old_principal, const Int& new_principal) {
    if (new_principal < old_principal) {
        return {.first = 0, .second = 0};
    }
    if (new_principal <= 0) {
        return {.first = new_principal - old_principal, .second = 0};
    }
    if (old_principal >= 0) {
        return {.first = 0, .second = new_principal - old_principal};
    }
    return {.first = -old_principal, .second = new_principal};
}

Comet::Parts Comet::withdraw_and_borrow(const Int& old_principal, const Int& new_principal) {
    if (new_principal > old_principal) {
        return {.first = 0, .second = 0};
    }
    if (new_principal >= 0) {
        return {.first = old_principal - new_principal, .second = 0};
    }
    if (old_principal <= 0) {
        return {.first = 0, .second = old_principal - new_principal};
    }
    return {.first = old_principal, .second = -new_principal};
}

void Comet::update_principal(const Address& account, const Int& principal) {
    User& user = users_[account];
    const bool owed = user.principal < 0;
    const Int& index = owed ? totals_.tracking_borrow_index : totals_.tracking_supply_index;
    const Int grown = fitting(index - user.tracking_index, 64);
    const Int magnitude = owed ? Int(-user.principal) : user.principal;
    const Int descale = config_.base_scale / ten_to(6);
    const Int earned = fitting(magnitude * grown) / config_.tracking_index_scale / descale;
    user.tracking_accrued = fitting(user.tracking_accrued + fitting(earned, 64), 64);
    user.principal = principal;
    user.tracking_index =
        principal >= 0 ? totals_.tracking_supply_index : totals_.tracking_borrow_index;
}

Int Comet::price(const Chain& chain, const Address& feed) {
    const Feed& of = chain.feeds.at(feed);
    require(!of.broken && of.answer > 0);
    return of.answer;
}

Int Comet::reserves(const Chain& chain) const {
    const auto [supply, borrow] = indices_now(chain);
    const Int balance = chain.balance(config_.base_token, self_);
    return balance - present(supply, totals_.supply) + present(borrow, totals_.borrow);
}

Int Comet::collateral_reserves(const Chain& chain, const Address& asset) const {
    require(chain.tokens.contains(asset));
    return fitting(chain.balance(asset, self_) - total_collateral(asset));
}

/// The sum over collaterals; `early` where the contract returns before its end, without looking at
/// the rest of the prices.
Int Comet::liquidity(const Chain& chain, const User& user, Int Asset::* factor, bool& early) const {
    Int sum = present_value(user.principal) * price(chain, config_.base_feed);
    sum = sum / config_.base_scale;  // Toward zero, as int256 division is.
    early = false;
    for (std::size_t i = 0; i < config_.assets.size(); ++i) {
        if ((user.assets_in >> i) % 2 == 0) {
            continue;
        }
        if (sum >= 0) {
            early = true;
            return sum;
        }
        const Asset& asset = config_.assets[i];
        const auto held = user.collateral.find(asset.asset);
        const Int balance = held == user.collateral.end() ? Int(0) : held->second;
        const Int value = fitting(balance * price(chain, asset.feed)) / asset.scale;
        sum += mul_factor(value, asset.*factor);
    }
    return sum;
}

bool Comet::is_borrow_collateralized(const Chain& chain, const Address& account) const {
    const User& of = user(account);
    if (of.principal >= 0) {
        return true;
    }
    bool early = false;
    const Int sum = liquidity(chain, of, &Asset::borrow_factor, early);
    return early || sum >= 0;
}

bool Comet::is_liquidatable(const Chain& chain, const Address& account) const {
    const User& of = user(account);
    if (of.principal >= 0) {
        return false;
    }
    bool early = false;
    const Int sum = liquidity(chain, of, &Asset::liquidate_factor, early);
    return !early && sum < 0;
}

Int Comet::quote_collateral(const Chain& chain, const Address& asset, const Int& base_amount)
    const {
    const Asset& of = config_.assets.at(offset_of(asset));
    const Int asset_price = price(chain, of.feed);
    const Int discount =
        mul_factor(config_.store_front_factor, fitting(factor_scale() - of.liquidation_factor));
    const Int discounted = mul_factor(asset_price, fitting(factor_scale() - discount));
    const Int base_price = price(chain, config_.base_feed);
    require(discounted > 0);
    return fitting(fitting(base_price * base_amount) * of.scale) / discounted / config_.base_scale;
}

Int Comet::total_supply(const Chain& chain) const {
    return present(indices_now(chain).first, totals_.supply);
}

Int Comet::total_borrow(const Chain& chain) const {
    return present(indices_now(chain).second, totals_.borrow);
}

Int Comet::balance_of(const Chain& chain, const Address& account) const {
    const Int index = indices_now(chain).first;
    const Int& principal = user(account).principal;
    return principal > 0 ? present(index, principal) : Int(0);
}

Int Comet::borrow_balance_of(const Chain& chain, const Address& account) const {
    const Int index = indices_now(chain).second;
    const Int& principal = user(account).principal;
    return principal < 0 ? present(index, -principal) : Int(0);
}

std::size_t Comet::offset_of(const Address& asset) const {
    for (std::size_t i = 0; i < config_.assets.size(); ++i) {
        if (config_.assets[i].asset == asset) {
            return i;
        }
    }
    throw Refused{};
}

const User& Comet::user(const Address& account) const {
    static const User nobody;
    const auto at = users_.find(account);
    return at == users_.end() ? nobody : at->second;
}

Int Comet::collateral(const Address& account, const Address& asset) const {
    const User& of = user(account);
    const auto at = of.collateral.find(asset);
    return at == of.collateral.end() ? Int(0) : at->second;
}

Int Comet::total_collateral(const Address& asset) const {
    const auto at = totals_collateral_.find(asset);
    return at == totals_collateral_.end() ? Int(0) : at->second;
}

}  // namespace faultline::compound_v3_model
