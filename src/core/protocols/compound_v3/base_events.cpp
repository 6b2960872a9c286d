// SPDX-License-Identifier: Apache-2.0
// What Comet logs of its base asset. Source: supplyBase, withdrawBase, transferBase and
// absorbInternal of Comet.sol.
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>

namespace faultline::compound_v3 {
namespace {

/// The part of a change above zero, which is what the ERC-20 side tells.
U256 supply_part(const Principal& before, const Principal& after) {
    const U256 low = before.supply() < after.supply() ? before.supply() : after.supply();
    const U256 high = before.supply() < after.supply() ? after.supply() : before.supply();
    return wrapping_sub(high, low);
}

}  // namespace

void Fold::leave_unread(const Address& account) {
    tables_.edit_account(market_, account, [](AccountRow& row) { row.unread = true; });
}

void Fold::miss_echo() {
    if (echo_) {
        leave_unread(echo_->account);
        echo_.reset();
    }
}

Result<void> Fold::on_supply(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Supply::decode(log));
    return move_base(log, event.get<"dst">(), event.get<"amount">(), true);
}

Result<void> Fold::on_withdraw(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Withdraw::decode(log));
    return move_base(log, event.get<"src">(), event.get<"amount">(), false);
}

Result<void> Fold::on_absorb_debt(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AbsorbDebt::decode(log));
    return move_base(log, event.get<"borrower">(), event.get<"basePaidOut">(), true);
}

Result<void> Fold::move_base(
    const eth::Log& log, const Address& account, const U256& amount, bool in
) {
    miss_echo();
    const auto moved = amount_of(amount);
    if (!moved) {
        return Error(
            Code::kCorrupt,
            "the log moves " + amount.to_string() +
                " of the base asset, and no account can have "
                "so much"
        );
    }
    const AccountRow row = tables_.account(market_, account);
    const auto after =
        indices_ && !row.unread
            ? principal_value(
                  present_value(row.principal, *indices_) + (in ? *moved : -*moved), *indices_
              )
            : std::nullopt;
    if (!after) {
        leave_unread(account);
        return {};
    }
    const U256 part = supply_part(row.principal, *after);
    // Amount 0 takes one off a supply, and only Withdraw has an echo of that.
    const bool grows = after->value > row.principal.value;
    if (!part.is_zero() && grows == in) {
        echo_ = {
            .log_index = log.log_index + 1,
            .account = account,
            .minted = in,
            .amount = supply_worth(part, indices_->supply),
        };
    }
    tables_.edit_account(market_, account, [&](AccountRow& edited) { edited.principal = *after; });
    return {};
}

Result<void> Fold::on_transfer(const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Transfer::decode(log));
    const bool minted = event.get<"from">().is_zero();
    if (!minted && !event.get<"to">().is_zero()) {
        return Error(
            Code::kCorrupt, "it is from one account to another, and Comet logs a side at a time"
        );
    }
    const Address account = minted ? event.get<"to">() : event.get<"from">();
    if (echo_ && echo_->log_index == log.log_index && echo_->account == account &&
        echo_->minted == minted) {
        if (echo_->amount != event.get<"amount">()) {
            leave_unread(account);
        }
        echo_.reset();
        return {};
    }
    miss_echo();
    take_transferred(account, event.get<"amount">(), minted);
    return {};
}

void Fold::take_transferred(const Address& account, const U256& present, bool minted) {
    const AccountRow row = tables_.account(market_, account);
    const auto part = indices_ && !row.unread && indices_->supply >= kBaseIndexScale
                          ? supply_logged(present, indices_->supply)
                          : std::nullopt;
    // Below zero the sender has no supply to send, and above a log before this one is not known.
    if (!part || (!minted && part->value > row.principal.value)) {
        leave_unread(account);
        return;
    }
    const I128 supply = row.principal.is_debt() ? 0 : row.principal.value;
    // A sender who gives all may have borrowed the rest, which no log tells: the totals do.
    const Principal after{minted ? supply + part->value : supply - part->value};
    if (Principal::from_u256(after.to_u256()) != after) {
        leave_unread(account);  // No int104.
        return;
    }
    tables_.edit_account(market_, account, [&](AccountRow& edited) { edited.principal = after; });
}

/// Plan asks the new implementation.
Result<void> Fold::on_upgraded(const eth::Log& log) {
    FAULTLINE_TRY([[maybe_unused]] const auto event, events::Upgraded::decode(log));
    return {};
}

/// Figures do without, so one that does not decode stops nothing.
Result<void> Fold::on_admin_changed(const eth::Log& log) {
    if (const auto event = events::AdminChanged::decode(log)) {
        tables_.admins.set(market_, event->get<"newAdmin">());
    }
    return {};
}

}  // namespace faultline::compound_v3
