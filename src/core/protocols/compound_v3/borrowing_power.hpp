// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/rows.hpp"

namespace faultline::compound_v3 {

/// Whether an account without debt may have borrowed in the next block without a log: a Comet lets
/// nobody owe less than baseBorrowMin, nor more than his collateral is good for at the prices of
/// that moment. At those of the last block, with room for any of them to move fourfold; true where
/// a price is not known.
/// Source: CometCore.sol and Comet.sol, transferBase and isBorrowCollateralized.
bool may_borrow(
    const Tables& tables,
    MarketId market,
    const Configuration& configuration,
    const AccountRow& account
);

}  // namespace faultline::compound_v3
