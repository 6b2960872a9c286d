// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v2_model/contract_events.hpp"
#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <optional>
#include <string>
#include <utility>

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

Int times(const Int& exponential, const Int& scalar) {
    return fitting(exponential * scalar) / scale();
}

}  // namespace

/// By a Failure log where the code is old; what was written before it stands.
void Contracts::refuse(const CToken& token) {
    require(token.generation != Generation::kNewest);
    book.emit<events::Failure>(token.self, Int(3), Int(14), Int(4));
    throw Stopped{};
}

void Contracts::refuse_unless(const CToken& token, bool allowed) {
    if (!allowed) {
        refuse(token);
    }
}

template <class Run>
void Contracts::softly(Run run) {
    try {
        run();
    } catch (const Stopped&) {
        // The transaction succeeds.
    }
}

template <class Run>
void Contracts::softly_unless_ether(Place at, Run run) {
    softly([&] {
        try {
            run();
        } catch (const Stopped&) {
            require(!tokens_[at].underlying.is_zero());
            throw;
        }
    });
}

Place Contracts::create(CToken token) {
    token.accrual_block = number;
    token.borrow_index = scale();
    book.emit<events::NewComptroller>(token.self, Address{}, comptroller_);
    book.emit<events::NewMarketInterestRateModel>(token.self, Address{}, token.model);
    if (token.generation != Generation::kFirst) {
        token.implementation = address_of("delegate of " + token.self.hex());
        book.emit<events::NewImplementation>(token.self, Address{}, token.implementation);
    }
    tokens_.push_back(std::move(token));
    return tokens_.size() - 1;
}

void Contracts::become(Place at, Generation generation) {
    CToken& token = tokens_[at];
    require(token.generation != Generation::kFirst);
    token.generation = generation;
    const Address next = address_of("delegate at " + std::to_string(number));
    book.emit<events::NewImplementation>(
        token.self, std::exchange(token.implementation, next), next
    );
}

Int Contracts::exchange_rate(const CToken& token) const {
    if (token.total_supply == 0) {
        return token.initial_rate;
    }
    const Int backing = fitting(fitting(token.cash + token.total_borrows) - token.total_reserves);
    return fitting(backing * scale()) / token.total_supply;
}

Int Contracts::borrow_balance(const CToken& token, const Address& account) const {
    const auto at = token.borrows.find(account);
    if (at == token.borrows.end() || at->second.principal == 0) {
        return 0;
    }
    return fitting(at->second.principal * token.borrow_index) / at->second.index;
}

CToken Contracts::accrued(const CToken& token) const {
    CToken out = token;
    if (token.generation != Generation::kFirst && token.accrual_block == number) {
        return out;
    }
    const Int rate = borrow_rate(token);
    require(rate <= 5 * ten_to(12));
    const Int factor = rate * (Int(number) - token.accrual_block);
    const Int interest = times(factor, token.total_borrows);
    out.total_borrows = fitting(interest + token.total_borrows);
    out.total_reserves = fitting(times(token.reserve_factor, interest) + token.total_reserves);
    out.borrow_index = fitting(times(factor, token.borrow_index) + token.borrow_index);
    out.accrual_block = number;
    return out;
}

void Contracts::accrue(Place at) {
    CToken& token = tokens_[at];
    require(token.initialized());
    const bool first = token.generation == Generation::kFirst;
    if (!first && token.accrual_block == number) {
        return;
    }
    const CToken before = token;
    token = accrued(before);
    const Int interest = token.total_borrows - before.total_borrows;
    if (first) {
        book.emit<events::FirstAccrueInterest>(
            token.self, interest, token.borrow_index, token.total_borrows
        );
    } else {
        book.emit<events::AccrueInterest>(
            token.self, before.cash, interest, token.borrow_index, token.total_borrows
        );
    }
}

Int Contracts::transfer_in(CToken& token, const Address& from, const Int& amount) {
    if (token.underlying.is_zero()) {
        token.cash += amount;
        return amount;
    }
    const auto at = fees_bps.find(token.underlying);
    const Int fee = at == fees_bps.end() ? Int(0) : amount * at->second / 10'000;
    book.emit<events::Transfer>(token.underlying, from, token.self, amount - fee);
    if (fee > 0) {
        book.emit<events::Transfer>(token.underlying, from, address_of("fee collector"), fee);
    }
    token.cash += amount - fee;
    return amount - fee;
}

