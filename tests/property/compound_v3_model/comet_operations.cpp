// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/compound_v3_model/comet_events.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::compound_v3_model {
namespace {

using tests::address_of;
using tests::fitting;
using tests::fitting_signed;
using tests::require;
using tests::ten_to;

Address implementation(const Chain& chain) {
    return address_of("implementation " + std::to_string(chain.number));
}

}  // namespace

void Comet::deploy(Chain& chain) const {
    chain.book.emit<events::Upgraded>(self_, implementation(chain));
    chain.book.emit<events::AdminChanged>(self_, Address{}, address_of("proxy admin"));
}

void Comet::initialize_storage(const Chain& chain) {
    require(totals_.last_accrual == 0);
    totals_.last_accrual = chain.now;
    totals_.supply_index = ten_to(15);
    totals_.borrow_index = ten_to(15);
}

void Comet::upgrade(Chain& chain, Configuration config) {
    config_ = std::move(config);
    chain.book.emit<events::Upgraded>(self_, implementation(chain));
}

bool Comet::paused(unsigned bit) const {
    return (totals_.pause_flags >> bit) % 2 != 0;
}

void Comet::pause(Chain& chain, const Int& flags) {
    totals_.pause_flags = flags;
    chain.book.emit<events::PauseAction>(
        self_,
        paused(kPauseSupply),
        paused(kPauseTransfer),
        paused(kPauseWithdraw),
        paused(kPauseAbsorb),
        paused(kPauseBuy)
    );
}

void Comet::accrue_account(const Chain& chain, const Address& account) {
    accrue(chain);
    update_principal(account, user(account).principal);
}

void Comet::supply(
    Chain& chain,
    const Address& from,
    const Address& dst,
    const Address& asset,
    const std::optional<Int>& amount
) {
    require(!paused(kPauseSupply));
    if (asset == config_.base_token) {
        supply_base(chain, from, dst, amount ? *amount : borrow_balance_of(chain, dst));
        return;
    }
    require(amount.has_value());
    supply_collateral(chain, from, dst, asset, fitting(*amount, 128));
}

void Comet::supply_base(Chain& chain, const Address& from, const Address& dst, Int amount) {
    amount = chain.transfer(config_.base_token, from, self_, amount);
    accrue(chain);
    const Int old_principal = user(dst).principal;
    const Int balance = present_value(old_principal) + fitting_signed(amount);
    const Int new_principal = principal_value(balance);
    const auto [repaid, supplied] = repay_and_supply(old_principal, new_principal);
    totals_.supply = fitting(totals_.supply + supplied, 104);
    totals_.borrow = fitting(totals_.borrow - repaid, 104);
    update_principal(dst, new_principal);
    chain.book.emit<events::Supply>(self_, from, dst, amount);
    if (supplied > 0) {
        chain.book.emit<events::Transfer>(self_, Address{}, dst, present_value(supplied));
    }
}

void Comet::supply_collateral(
    Chain& chain, const Address& from, const Address& dst, const Address& asset, Int amount
) {
    require(chain.tokens.contains(asset));
    amount = fitting(chain.transfer(asset, from, self_, amount), 128);
    const Asset& info = config_.assets.at(offset_of(asset));
    const Int total = fitting(total_collateral(asset) + amount, 128);
    require(total <= info.supply_cap);
    totals_collateral_[asset] = total;
    set_collateral(dst, asset, collateral(dst, asset) + amount);
    chain.book.emit<events::SupplyCollateral>(self_, from, dst, asset, amount);
}

void Comet::set_collateral(const Address& account, const Address& asset, const Int& amount) {
    const std::size_t offset = offset_of(asset);
    User& of = users_[account];
    const Int before = of.collateral[asset];
    of.collateral[asset] = fitting(amount, 128);
    const Int bit = Int(1) << offset;
    const bool is_set = (of.assets_in >> offset) % 2 != 0;
    if (before == 0 && amount != 0 && !is_set) {
        of.assets_in += bit;
    } else if (before != 0 && amount == 0 && is_set) {
        of.assets_in -= bit;
    }
}

void Comet::transfer(
    Chain& chain,
    const Address& src,
    const Address& dst,
    const Address& asset,
    const std::optional<Int>& amount
) {
    require(!paused(kPauseTransfer));
    require(src != dst);
    if (asset == config_.base_token) {
        transfer_base(chain, src, dst, amount ? *amount : balance_of(chain, src));
        return;
    }
    require(amount.has_value());
    transfer_collateral(chain, src, dst, asset, fitting(*amount, 128));
}

void Comet::require_solvent(const Chain& chain, const Address& src, const Int& balance) const {
    if (balance < 0) {
        require(-balance >= config_.borrow_min);
        require(is_borrow_collateralized(chain, src));
    }
}

void Comet::transfer_base(Chain& chain, const Address& src, const Address& dst, const Int& amount) {
    accrue(chain);
    const Int src_old = user(src).principal;
    const Int dst_old = user(dst).principal;
    const Int src_balance = present_value(src_old) - fitting_signed(amount);
    const Int dst_balance = present_value(dst_old) + fitting_signed(amount);
    const Int src_new = principal_value(src_balance);
    const Int dst_new = principal_value(dst_balance);
    const auto [withdrawn, borrowed] = withdraw_and_borrow(src_old, src_new);
    const auto [repaid, supplied] = repay_and_supply(dst_old, dst_new);
    totals_.supply = fitting(fitting(totals_.supply + supplied, 104) - withdrawn, 104);
    totals_.borrow = fitting(fitting(totals_.borrow + borrowed, 104) - repaid, 104);
    update_principal(src, src_new);
    update_principal(dst, dst_new);
    require_solvent(chain, src, src_balance);
    if (withdrawn > 0) {
        chain.book.emit<events::Transfer>(self_, src, Address{}, present_value(withdrawn));
    }
    if (supplied > 0) {
        chain.book.emit<events::Transfer>(self_, Address{}, dst, present_value(supplied));
    }
}

