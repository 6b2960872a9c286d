// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>
#include <string>

namespace faultline::aave {

MarketRow Transition::market_row() const {
    if (const MarketRow* found = tables.markets.find({market})) {
        return *found;
    }
    MarketRow row;
    row.generation = config.generation;
    row.oracle = config.oracle;
    return row;
}

const Rules& Transition::rules() const {
    const MarketRow* row = tables.markets.find({market});
    return row == nullptr ? newest_rules(config.generation) : rules_in_force(*row);
}

Result<ReserveId> Transition::reserve_of(const Address& asset) const {
    const ContractRow* found = tables.contracts.find({.market = market, .address = asset});
    if (found == nullptr || found->role != ContractRole::kAsset) {
        return Error(
                   Code::kMissing,
                   "reserve " + asset.hex() + " was never initialised in what was followed"
        )
            .advise(
                "start_block must not be later than the deployment of market \"" + config.name +
                "\": run `faultline resync` and follow again from " +
                (config.deployed_at ? "block " + std::to_string(*config.deployed_at)
                                    : std::string("its deployment, or bootstrap it"))
            );
    }
    return found->reserve;
}

Result<U256> Transition::update_state(ReserveId reserve) {
    const ReserveRow* found = tables.reserves.find({.market = market, .reserve = reserve});
    if (found == nullptr || found->last_update == now()) {
        return U256();
    }
    ReserveRow row = *found;
    const auto accrued = aave::update_state(rules(), row, now());
    if (!accrued) {
        return Error(
                   Code::kCorrupt,
                   "reserve " + row.asset.hex() + " cannot be brought from " +
                       std::to_string(row.last_update.value) + " to " +
                       std::to_string(now().value) + ": its indexes overflow, or time goes back"
        )
            .advise(
                "a log before this one was altered; run `faultline resync` to follow "
                "again"
            );
    }
    tables.reserves.put({.market = market, .reserve = reserve}, row);
    return *accrued;
}

Result<void> Transition::update_for_debt(ReserveId reserve) {
    FAULTLINE_TRY(const U256 accrued, update_state(reserve));
    if (!accrued.is_zero()) {
        memory.accrued.push_back({.market = market, .reserve = reserve, .scaled = accrued});
    }
    return {};
}

Result<void> Transition::note_debt(const Address& account, ReserveId reserve) {
    const Rules& in_force = rules();
    if (!in_force.debt_flag_by_operation ||
        memory.debt_before(market, account, reserve) != memory.debts_before.end()) {
        return {};
    }
    // V2 asks what is owed before it brings the reserve up to date, which may change it there.
    const ReserveRow* row = tables.reserves.find({.market = market, .reserve = reserve});
    const auto index = row == nullptr ? std::nullopt : normalized_debt_ray(in_force, *row, now());
    FAULTLINE_TRY_VOID(update_for_debt(reserve));
    const PositionKey key{.market = market, .account = account, .reserve = reserve};
    const StablePositionRow* found = tables.stable_positions.find(key);
    const StablePositionRow held = found == nullptr ? StablePositionRow{} : *found;
    const auto variable =
        index ? ray_mul_half_up(position(account, reserve).scaled_debt, *index) : std::nullopt;
    const auto fixed = stable_debt(in_force, held.principal, held.rate_ray, held.updated, now());
    const auto debt = variable && fixed ? checked_add(*variable, *fixed) : std::nullopt;
    if (!debt) {
        return Error(Code::kCorrupt, "the debt of " + account.hex() + " overflows");
    }
    if (memory.debts_before.empty()) {
        memory.updated.clear();  // Nothing that pays a debt updates a reserve before its first log.
    }
    memory.debts_before.push_back(
        {.market = market, .reserve = reserve, .account = account, .debt = *debt}
    );
    return {};
}

void Transition::settle_debt(const Address& account, ReserveId reserve, const U256& paid) {
    const auto found = memory.debt_before(market, account, reserve);
    if (found == memory.debts_before.end()) {
        return;
    }
    if (found->debt == paid) {
        edit_user(account, [&](UserRow& user) { user.debt_bits.set_bit(reserve, false); });
    }
    memory.debts_before.erase(found);
}

void Transition::forget_debt(const Address& account, ReserveId reserve) {
    if (const auto found = memory.debt_before(market, account, reserve);
        found != memory.debts_before.end()) {
        memory.debts_before.erase(found);
    }
}

PositionRow Transition::position(const Address& account, ReserveId reserve) const {
    return tables.positions.find({.market = market, .account = account, .reserve = reserve})
        .value_or(PositionRow{});
}

void Transition::set_position(const Address& account, ReserveId reserve, const PositionRow& row) {
    const PositionKey key{.market = market, .account = account, .reserve = reserve};
    if (row.scaled_supply.is_zero() && row.scaled_debt.is_zero()) {
        tables.positions.erase(key);
    } else {
        tables.positions.put(key, row);
    }
    const bool by_operation = rules().debt_flag_by_operation;
    edit_user(account, [&](UserRow& user) {
        user.supply_bits.set_bit(reserve, !row.scaled_supply.is_zero());
        // Since 3.4 a user's borrow flag is set exactly while the scaled debt is not zero; no event
        // tells.
        if (!by_operation) {
            user.debt_bits.set_bit(reserve, !row.scaled_debt.is_zero());
        }
    });
}

}  // namespace faultline::aave
