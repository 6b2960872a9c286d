// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/indexed.hpp"
#include "core/protocols/compound_v2/transition.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::compound_v2 {
namespace {

Result<void> on_listed(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, decode_indexed_or_not<events::MarketListed>(log));
    const Address ctoken = event.get<"cToken">();
    const CTokenRow* row = at.tables.ctokens.find(at.key(ctoken));
    if (row != nullptr && row->listed) {
        return contradiction(log, "cToken " + ctoken.hex() + " is listed already");
    }
    if (!at.config.asks_transfers_of(ctoken)) {
        return not_among_tokens(at.config, ctoken);
    }
    // One that was not seen before began unseen.
    const bool unread = row == nullptr || row->unread;
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.listed = true;
        of.unread = unread;
    });
    const CTokenRow listed = *at.tables.ctokens.find(at.key(ctoken));
    keep_model(at.tables, listed.model);
    const eth::Read asked = view_read(ctoken, View::kUnderlying);
    const eth::ReadAnswer* answer = at.block.answer(asked);
    if (answer != nullptr && listed.underlying_kind == Underlying::kUnknown) {
        // What it was given before is found when its cash is held to getCash().
        set_underlying(at, ctoken, *answer, !unread);
    }
    at.edit_market([&](MarketRow& of) {
        of.ctokens.push_back(ctoken);
        std::erase(of.candidates, ctoken);
    });
    if (at.block.live) {
        at.notes.push_back(
            {.kind = protocol::IncidentKind::kNotice,
             .text = "cToken " + ctoken.hex() + " was listed and is followed from here on"}
        );
    }
    return {};
}

Result<void> on_entered(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, decode_indexed_or_not<events::MarketEntered>(log));
    const Address ctoken = event.get<"cToken">();
    const Address account = event.get<"account">();
    FAULTLINE_TRY_VOID(at.listed(ctoken));
    const AccountRow* row = at.tables.accounts.find({.market = at.market, .account = account});
    if (row != nullptr && std::ranges::find(row->entered, ctoken) != row->entered.end()) {
        return contradiction(
            log, account.hex() + " is in the market of " + ctoken.hex() + " already"
        );
    }
    at.edit_account(account, [&](AccountRow& of) { of.entered.push_back(ctoken); });
    return {};
}

/// exitMarket: the last of the list takes the place of the one that goes.
Result<void> on_exited(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, decode_indexed_or_not<events::MarketExited>(log));
    const Address ctoken = event.get<"cToken">();
    const Address account = event.get<"account">();
    const AccountRow* row = at.tables.accounts.find({.market = at.market, .account = account});
    if (row == nullptr || std::ranges::find(row->entered, ctoken) == row->entered.end()) {
        return contradiction(
            log, account.hex() + " is not in the market of " + ctoken.hex() + " and leaves it"
        );
    }
    at.edit_account(account, [&](AccountRow& of) {
        *std::ranges::find(of.entered, ctoken) = of.entered.back();
        of.entered.pop_back();
    });
    return {};
}

Result<void> on_collateral_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, decode_indexed_or_not<events::NewCollateralFactor>(log));
    const Address ctoken = event.get<"cToken">();
    FAULTLINE_TRY_VOID(at.listed(ctoken));
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.collateral_factor_wad = event.get<"newCollateralFactorMantissa">();
    });
    return {};
}

Result<void> on_close_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewCloseFactor::decode(log));
    at.edit_market([&](MarketRow& of) {
        of.close_factor_wad = event.get<"newCloseFactorMantissa">();
    });
    return {};
}

Result<void> on_incentive(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewLiquidationIncentive::decode(log));
    at.edit_market([&](MarketRow& of) {
        of.liquidation_incentive_wad = event.get<"newLiquidationIncentiveMantissa">();
    });
    return {};
}

Result<void> on_oracle(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewPriceOracle::decode(log));
    at.edit_market([&](MarketRow& of) { of.oracle = event.get<"newPriceOracle">(); });
    return {};
}

