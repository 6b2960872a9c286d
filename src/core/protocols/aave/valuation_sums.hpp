// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

namespace faultline::aave {

/// What getUserAccountData adds up over an account's reserves.
struct Valuation::Sums {
    const EModeRow* emode = nullptr;
    U256 collateral_base;
    U256 debt_base;
    U256 collateral_times_ltv;
    U256 collateral_times_threshold;
};

inline constexpr const char* kOverflows = "the contract's own view overflows for this account";

}  // namespace faultline::aave
