// SPDX-License-Identifier: Apache-2.0
// What Comet logs of collateral, and what tokens log of the Comet: all of it is told.
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

Error contradiction(
    const char* what, const Address& account, const Address& asset, const U256& known
) {
    return Error(
               Code::kCorrupt,
               std::string(what) + " of " + account.hex() + " does not fit its " +
                   known.to_string() + " of collateral " + asset.hex()
    )
        .advise("a log before this one is missing; run `faultline resync` to follow again");
}

std::optional<U256> moved(const U256& amount, const U256& by, bool in) {
    return in ? checked_add(amount, by) : checked_sub(amount, by);
}

}  // namespace

Result<void> Fold::change_total(const Address& asset, const U256& amount, bool in) {
    const ContractKey key{.market = market_, .address = asset};
    const TokenRow* found = tables_.tokens.find(key);
    TokenRow row = found == nullptr ? TokenRow{} : *found;
    const auto total = moved(row.total, amount, in);
    const auto held = moved(row.held, amount, in);
    if (!total || !held) {
        return Error(
            Code::kCorrupt,
            amount.to_string() + " do not fit the total of collateral " + asset.hex() +
                ", which is " + row.total.to_string()
        );
    }
    row.total = *total;
    row.held = *held;
    tables_.tokens.put(key, row);
    return {};
}

Result<void> Fold::credit(const Address& account, const Address& asset, const U256& amount) {
    const U256 before = tables_.account(market_, account).balance(asset);
    const auto after = checked_add(before, amount);
    if (!after) {
        return contradiction("a credit", account, asset, before);
    }
    tables_.edit_account(market_, account, [&](AccountRow& row) {
        row.set_balance(asset, *after);
    });
    return {};
}

Result<void> Fold::debit(const Address& account, const Address& asset, const U256& amount) {
    const U256 before = tables_.account(market_, account).balance(asset);
    const auto after = checked_sub(before, amount);
    if (!after) {
        return contradiction("a debit", account, asset, before);
    }
    tables_.edit_account(market_, account, [&](AccountRow& row) {
        row.set_balance(asset, *after);
    });
    return {};
}

Result<void> Fold::on_supply_collateral(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::SupplyCollateral::decode(log));
    FAULTLINE_TRY_VOID(change_total(event.get<"asset">(), event.get<"amount">(), true));
    return credit(event.get<"dst">(), event.get<"asset">(), event.get<"amount">());
}

Result<void> Fold::on_withdraw_collateral(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::WithdrawCollateral::decode(log));
    FAULTLINE_TRY_VOID(debit(event.get<"src">(), event.get<"asset">(), event.get<"amount">()));
    return change_total(event.get<"asset">(), event.get<"amount">(), false);
}

Result<void> Fold::on_transfer_collateral(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::TransferCollateral::decode(log));
    FAULTLINE_TRY_VOID(debit(event.get<"from">(), event.get<"asset">(), event.get<"amount">()));
    return credit(event.get<"to">(), event.get<"asset">(), event.get<"amount">());
}

/// Comet takes all there is.
Result<void> Fold::on_absorb_collateral(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AbsorbCollateral::decode(log));
    const Address& account = event.get<"borrower">();
    const Address& asset = event.get<"asset">();
    const U256& amount = event.get<"collateralAbsorbed">();
    const U256 before = tables_.account(market_, account).balance(asset);
    if (before != amount) {
        return contradiction("an absorption", account, asset, before);
    }
    FAULTLINE_TRY_VOID(change_total(asset, amount, false));
    return debit(account, asset, amount);
}

Result<void> Fold::comet_log(const eth::Log& log) {
    using Handler = std::pair<Hash32, Result<void> (Fold::*)(const eth::Log&)>;
    static constexpr std::array kHandlers{
        Handler(events::Supply::kTopic0, &Fold::on_supply),
        Handler(events::Withdraw::kTopic0, &Fold::on_withdraw),
        Handler(events::Transfer::kTopic0, &Fold::on_transfer),
        Handler(events::AbsorbDebt::kTopic0, &Fold::on_absorb_debt),
        Handler(events::SupplyCollateral::kTopic0, &Fold::on_supply_collateral),
        Handler(events::WithdrawCollateral::kTopic0, &Fold::on_withdraw_collateral),
        Handler(events::TransferCollateral::kTopic0, &Fold::on_transfer_collateral),
        Handler(events::AbsorbCollateral::kTopic0, &Fold::on_absorb_collateral),
        Handler(events::Upgraded::kTopic0, &Fold::on_upgraded),
        Handler(events::AdminChanged::kTopic0, &Fold::on_admin_changed),
    };
    if (log.topics.empty()) {
        return {};
    }
    const auto* const found = std::ranges::find(kHandlers, log.topics[0], &Handler::first);
    return found == kHandlers.end() ? Result<void>() : (this->*found->second)(log);
}

void Fold::token_log(const Address& comet, const eth::Log& log) {
    const ContractKey key{.market = market_, .address = log.address};
    const TokenRow* found = tables_.tokens.find(key);
    if (found == nullptr || !events::Transfer::matches(log)) {
        return;
    }
    const auto event = events::Transfer::decode(log);
    if (event && (event->get<"from">() == comet) == (event->get<"to">() == comet)) {
        return;
    }
    TokenRow row = *found;
    const auto balance =
        event ? moved(row.balance, event->get<"amount">(), event->get<"to">() == comet)
              : std::nullopt;
    // A token of its own ways: the next block asks it.
    row.balance_unread = row.balance_unread || !balance;
    row.balance = balance.value_or(row.balance);
    if (row != *found) {
        tables_.tokens.put(key, row);
    }
}

std::vector<Hash32> holder_topics() {
    std::vector<Hash32> topics{
        events::Supply::kTopic0,
        events::Withdraw::kTopic0,
        events::Transfer::kTopic0,
        events::SupplyCollateral::kTopic0,
        events::WithdrawCollateral::kTopic0,
        events::TransferCollateral::kTopic0,
        events::AbsorbCollateral::kTopic0,
        events::AbsorbDebt::kTopic0,
    };
    std::ranges::sort(topics);
    return topics;
}

std::vector<Address> holders_named(const eth::Log& log) {
    std::vector<Address> out;
    const auto add = [&]<class Event, auto Name>() {
        if (Event::matches(log)) {
            if (const auto event = Event::decode(log)) {
                out.push_back(event->template get<Name>());
            }
        }
    };
    add.template operator()<events::Supply, eth::Literal("dst")>();
    add.template operator()<events::Withdraw, eth::Literal("src")>();
    add.template operator()<events::SupplyCollateral, eth::Literal("dst")>();
    add.template operator()<events::WithdrawCollateral, eth::Literal("src")>();
    add.template operator()<events::TransferCollateral, eth::Literal("from")>();
    add.template operator()<events::TransferCollateral, eth::Literal("to")>();
    add.template operator()<events::AbsorbCollateral, eth::Literal("borrower")>();
    add.template operator()<events::AbsorbDebt, eth::Literal("borrower")>();
    if (events::Transfer::matches(log)) {
        if (const auto event = events::Transfer::decode(log)) {
            out.push_back(
                event->get<"from">().is_zero() ? event->get<"to">() : event->get<"from">()
            );
        }
    }
    return out;
}

}  // namespace faultline::compound_v3