Result<void> on_borrow_cap(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewBorrowCap::decode(log));
    at.tables.caps.put(
        at.key(event.get<"cToken">()), {.borrow_cap_wei = event.get<"newBorrowCap">()}
    );
    return {};
}

Result<void> on_paused(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ActionPaused::decode(log));
    const std::string_view action = event.get<"action">();
    at.edit_market([&](MarketRow& of) {
        if (action == "Transfer") {
            of.transfers_paused = event.get<"pauseState">();
        } else if (action == "Seize") {
            of.seizures_paused = event.get<"pauseState">();
        }
    });
    return {};
}

Result<void> on_paused_of(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ActionPausedOf::decode(log));
    const std::string_view action = event.get<"action">();
    FAULTLINE_TRY_VOID(at.listed(event.get<"cToken">()));
    at.edit_ctoken(event.get<"cToken">(), [&](CTokenRow& of) {
        if (action == "Mint") {
            of.mint_paused = event.get<"pauseState">();
        } else if (action == "Borrow") {
            of.borrow_paused = event.get<"pauseState">();
        }
    });
    return {};
}

Result<void> on_comped(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::MarketComped::decode(log));
    FAULTLINE_TRY_VOID(at.listed(event.get<"cToken">()));
    at.edit_ctoken(event.get<"cToken">(), [&](CTokenRow& of) {
        of.comped = event.get<"isComped">();
    });
    return {};
}

Result<void> on_vai_controller(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewVaiController::decode(log));
    at.edit_market([&](MarketRow& of) { of.vai_controller = event.get<"newVAIController">(); });
    return {};
}

Result<void> on_implementation(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewImplementation::decode(log));
    at.edit_market([&](MarketRow& of) { of.implementation = event.get<"newImplementation">(); });
    if (at.block.live && !event.get<"oldImplementation">().is_zero()) {
        at.notes.push_back(
            {.kind = protocol::IncidentKind::kNotice,
             .text = "the Comptroller runs " + event.get<"newImplementation">().hex() +
                     " from here on; figures go by the rules of Compound V2, and audits tell "
                     "whether it does"}
        );
    }
    return {};
}

/// E-modes, thresholds beside collateral factors, and cTokens that are taken off the list.
Result<void> on_what_is_not_followed(Transition& /*at*/, const eth::Log& log) {
    return Error(
               Code::kRejected,
               log.address.hex() +
                   ": the Comptroller values by pools and liquidation thresholds, or took a cToken "
                   "off its list, which is not followed"
    )
        .advise("leave this market out of the configuration until a version follows it");
}

constexpr auto kHandlers = handlers_of(
    entry<events::MarketListed>(on_listed),
    entry<events::MarketEntered>(on_entered),
    entry<events::MarketExited>(on_exited),
    entry<events::NewCollateralFactor>(on_collateral_factor),
    entry<events::NewCloseFactor>(on_close_factor),
    entry<events::NewLiquidationIncentive>(on_incentive),
    entry<events::NewPriceOracle>(on_oracle),
    entry<events::NewBorrowCap>(on_borrow_cap),
    entry<events::ActionPaused>(on_paused),
    entry<events::ActionPausedOf>(on_paused_of),
    entry<events::MarketComped>(on_comped),
    entry<events::NewVaiController>(on_vai_controller),
    entry<events::MarketUnlisted>(on_what_is_not_followed),
    entry<events::PoolCollateralFactor>(on_what_is_not_followed),
    entry<events::PoolLiquidationThreshold>(on_what_is_not_followed),
    entry<events::PoolSelected>(on_what_is_not_followed),
    entry<events::NewImplementation>(on_implementation)
);

}  // namespace

std::span<const HandlerEntry> comptroller_handlers() {
    return kHandlers;
}

}  // namespace faultline::compound_v2