void Contracts::transfer_out(CToken& token, const Address& to, const Int& amount) {
    require(token.cash >= amount);
    token.cash -= amount;
    if (!token.underlying.is_zero()) {
        book.emit<events::Transfer>(token.underlying, token.self, to, amount);
    }
}

void Contracts::donate(Place at, const Address& by, const Int& amount) {
    transfer_in(tokens_[at], by, amount);
}

void Contracts::mint(Place at, const Address& minter, const Int& amount) {
    softly_unless_ether(at, [&] {
        accrue(at);
        mint_fresh(tokens_[at], minter, amount);
    });
}

void Contracts::mint_fresh(CToken& token, const Address& minter, const Int& amount) {
    require(!token.mint_paused);
    refuse_unless(token, token.listed);
    const Int rate = exchange_rate(token);
    const Int paid = transfer_in(token, minter, amount);
    require(rate != 0);
    const Int minted = fitting(paid * scale()) / rate;
    token.total_supply = fitting(token.total_supply + minted);
    token.tokens[minter] = fitting(token.tokens[minter] + minted);
    book.emit<events::Mint>(token.self, minter, paid, minted);
    book.emit<events::Transfer>(token.self, token.self, minter, minted);
}

void Contracts::redeem(
    Place at, const Address& redeemer, const Int& tokens_in, const Int& amount_in
) {
    softly([&] {
        accrue(at);
        redeem_fresh(at, redeemer, tokens_in, amount_in);
    });
}

void Contracts::redeem_fresh(
    Place at, const Address& redeemer, const Int& tokens_in, const Int& amount_in
) {
    require(tokens_in == 0 || amount_in == 0);
    CToken& token = tokens_[at];
    const Int rate = exchange_rate(token);
    require(rate != 0);
    const Int redeemed = tokens_in > 0 ? tokens_in : fitting(amount_in * scale()) / rate;
    const Int amount = tokens_in > 0 ? times(rate, tokens_in) : amount_in;
    refuse_unless(token, redeem_allowed(at, redeemer, redeemed));
    refuse_unless(token, token.cash >= amount);
    refuse_unless(token, redeemed <= token.total_supply && redeemed <= token.tokens[redeemer]);
    token.total_supply -= redeemed;
    token.tokens[redeemer] -= redeemed;
    transfer_out(token, redeemer, amount);
    book.emit<events::Transfer>(token.self, redeemer, token.self, redeemed);
    book.emit<events::Redeem>(token.self, redeemer, amount, redeemed);
    require(redeemed != 0 || amount == 0);  // redeemVerify
}

void Contracts::borrow(Place at, const Address& borrower, const Int& amount) {
    softly([&] {
        accrue(at);
        borrow_fresh(at, borrower, amount);
    });
}

void Contracts::borrow_fresh(Place at, const Address& borrower, const Int& amount) {
    CToken& token = tokens_[at];
    require(!token.borrow_paused);
    refuse_unless(token, token.listed);
    enter(at, borrower);  // Stands also when what follows refuses by Failure.
    refuse_unless(token, price(token) != 0);
    require(token.borrow_cap == 0 || token.total_borrows + amount < token.borrow_cap);
    const Liquidity after = liquidity(borrower, at, 0, amount);
    refuse_unless(token, after.error == 0 && after.shortfall == 0);
    refuse_unless(token, token.cash >= amount);
    const Int owed = fitting(borrow_balance(token, borrower) + amount);
    token.borrows[borrower] = {.principal = owed, .index = token.borrow_index};
    token.total_borrows = fitting(token.total_borrows + amount);
    transfer_out(token, borrower, amount);
    book.emit<events::Borrow>(token.self, borrower, amount, owed, token.total_borrows);
}

void Contracts::repay(
    Place at, const Address& payer, const Address& borrower, const std::optional<Int>& amount
) {
    softly_unless_ether(at, [&] {
        accrue(at);
        repay_fresh(tokens_[at], payer, borrower, amount);
    });
}

Int Contracts::repay_fresh(
    CToken& token, const Address& payer, const Address& borrower, const std::optional<Int>& amount
) {
    refuse_unless(token, token.listed);
    const Int owed = borrow_balance(token, borrower);
    const Int paid = transfer_in(token, payer, amount.value_or(owed));
    const Int left = fitting(owed - paid);
    token.total_borrows = fitting(token.total_borrows - paid);
    token.borrows[borrower] = {.principal = left, .index = token.borrow_index};
    book.emit<events::RepayBorrow>(token.self, payer, borrower, paid, left, token.total_borrows);
    return paid;
}

