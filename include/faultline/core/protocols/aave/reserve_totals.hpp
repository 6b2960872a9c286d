// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>

namespace faultline::aave {

/// A reserve as a whole at one moment, amounts in the asset's smallest unit.
struct ReserveTotals {
    U256 supplied;         ///< aToken.totalSupply.
    U256 borrowed;         ///< variableDebtToken.totalSupply.
    U256 borrowed_stable;  ///< stableDebtToken.totalSupply, until 3.1.
    /// Pool.getVirtualUnderlyingBalance: what may be withdrawn or borrowed now. nullopt until 3.3,
    /// where it goes by what the aToken owns of the asset, which no log of Aave tells.
    std::optional<U256> available;
    /// Borrowed of borrowed and available, as the rate strategy has it
    /// (DefaultReserveInterestRateStrategyV2.calculateInterestRates; rounded half up). 0 without
    /// debt.
    std::optional<U256> utilisation_ray;
    /// What ValidationLogic.validateSupply holds against the supply cap: with what is due to the
    /// treasury by now. nullopt: that is not known (ReserveRow::treasury_unknown).
    std::optional<U256> supplied_of_cap;
};

/// nullopt where the contract's views revert. @pre the reserve is followed
std::optional<ReserveTotals> totals_of(
    const Rules& rules, const ReserveRow& reserve, UnixSeconds now
);

}  // namespace faultline::aave
