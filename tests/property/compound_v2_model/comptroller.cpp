// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v2_model/contract_events.hpp"
#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v2_model {
namespace {

using tests::address_of;
using tests::fitting;
using tests::require;
using tests::ten_to;

const Int& scale() {
    static const Int one = ten_to(18);
    return one;
}

/// mul_(Exp, Exp): truncated.
Int mul_exp(const Int& a, const Int& b) {
    return fitting(a * b) / scale();
}

}  // namespace

void Contracts::deploy() {
    const Address implementation = address_of("comptroller implementation");
    book.emit<events::NewPendingImplementation>(comptroller_, Address{}, implementation);
    book.emit<events::NewImplementation>(comptroller_, Address{}, implementation);
    book.emit<events::NewPendingImplementation>(comptroller_, implementation, Address{});
    deployed_ = true;
}

void Contracts::support(Place at) {
    CToken& token = tokens_[at];
    require(!token.listed && token.initialized());
    token.listed = true;
    token.collateral_factor = 0;
    listed_.push_back(at);
    book.emit<events::MarketListed>(comptroller_, token.self);
}

void Contracts::set_oracle(const Address& oracle) {
    book.emit<events::NewPriceOracle>(comptroller_, std::exchange(oracle_, oracle), oracle);
}

void Contracts::set_close_factor(const Int& mantissa) {
    const Int old = std::exchange(close_factor_, mantissa);
    book.emit<events::NewCloseFactor>(comptroller_, old, mantissa);
}

void Contracts::set_incentive(const Int& mantissa) {
    const Int old = std::exchange(incentive_, mantissa);
    book.emit<events::NewLiquidationIncentive>(comptroller_, old, mantissa);
}

void Contracts::set_collateral_factor(Place at, const Int& mantissa) {
    CToken& token = tokens_[at];
    const bool allowed =
        token.listed && mantissa <= scale() * 9 / 10 && (mantissa == 0 || price(token) != 0);
    if (!allowed) {
        book.emit<events::Failure>(comptroller_, Int(6), Int(8), Int(0));
        return;
    }
    const Int old = std::exchange(token.collateral_factor, mantissa);
    book.emit<events::NewCollateralFactor>(comptroller_, token.self, old, mantissa);
}

void Contracts::set_borrow_cap(Place at, const Int& cap) {
    tokens_[at].borrow_cap = cap;
    book.emit<events::NewBorrowCap>(comptroller_, tokens_[at].self, cap);
}

void Contracts::pause_mint(Place at, bool on) {
    require(tokens_[at].listed);
    tokens_[at].mint_paused = on;
    book.emit<events::MarketActionPaused>(
        comptroller_, tokens_[at].self, std::string_view("Mint"), on
    );
}

void Contracts::pause_borrow(Place at, bool on) {
    require(tokens_[at].listed);
    tokens_[at].borrow_paused = on;
    book.emit<events::MarketActionPaused>(
        comptroller_, tokens_[at].self, std::string_view("Borrow"), on
    );
}

void Contracts::pause_transfer(bool on) {
    transfer_paused_ = on;
    book.emit<events::ActionPaused>(comptroller_, std::string_view("Transfer"), on);
}

void Contracts::pause_seize(bool on) {
    seize_paused_ = on;
    book.emit<events::ActionPaused>(comptroller_, std::string_view("Seize"), on);
}

const std::vector<Place>& Contracts::assets_in(const Address& account) const {
    static const std::vector<Place> none;
    const auto at = assets_in_.find(account);
    return at == assets_in_.end() ? none : at->second;
}

bool Contracts::is_member(Place at, const Address& account) const {
    return std::ranges::find(assets_in(account), at) != assets_in(account).end();
}

/// addToMarketInternal: of a market that is not listed, an error code and no log.
void Contracts::enter(Place at, const Address& account) {
    if (!tokens_[at].listed || is_member(at, account)) {
        return;
    }
    assets_in_[account].push_back(at);
    book.emit<events::MarketEntered>(comptroller_, tokens_[at].self, account);
}

void Contracts::exit(Place at, const Address& account) {
    const CToken& token = tokens_[at];
    require(token.initialized());
    static_cast<void>(exchange_rate(token));  // getAccountSnapshot() may revert.
    const auto held = token.tokens.find(account);
    const Int tokens = held == token.tokens.end() ? Int(0) : held->second;
    if (borrow_balance(token, account) != 0) {
        book.emit<events::Failure>(comptroller_, Int(12), Int(2), Int(0));
        return;
    }
    if (!redeem_allowed(at, account, tokens)) {
        book.emit<events::Failure>(comptroller_, Int(14), Int(3), Int(4));
        return;
    }
    if (!is_member(at, account)) {
        return;
    }
    std::vector<Place>& list = assets_in_[account];
    *std::ranges::find(list, at) = list.back();
    list.pop_back();
    book.emit<events::MarketExited>(comptroller_, token.self, account);
}

bool Contracts::redeem_allowed(Place at, const Address& redeemer, const Int& tokens) const {
    if (!tokens_[at].listed) {
        return false;
    }
    if (!is_member(at, redeemer)) {
        return true;
    }
    const Liquidity after = liquidity(redeemer, at, tokens, 0);
    return after.error == 0 && after.shortfall == 0;
}

Int Contracts::price(const CToken& token) const {
    const auto oracle = oracles.find(oracle_);
    require(oracle != oracles.end());
    const auto at = oracle->second.find(token.self);
    return at == oracle->second.end() ? Int(0) : at->second;
}

Liquidity Contracts::liquidity(
    const Address& account,
    std::optional<Place> modify,
    const Int& redeem_tokens,
    const Int& borrow_amount
) const {
    constexpr unsigned kPriceError = 13;
    Int collateral = 0;
    Int borrows = 0;
    for (const Place at : assets_in(account)) {
        const CToken& token = tokens_[at];
        const auto held = token.tokens.find(account);
        const Int tokens = held == token.tokens.end() ? Int(0) : held->second;
        const Int owed = borrow_balance(token, account);
        const Int rate = exchange_rate(token);
        const Int of_underlying = price(token);
        if (of_underlying == 0) {
            return {.error = kPriceError, .liquidity = 0, .shortfall = 0};
        }
        const Int to_denominator = mul_exp(mul_exp(token.collateral_factor, rate), of_underlying);
        collateral = fitting(fitting(to_denominator * tokens) / scale() + collateral);
        borrows = fitting(fitting(of_underlying * owed) / scale() + borrows);
        if (modify == at) {
            borrows = fitting(fitting(to_denominator * redeem_tokens) / scale() + borrows);
            borrows = fitting(fitting(of_underlying * borrow_amount) / scale() + borrows);
        }
    }
    if (collateral > borrows) {
        return {.error = 0, .liquidity = collateral - borrows, .shortfall = 0};
    }
    return {.error = 0, .liquidity = 0, .shortfall = borrows - collateral};
}

bool Contracts::is_deprecated(const CToken& token) const {
    return token.collateral_factor == 0 && token.borrow_paused && token.reserve_factor == scale();
}

Int Contracts::seize_tokens(const CToken& borrowed, const CToken& collateral, const Int& repaid)
    const {
    const Int price_borrowed = price(borrowed);
    const Int price_collateral = price(collateral);
    require(price_borrowed != 0 && price_collateral != 0);
    const Int numerator = mul_exp(incentive_, price_borrowed);
    const Int denominator = mul_exp(price_collateral, exchange_rate(collateral));
    require(denominator != 0);
    const Int ratio = fitting(numerator * scale()) / denominator;
    return fitting(ratio * repaid) / scale();
}

}  // namespace faultline::compound_v2_model