void Contracts::liquidate(
    Place borrowed,
    Place collateral,
    const Address& liquidator,
    const Address& borrower,
    const Int& amount
) {
    softly_unless_ether(borrowed, [&] {
        accrue(borrowed);
        accrue(collateral);
        liquidate_fresh(borrowed, collateral, liquidator, borrower, amount);
    });
}

void Contracts::liquidate_fresh(
    Place borrowed,
    Place collateral,
    const Address& liquidator,
    const Address& borrower,
    const Int& amount
) {
    CToken& debt = tokens_[borrowed];
    CToken& security = tokens_[collateral];
    refuse_unless(debt, debt.listed && security.listed);
    const Int owed = borrow_balance(debt, borrower);
    if (is_deprecated(debt)) {
        require(owed >= amount);
    } else {
        const Liquidity now = liquidity(borrower);
        refuse_unless(debt, now.error == 0 && now.shortfall != 0);
        refuse_unless(debt, amount <= times(close_factor_, owed));
    }
    refuse_unless(debt, borrower != liquidator && amount != 0);
    const Int paid = repay_fresh(debt, liquidator, borrower, amount);
    const Int seized = seize_tokens(debt, security, paid);
    require(security.tokens[borrower] >= seized);
    require(!seize_paused_);
    seize(security, liquidator, borrower, seized);
    book.emit<events::LiquidateBorrow>(
        debt.self, liquidator, borrower, paid, security.self, seized
    );
}

void Contracts::seize(
    CToken& token, const Address& liquidator, const Address& borrower, const Int& tokens
) {
    if (token.generation != Generation::kNewest) {
        token.tokens[borrower] -= tokens;
        token.tokens[liquidator] += tokens;
        book.emit<events::Transfer>(token.self, borrower, liquidator, tokens);
        return;
    }
    const Int share = fitting(tokens * (28 * ten_to(15))) / scale();
    const Int rest = tokens - share;
    const Int amount = times(exchange_rate(token), share);
    token.total_reserves = fitting(token.total_reserves + amount);
    token.total_supply = fitting(token.total_supply - share);
    token.tokens[borrower] -= tokens;
    token.tokens[liquidator] += rest;
    book.emit<events::Transfer>(token.self, borrower, liquidator, rest);
    book.emit<events::Transfer>(token.self, borrower, token.self, share);
    book.emit<events::ReservesAdded>(token.self, token.self, amount, token.total_reserves);
}

void Contracts::transfer(Place at, const Address& src, const Address& dst, const Int& tokens) {
    softly([&] {
        CToken& token = tokens_[at];
        require(!transfer_paused_);
        refuse_unless(token, redeem_allowed(at, src, tokens));
        refuse_unless(token, src != dst);
        refuse_unless(token, token.tokens[src] >= tokens);
        token.tokens[src] -= tokens;
        token.tokens[dst] = fitting(token.tokens[dst] + tokens);
        book.emit<events::Transfer>(token.self, src, dst, tokens);
    });
}

void Contracts::add_reserves(Place at, const Address& by, const Int& amount) {
    accrue(at);
    CToken& token = tokens_[at];
    require(token.generation != Generation::kFirst);
    const Int paid = transfer_in(token, by, amount);
    token.total_reserves = fitting(token.total_reserves + paid);
    book.emit<events::ReservesAdded>(token.self, by, paid, token.total_reserves);
}

void Contracts::reduce_reserves(Place at, const Int& amount) {
    softly([&] {
        accrue(at);
        CToken& token = tokens_[at];
        refuse_unless(token, token.cash >= amount && amount <= token.total_reserves);
        token.total_reserves -= amount;
        const Address admin = address_of("admin");
        transfer_out(token, admin, amount);
        book.emit<events::ReservesReduced>(token.self, admin, amount, token.total_reserves);
    });
}

void Contracts::set_reserve_factor(Place at, const Int& mantissa) {
    softly([&] {
        accrue(at);
        CToken& token = tokens_[at];
        refuse_unless(token, mantissa <= scale());
        const Int old = std::exchange(token.reserve_factor, mantissa);
        book.emit<events::NewReserveFactor>(token.self, old, mantissa);
    });
}

void Contracts::set_model(Place at, const Address& model) {
    accrue(at);
    CToken& token = tokens_[at];
    book.emit<events::NewMarketInterestRateModel>(
        token.self, std::exchange(token.model, model), model
    );
}

}  // namespace faultline::compound_v2_model
