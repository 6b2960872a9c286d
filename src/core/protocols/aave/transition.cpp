// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace faultline::aave {

MarketRow Transition::market_row() const {
    if (const MarketRow* found = tables.markets.find({market})) {
        return *found;
    }
    MarketRow row;
    row.oracle = config.oracle;
    return row;
}

void Transition::add_implementation(const Address& implementation) {
    MarketRow row = market_row();
    if (std::ranges::find(row.unread_implementations, implementation) ==
        row.unread_implementations.end()) {
        row.unread_implementations.push_back(implementation);
        tables.markets.put({market}, std::move(row));
    }
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
                "\": run `faultline resync` and follow again from block " +
                std::to_string(config.deployed_at)
            );
    }
    return found->reserve;
}

Result<void> Transition::update_state(ReserveId reserve) {
    const ReserveRow* found = tables.reserves.find({.market = market, .reserve = reserve});
    if (found == nullptr || found->last_update == now()) {
        return {};
    }
    ReserveRow row = *found;
    const auto accrued = aave::update_state(row, now());
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
    if (!accrued->is_zero()) {
        memory.accrued.push_back({.market = market, .reserve = reserve, .scaled = *accrued});
    }
    return {};
}

PositionRow Transition::position(const Address& account, ReserveId reserve) const {
    const PositionRow* found =
        tables.positions.find({.market = market, .account = account, .reserve = reserve});
    return found == nullptr ? PositionRow{} : *found;
}

void Transition::set_position(const Address& account, ReserveId reserve, const PositionRow& row) {
    const PositionKey key{.market = market, .account = account, .reserve = reserve};
    if (row.scaled_supply.is_zero() && row.scaled_debt.is_zero()) {
        tables.positions.erase(key);
    } else {
        tables.positions.put(key, row);
    }
    edit_user(account, [&](UserRow& user) {
        user.supply_bits.set_bit(reserve, !row.scaled_supply.is_zero());
        // Since 3.5 a user's borrow flag is set exactly while the scaled debt is not zero; no event
        // tells.
        user.debt_bits.set_bit(reserve, !row.scaled_debt.is_zero());
    });
}

}  // namespace faultline::aave
