// SPDX-License-Identifier: Apache-2.0
// What accounts do with a listed cToken.
#include "core/protocols/compound_v2/cash.hpp"
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <optional>
#include <span>

namespace faultline::compound_v2 {
namespace {

/// A mint or a redemption as the cToken logs it.
struct Exchange {
    Address account;
    U256 amount;
    U256 tokens;
};

/// The supply grows; the balance does by the Transfer that has to follow.
Result<void> mint(Transition& at, const eth::Log& log, const Exchange& exchange) {
    const auto supply =
        checked_add(at.tables.ctokens.find(at.key(log.address))->total_supply, exchange.tokens);
    if (!supply) {
        return contradiction(log, "Mint beyond all numbers");
    }
    move_native_cash(at, log.address, exchange.amount, CashWay::kIn);
    at.edit_ctoken(log.address, [&](CTokenRow& of) { of.total_supply = *supply; });
    at.memory.pending[at.key(log.address)] = {
        .kind = Pending::Kind::kMint, .account = exchange.account, .tokens = exchange.tokens
    };
    return {};
}

/// The Transfer before it went to nobody.
Result<void> redeem(Transition& at, const eth::Log& log, const Exchange& exchange) {
    const Pending before = at.memory.before;
    const auto supply =
        checked_sub(at.tables.ctokens.find(at.key(log.address))->total_supply, exchange.tokens);
    if (before.kind != Pending::Kind::kTransfer || before.account != exchange.account ||
        before.tokens != exchange.tokens || !supply) {
        return contradiction(
            log, "Redeem by " + exchange.account.hex() + " without its Transfer before it"
        );
    }
    move_native_cash(at, log.address, exchange.amount, CashWay::kOut);
    at.edit_ctoken(log.address, [&](CTokenRow& of) { of.total_supply = *supply; });
    return at.debit(log.address, log.address, exchange.tokens);
}

Result<void> on_mint(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Mint::decode(log));
    return mint(
        at,
        log,
        {.account = event.get<"minter">(),
         .amount = event.get<"mintAmount">(),
         .tokens = event.get<"mintTokens">()}
    );
}

Result<void> on_mint_with_balance(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::MintWithBalance::decode(log));
    return mint(
        at,
        log,
        {.account = event.get<"minter">(),
         .amount = event.get<"mintAmount">(),
         .tokens = event.get<"mintTokens">()}
    );
}

Result<void> on_mint_behalf(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::MintBehalf::decode(log));
    return mint(
        at,
        log,
        {.account = event.get<"receiver">(),
         .amount = event.get<"mintAmount">(),
         .tokens = event.get<"mintTokens">()}
    );
}

Result<void> on_redeem(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Redeem::decode(log));
    return redeem(
        at,
        log,
        {.account = event.get<"redeemer">(),
         .amount = event.get<"redeemAmount">(),
         .tokens = event.get<"redeemTokens">()}
    );
}

Result<void> on_redeem_with_balance(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::RedeemWithBalance::decode(log));
    return redeem(
        at,
        log,
        {.account = event.get<"redeemer">(),
         .amount = event.get<"redeemAmount">(),
         .tokens = event.get<"redeemTokens">()}
    );
}

/// Goes to the treasury, and is not part of what Redeem says.
Result<void> on_redeem_fee(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::RedeemFee::decode(log));
    move_native_cash(at, log.address, event.get<"feeAmount">(), CashWay::kOut);
    return {};
}

/// What a log says that an account owes now, and all together.
struct DebtChange {
    Address borrower;
    U256 account_borrows;
    U256 total_borrows;
};

/// What was owed before, as the contract has it; nullopt where that is not known to the last digit.
std::optional<U256> owed_before(
    const Transition& at, const Address& ctoken, const Address& borrower
) {
    const PositionRow held = at.position(ctoken, borrower);
    const CTokenRow& row = *at.tables.ctokens.find(at.key(ctoken));
    const bool unsettled =
        at.tables.unsettled.contains({.market = at.market, .ctoken = ctoken, .account = borrower});
    return unsettled ? std::nullopt : debt_stored(row, held);
}

