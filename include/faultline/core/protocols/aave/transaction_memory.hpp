// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace faultline::aave {

/// What the logs of one transaction say of each other.
struct TransactionMemory {
    /// A reserve's share for the treasury that the debt logs of the operation under way added.
    struct Accrual {
        MarketId market = 0;
        ReserveId reserve = 0;
        U256 scaled;
    };

    /// All that an account owed of a reserve before the operation under way burnt or minted any.
    struct DebtBefore {
        MarketId market = 0;
        ReserveId reserve = 0;
        Address account;
        U256 debt;
    };

    std::map<Address, std::uint8_t> new_token_decimals;  ///< Of proxies initialised in it.
    std::vector<Accrual> accrued;
    std::vector<DebtBefore> debts_before;
    /// Of each ReserveDataUpdated in the operation under way, since its first debt log.
    std::vector<std::pair<MarketId, ReserveId>> updated;

    /// end() of them when there is none.
    [[nodiscard]] auto debt_before(MarketId market, const Address& account, ReserveId reserve) {
        return std::ranges::find_if(debts_before, [&](const DebtBefore& one) {
            return one.market == market && one.reserve == reserve && one.account == account;
        });
    }

    /// The log that ends an operation was read.
    void end_operation() {
        accrued.clear();
        updated.clear();
    }

    void forget() {
        new_token_decimals.clear();
        accrued.clear();
        debts_before.clear();
        updated.clear();
    }
};

}  // namespace faultline::aave
