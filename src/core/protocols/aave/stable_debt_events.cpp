// SPDX-License-Identifier: Apache-2.0
// Debt at fixed rates: StableDebtToken.sol of 3.0 and 3.1.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <optional>

namespace faultline::aave {
namespace {

/// What a log leaves of an account's debt and of the total.
struct StableChange {
    Address account;
    U256 principal;
    U256 rate_ray;
    StableTotal total;
};

StablePositionRow stable_position(const Transition& at, const Address& account, ReserveId reserve) {
    const StablePositionRow* found = at.tables.stable_positions.find(
        {.market = at.market, .account = account, .reserve = reserve}
    );
    return found == nullptr ? StablePositionRow{} : *found;
}

/// The contract leaves nothing of a total that has no average rate, whatever its log says.
StableTotal after_burn(StableTotal total) {
    if (total.average_rate_ray.is_zero()) {
        total.principal = U256();
    }
    return total;
}

void store(Transition& at, ReserveId reserve, const StableChange& change) {
    const PositionKey key{.market = at.market, .account = change.account, .reserve = reserve};
    if (change.principal.is_zero()) {
        at.tables.stable_positions.erase(key);
    } else {
        at.tables.stable_positions.put(
            key, {.principal = change.principal, .rate_ray = change.rate_ray, .updated = at.now()}
        );
    }
    at.tables.reserves.update({.market = at.market, .reserve = reserve}, [&](ReserveRow& row) {
        row.stable = change.total;
    });
}

Error contradiction(const Address& account) {
    return Error(
               Code::kCorrupt,
               "the fixed-rate debt of " + account.hex() + " does not fit what was logged before"
    )
        .advise("a log before this one is missing; run `faultline resync` to follow again");
}

Result<void> on_mint(Transition& at, ReserveId reserve, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::StableMint::decode(log));
    const Address account = event.get<"onBehalfOf">();
    FAULTLINE_TRY_VOID(at.note_debt(account, reserve));
    FAULTLINE_TRY_VOID(at.update_state(reserve));
    const StablePositionRow before = stable_position(at, account, reserve);
    const auto principal = checked_add(before.principal, event.get<"amount">());
    if (!principal) {
        return contradiction(account);
    }
    const StableTotal total{
        .principal = event.get<"newTotalSupply">(),
        .average_rate_ray = event.get<"avgStableRate">(),
        .updated = at.now(),
    };
    // One with an amount below balanceIncrease is a burn smaller than the accrued interest.
    const bool burnt = event.get<"amount">() < event.get<"balanceIncrease">();
    store(
        at,
        reserve,
        {.account = account,
         .principal = *principal,
         .rate_ray = event.get<"newRate">(),
         .total = burnt ? after_burn(total) : total}
    );
    return {};
}

Result<void> on_burn(Transition& at, ReserveId reserve, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::StableBurn::decode(log));
    const Address account = event.get<"from">();
    FAULTLINE_TRY_VOID(at.note_debt(account, reserve));
    FAULTLINE_TRY_VOID(at.update_state(reserve));
    const StablePositionRow before = stable_position(at, account, reserve);
    const auto principal = checked_sub(before.principal, event.get<"amount">());
    if (!principal) {
        return contradiction(account);
    }
    store(
        at,
        reserve,
        {.account = account,
         .principal = *principal,
         .rate_ray = before.rate_ray,
         .total = after_burn(
             {.principal = event.get<"newTotalSupply">(),
              .average_rate_ray = event.get<"avgStableRate">(),
              .updated = at.now()}
         )}
    );
    return {};
}

}  // namespace

Result<void> apply_stable_debt_log(Transition& at, ReserveId reserve, const eth::Log& log) {
    if (events::StableMint::matches(log)) {
        return on_mint(at, reserve, log);
    }
    return events::StableBurn::matches(log) ? on_burn(at, reserve, log) : Result<void>();
}

}  // namespace faultline::aave
