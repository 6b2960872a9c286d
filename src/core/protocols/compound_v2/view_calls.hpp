// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::compound_v2 {

inline constexpr std::size_t kWord = 32;
inline constexpr std::size_t kSelector = 4;

/// The view functions that are read, or whose answers the rows tell.
enum class View : std::uint8_t {
    kNone,
    // Comptroller
    kLiquidity,
    kAssetsIn,
    kMarkets,
    kDeprecated,
    kBorrowCap,
    kMintPaused,
    kBorrowPaused,
    kSeizePaused,
    kTransferPaused,
    kOracle,
    kCloseFactor,
    kIncentive,
    kAllMarkets,
    kComptrollerImplementation,
    kVaiController,
    // cToken
    kUnderlying,
    kCash,
    kRateStored,
    kRateCurrent,
    kBalance,
    kDebtStored,
    kDebtCurrent,
    kSnapshot,
    kSupply,
    kBorrows,
    kBorrowsCurrent,
    kReserves,
    kBorrowIndex,
    kAccrualBlock,
    kReserveFactor,
    kModel,
    kBorrowRate,
    kSupplyRate,
    kImplementation,
    // Oracle
    kPrice,
    // Interest rate model
    kBaseRate,
    kMultiplier,
    kJumpMultiplier,
    kKink,
    kSavingsRate,  ///< Of models of Dai's: suppliers earn it on cash, besides interest.
};

struct KnownView {
    View view = View::kNone;
    std::string_view signature;
    std::array<std::uint8_t, kSelector> selector{};
    bool takes_address = false;
};

/// The call of a view without an argument, and of one of an address.
eth::Read view_read(const Address& contract, View view);
eth::Read view_read(const Address& contract, View view, const Address& argument);

/// The view that the call is to; nullptr when it is none of these, or its argument is missing.
const KnownView* find_view(BytesView call_data);

/// "getCash()"; the selector in hex for a call to none of them.
std::string call_text(BytesView call_data);

}  // namespace faultline::compound_v2