void Comet::transfer_collateral(
    Chain& chain, const Address& src, const Address& dst, const Address& asset, const Int& amount
) {
    const Int src_new = fitting(collateral(src, asset) - amount, 128);
    const Int dst_new = fitting(collateral(dst, asset) + amount, 128);
    set_collateral(src, asset, src_new);
    set_collateral(dst, asset, dst_new);
    require(is_borrow_collateralized(chain, src));
    chain.book.emit<events::TransferCollateral>(self_, src, dst, asset, amount);
}

void Comet::withdraw(
    Chain& chain,
    const Address& src,
    const Address& to,
    const Address& asset,
    const std::optional<Int>& amount
) {
    require(!paused(kPauseWithdraw));
    if (asset == config_.base_token) {
        withdraw_base(chain, src, to, amount ? *amount : balance_of(chain, src));
        return;
    }
    require(amount.has_value());
    withdraw_collateral(chain, src, to, asset, fitting(*amount, 128));
}

void Comet::withdraw_base(Chain& chain, const Address& src, const Address& to, const Int& amount) {
    accrue(chain);
    const Int old_principal = user(src).principal;
    const Int balance = present_value(old_principal) - fitting_signed(amount);
    const Int new_principal = principal_value(balance);
    const auto [withdrawn, borrowed] = withdraw_and_borrow(old_principal, new_principal);
    totals_.supply = fitting(totals_.supply - withdrawn, 104);
    totals_.borrow = fitting(totals_.borrow + borrowed, 104);
    update_principal(src, new_principal);
    require_solvent(chain, src, balance);
    chain.transfer(config_.base_token, self_, to, amount);
    chain.book.emit<events::Withdraw>(self_, src, to, amount);
    if (withdrawn > 0) {
        chain.book.emit<events::Transfer>(self_, src, Address{}, present_value(withdrawn));
    }
}

void Comet::withdraw_collateral(
    Chain& chain, const Address& src, const Address& to, const Address& asset, const Int& amount
) {
    const Int left = fitting(collateral(src, asset) - amount, 128);
    totals_collateral_[asset] = fitting(total_collateral(asset) - amount, 128);
    set_collateral(src, asset, left);
    require(is_borrow_collateralized(chain, src));
    chain.transfer(asset, self_, to, amount);
    chain.book.emit<events::WithdrawCollateral>(self_, src, to, asset, amount);
}

void Comet::absorb(Chain& chain, const Address& absorber, const std::vector<Address>& accounts) {
    require(!paused(kPauseAbsorb));
    accrue(chain);
    for (const Address& account : accounts) {
        absorb_one(chain, absorber, account);
    }
}

void Comet::absorb_one(Chain& chain, const Address& absorber, const Address& account) {
    require(is_liquidatable(chain, account));
    User& of = users_[account];
    const Int old_principal = of.principal;
    const Int old_balance = present_value(old_principal);
    const Int base_price = price(chain, config_.base_feed);
    Int value_sum = 0;
    for (std::size_t i = 0; i < config_.assets.size(); ++i) {
        if ((of.assets_in >> i) % 2 == 0) {
            continue;
        }
        const Asset& asset = config_.assets[i];
        const Int seized = std::exchange(of.collateral[asset.asset], 0);
        totals_collateral_[asset.asset] = fitting(total_collateral(asset.asset) - seized, 128);
        const Int value = fitting(seized * price(chain, asset.feed)) / asset.scale;
        value_sum += value * asset.liquidation_factor / ten_to(18);
        chain.book.emit<events::AbsorbCollateral>(
            self_, absorber, account, asset.asset, seized, value
        );
    }
    const Int delta = fitting(value_sum * config_.base_scale) / base_price;
    const Int new_balance = old_balance + delta < 0 ? Int(0) : old_balance + delta;
    const Int new_principal = principal_value(new_balance);
    update_principal(account, new_principal);
    of.assets_in = 0;
    const auto [repaid, supplied] = repay_and_supply(old_principal, new_principal);
    totals_.supply = fitting(totals_.supply + supplied, 104);
    totals_.borrow = fitting(totals_.borrow - repaid, 104);
    const Int paid_out = fitting(new_balance - old_balance);
    chain.book.emit<events::AbsorbDebt>(
        self_, absorber, account, paid_out, fitting(paid_out * base_price) / config_.base_scale
    );
    if (new_principal > 0 && config_.absorb_tells_transfer) {
        chain.book.emit<events::Transfer>(self_, Address{}, account, present_value(new_principal));
    }
}

void Comet::buy_collateral(
    Chain& chain, const Address& buyer, const Address& asset, const Int& base_amount
) {
    require(!paused(kPauseBuy));
    const Int reserved = reserves(chain);
    require(reserved < 0 || reserved < config_.target_reserves);
    const Int paid = chain.transfer(config_.base_token, buyer, self_, base_amount);
    const Int bought = quote_collateral(chain, asset, paid);
    require(bought <= collateral_reserves(chain, asset));
    chain.transfer(asset, self_, buyer, fitting(bought, 128));
    chain.book.emit<events::BuyCollateral>(self_, buyer, asset, paid, bought);
}

void Comet::withdraw_reserves(Chain& chain, const Address& to, const Int& amount) {
    const Int reserved = reserves(chain);
    require(reserved >= 0 && amount <= reserved);
    chain.transfer(config_.base_token, self_, to, amount);
    chain.book.emit<events::WithdrawReserves>(self_, to, amount);
}

}  // namespace faultline::compound_v3_model
