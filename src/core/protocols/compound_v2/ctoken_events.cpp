// SPDX-License-Identifier: Apache-2.0
// What a cToken earns and is configured with.
#include "core/protocols/compound_v2/cash.hpp"
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <optional>
#include <span>

namespace faultline::compound_v2 {
namespace {

/// What both forms of AccrueInterest say.
struct Interest {
    U256 accumulated;
    U256 index_wad;
    U256 total_borrows;
    Generation generation = Generation::kUnknown;
};

/// accrueInterest: reserves grow by the factor in force before any that follows, down.
Result<void> accrue(Transition& at, const eth::Log& log, const Interest& interest) {
    CTokenRow row = *at.tables.ctokens.find(at.key(log.address));
    const auto part = wad_mul_floor(row.reserve_factor_wad, interest.accumulated);
    const auto reserves = part ? checked_add(*part, row.total_reserves) : std::nullopt;
    const auto borrows = checked_add(row.total_borrows, interest.accumulated);
    if (!reserves || borrows != interest.total_borrows ||
        interest.index_wad < row.borrow_index_wad) {
        return contradiction(
            log,
            "AccrueInterest to borrows of " + interest.total_borrows.to_string() + " and index " +
                interest.index_wad.to_string() + " does not follow from borrows of " +
                row.total_borrows.to_string() + " and index " + row.borrow_index_wad.to_string()
        );
    }
    row.total_reserves = *reserves;
    row.total_borrows = interest.total_borrows;
    row.borrow_index_wad = interest.index_wad;
    row.accrual_block = at.number();
    row.generation = interest.generation;
    at.tables.ctokens.put(at.key(log.address), row);
    return {};
}

Result<void> on_accrue(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::AccrueInterest::decode(log));
    FAULTLINE_TRY_VOID(accrue(
        at,
        log,
        {.accumulated = event.get<"interestAccumulated">(),
         .index_wad = event.get<"borrowIndex">(),
         .total_borrows = event.get<"totalBorrows">(),
         .generation = Generation::kCurrent}
    ));
    take_cash_prior(at, log.address, event.get<"cashPrior">());
    return {};
}

Result<void> on_first_accrue(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::FirstAccrueInterest::decode(log));
    return accrue(
        at,
        log,
        {.accumulated = event.get<"interestAccumulated">(),
         .index_wad = event.get<"borrowIndex">(),
         .total_borrows = event.get<"totalBorrows">(),
         .generation = Generation::kFirst}
    );
}

Result<void> on_model(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewMarketInterestRateModel::decode(log));
    const Address model = event.get<"newInterestRateModel">();
    at.edit_ctoken(log.address, [&](CTokenRow& of) {
        of.model = model;
        of.rate_source = RateSource::kUnchecked;
    });
    // One that is not listed must not hold on to models: anybody can be one.
    if (at.tables.ctokens.find(at.key(log.address))->listed) {
        keep_model(at.tables, model);
    }
    return {};
}

Result<void> on_reserve_factor(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewReserveFactor::decode(log));
    at.edit_ctoken(log.address, [&](CTokenRow& of) {
        of.reserve_factor_wad = event.get<"newReserveFactorMantissa">();
    });
    return {};
}

Result<void> on_implementation(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::NewImplementation::decode(log));
    at.edit_ctoken(log.address, [&](CTokenRow& of) {
        of.implementation = event.get<"newImplementation">();
        // The first generation has none.
        of.generation = Generation::kCurrent;
    });
    if (at.block.live && !event.get<"oldImplementation">().is_zero()) {
        at.tell(
            log.address,
            protocol::IncidentKind::kNotice,
            "cToken " + log.address.hex() + " runs " + event.get<"newImplementation">().hex() +
                " from here on; its state and its logs are taken to go on"
        );
    }
    return {};
}

/// The protocol's share of a seizure: cTokens burnt for reserves. Nobody else adds reserves in the
/// name of the cToken.
Result<void> burn_share(Transition& at, const eth::Log& log) {
    const Pending before = at.memory.before;
    const auto supply =
        checked_sub(at.tables.ctokens.find(at.key(log.address))->total_supply, before.tokens);
    if (before.kind != Pending::Kind::kTransfer || !supply) {
        return contradiction(log, "ReservesAdded of its own without a Transfer before it");
    }
    at.edit_ctoken(log.address, [&](CTokenRow& of) { of.total_supply = *supply; });
    return at.debit(log.address, log.address, before.tokens);
}

Result<void> on_reserves_added(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReservesAdded::decode(log));
    const CTokenRow row = *at.tables.ctokens.find(at.key(log.address));
    const U256 total = event.get<"newTotalReserves">();
    if (!row.unread && checked_add(row.total_reserves, event.get<"addAmount">()) != total) {
        return contradiction(
            log,
            "ReservesAdded to " + total.to_string() + " does not follow from " +
                row.total_reserves.to_string()
        );
    }
    if (event.get<"benefactor">() != log.address) {
        move_native_cash(at, log.address, event.get<"addAmount">(), CashWay::kIn);
    } else if (row.listed) {
        FAULTLINE_TRY_VOID(burn_share(at, log));
    }
    at.edit_ctoken(log.address, [&](CTokenRow& of) { of.total_reserves = total; });
    return {};
}

Result<void> on_reserves_reduced(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ReservesReduced::decode(log));
    const CTokenRow& row = *at.tables.ctokens.find(at.key(log.address));
    const U256 before = row.total_reserves;
    const U256 total = event.get<"newTotalReserves">();
    if (!row.unread && checked_sub(before, event.get<"reduceAmount">()) != total) {
        return contradiction(
            log,
            "ReservesReduced to " + total.to_string() + " does not follow from " +
                before.to_string()
        );
    }
    move_native_cash(at, log.address, event.get<"reduceAmount">(), CashWay::kOut);
    at.edit_ctoken(log.address, [&](CTokenRow& of) { of.total_reserves = total; });
    return {};
}

constexpr auto kHandlers = handlers_of(
    entry<events::AccrueInterest>(on_accrue),
    entry<events::FirstAccrueInterest>(on_first_accrue),
    entry<events::NewMarketInterestRateModel>(on_model),
    entry<events::NewReserveFactor>(on_reserve_factor),
    entry<events::NewImplementation>(on_implementation),
    entry<events::ReservesAdded>(on_reserves_added),
    entry<events::ReservesReduced>(on_reserves_reduced)
);

}  // namespace

std::span<const HandlerEntry> ctoken_handlers() {
    return kHandlers;
}

}  // namespace faultline::compound_v2
