// SPDX-License-Identifier: Apache-2.0
// Debt at fixed rates: StableDebtToken.sol of 3.0 and 3.1.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

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

struct Burnt {
    U256 amount;
    U256 rate_ray;  ///< Of whose debt it was.
};

/// Where the log shows no average rate: StableDebtToken.burn leaves nothing of the total, whatever
/// the log says, when the burnt debt's share of the interest is that of all; otherwise the average
/// was rounded to nothing. nullopt where the contract would revert.
std::optional<bool> leaves_nothing(
    const Rules& rules, const StableTotal& before, const Burnt& burnt, UnixSeconds now
) {
    const U256 to_ray = pow10(9);
    const auto all =
        stable_debt(rules, before.principal, before.average_rate_ray, before.updated, now);
    if (all && *all <= burnt.amount) {
        return true;
    }
    const auto all_ray = all ? checked_mul(*all, to_ray) : std::nullopt;
    const auto burnt_ray = checked_mul(burnt.amount, to_ray);
    const auto of_all = all_ray ? ray_mul_half_up(before.average_rate_ray, *all_ray) : std::nullopt;
    const auto of_burnt = burnt_ray ? ray_mul_half_up(burnt.rate_ray, *burnt_ray) : std::nullopt;
    return of_all && of_burnt ? std::optional(*of_burnt >= *of_all) : std::nullopt;
}

/// The total that a burn leaves, of which the log says `logged`.
Result<StableTotal> after_burn(
    const Transition& at, ReserveId reserve, const StableTotal& logged, const Burnt& burnt
) {
    StableTotal left = logged;
    if (logged.average_rate_ray.is_zero()) {
        const ReserveRow* row = at.tables.reserves.find({.market = at.market, .reserve = reserve});
        const auto nothing = row == nullptr
                                 ? std::nullopt
                                 : leaves_nothing(at.rules(), row->stable, burnt, at.now());
        if (!nothing) {
            return Error(Code::kCorrupt, "a total of fixed-rate debt overflows");
        }
        left.principal = *nothing ? U256() : logged.principal;
    }
    return left;
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

struct LoggedMint {
    U256 amount;
    U256 interest;
    U256 total;
};

/// What a Mint adds to the principal. In V2 the amount leaves out the interest that is added with
/// it, but not where the log is that of a burn smaller than the interest, which makes the total
/// smaller (StableDebtToken.mint and burn).
Result<U256> minted_with_interest(
    const Transition& at, ReserveId reserve, const LoggedMint& logged
) {
    if (!at.rules().stable_mint_leaves_out_interest) {
        return logged.amount;
    }
    const ReserveRow* row = at.tables.reserves.find({.market = at.market, .reserve = reserve});
    const StableTotal before = row == nullptr ? StableTotal{} : row->stable;
    const auto total = stable_debt(
        at.rules(), before.principal, before.average_rate_ray, before.updated, at.now()
    );
    if (total && logged.total <= *total) {
        return logged.amount;
    }
    const auto all = total ? checked_add(logged.amount, logged.interest) : std::nullopt;
    return all ? Result<U256>(*all) : Error(Code::kCorrupt, "a total of fixed-rate debt overflows");
}

Result<void> on_mint(Transition& at, ReserveId reserve, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::StableMint::decode(log));
    const Address account = event.get<"onBehalfOf">();
    FAULTLINE_TRY_VOID(at.note_debt(account, reserve));
    FAULTLINE_TRY_VOID(at.update_state(reserve));
    const StablePositionRow before = stable_position(at, account, reserve);
    FAULTLINE_TRY(
        const U256 minted,
        minted_with_interest(
            at,
            reserve,
            {.amount = event.get<"amount">(),
             .interest = event.get<"balanceIncrease">(),
             .total = event.get<"newTotalSupply">()}
        )
    );
    const auto principal = checked_add(before.principal, minted);
    if (!principal) {
        return contradiction(account);
    }
    const StableTotal total{
        .principal = event.get<"newTotalSupply">(),
        .average_rate_ray = event.get<"avgStableRate">(),
        .updated = at.now(),
    };
    StableTotal left = total;
    // One with an amount below balanceIncrease is a burn smaller than the accrued interest.
    if (const auto burnt = checked_sub(event.get<"balanceIncrease">(), minted);
        burnt && !burnt->is_zero()) {
        FAULTLINE_TRY(
            left, after_burn(at, reserve, total, {.amount = *burnt, .rate_ray = before.rate_ray})
        );
    }
    store(
        at,
        reserve,
        {.account = account,
         .principal = *principal,
         .rate_ray = event.get<"newRate">(),
         .total = left}
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
    const auto burnt = checked_add(event.get<"amount">(), event.get<"balanceIncrease">());
    if (!burnt) {
        return contradiction(account);
    }
    const StableTotal logged{
        .principal = event.get<"newTotalSupply">(),
        .average_rate_ray = event.get<"avgStableRate">(),
        .updated = at.now(),
    };
    FAULTLINE_TRY(
        const StableTotal left,
        after_burn(at, reserve, logged, {.amount = *burnt, .rate_ray = before.rate_ray})
    );
    store(
        at,
        reserve,
        {.account = account, .principal = *principal, .rate_ray = before.rate_ray, .total = left}
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