void settle(Transition& at, const Address& ctoken, const DebtChange& change) {
    PositionRow row = at.position(ctoken, change.borrower);
    row.principal = change.account_borrows;
    // Without a debt the index means nothing, whatever the contract keeps there.
    row.interest_index_wad = change.account_borrows.is_zero()
                                 ? U256()
                                 : at.tables.ctokens.find(at.key(ctoken))->borrow_index_wad;
    at.set_position(ctoken, change.borrower, row);
    const PositionKey key{.market = at.market, .ctoken = ctoken, .account = change.borrower};
    if (at.tables.unsettled.contains(key)) {
        at.tables.unsettled.erase(key);
    }
    at.edit_ctoken(ctoken, [&](CTokenRow& of) { of.total_borrows = change.total_borrows; });
}

Error does_not_follow(const eth::Log& log, const Address& borrower) {
    return contradiction(
        log, "the debt of " + borrower.hex() + ", or of all, does not follow from the one before"
    );
}

Result<void> on_borrow(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Borrow::decode(log));
    const U256 amount = event.get<"borrowAmount">();
    const DebtChange change{
        .borrower = event.get<"borrower">(),
        .account_borrows = event.get<"accountBorrows">(),
        .total_borrows = event.get<"totalBorrows">()
    };
    const U256 total = at.tables.ctokens.find(at.key(log.address))->total_borrows;
    const auto owed = owed_before(at, log.address, change.borrower);
    if (checked_add(total, amount) != change.total_borrows ||
        (owed && checked_add(*owed, amount) != change.account_borrows)) {
        return does_not_follow(log, change.borrower);
    }
    move_native_cash(at, log.address, amount, CashWay::kOut);
    settle(at, log.address, change);
    return {};
}

Result<void> on_repay(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::RepayBorrow::decode(log));
    const U256 amount = event.get<"repayAmount">();
    const DebtChange change{
        .borrower = event.get<"borrower">(),
        .account_borrows = event.get<"accountBorrows">(),
        .total_borrows = event.get<"totalBorrows">()
    };
    const U256 total = at.tables.ctokens.find(at.key(log.address))->total_borrows;
    const auto owed = owed_before(at, log.address, change.borrower);
    if (checked_sub(total, amount) != change.total_borrows ||
        (owed && checked_sub(*owed, amount) != change.account_borrows)) {
        return does_not_follow(log, change.borrower);
    }
    move_native_cash(at, log.address, amount, CashWay::kIn);
    settle(at, log.address, change);
    return {};
}

/// A mint when it is the Transfer a Mint asked for. One to the cToken itself may be a burn, which
/// the next log tells; until then it is a gift.
Result<void> on_transfer(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Transfer::decode(log));
    const Pending before = at.memory.before;
    const Address from = event.get<"from">();
    const Address to = event.get<"to">();
    const U256 tokens = event.get<"amount">();
    if (before.kind == Pending::Kind::kMint) {
        if (from != log.address || to != before.account || tokens != before.tokens) {
            return contradiction(log, "Mint for " + before.account.hex() + " without its Transfer");
        }
        return at.credit(log.address, to, tokens);
    }
    if (to == log.address) {
        at.memory.pending[at.key(log.address)] = {
            .kind = Pending::Kind::kTransfer, .account = from, .tokens = tokens
        };
    }
    FAULTLINE_TRY_VOID(at.debit(log.address, from, tokens));
    return at.credit(log.address, to, tokens);
}

constexpr auto kHandlers = handlers_of(
    entry<events::Mint>(on_mint),
    entry<events::MintWithBalance>(on_mint_with_balance),
    entry<events::MintBehalf>(on_mint_behalf),
    entry<events::Redeem>(on_redeem),
    entry<events::RedeemWithBalance>(on_redeem_with_balance),
    entry<events::RedeemFee>(on_redeem_fee),
    entry<events::Borrow>(on_borrow),
    entry<events::RepayBorrow>(on_repay),
    entry<events::Transfer>(on_transfer)
);

}  // namespace

std::span<const HandlerEntry> token_handlers() {
    return kHandlers;
}

}  // namespace faultline::compound_v2
