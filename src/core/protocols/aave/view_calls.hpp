// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultline::aave {

inline constexpr std::size_t kWord = 32;
inline constexpr std::size_t kSelector = 4;

/// The view functions of pool, tokens and oracle whose answers the rows tell.
enum class View : std::uint8_t {
    kNone,
    kUserAccountData,
    kUserEMode,
    kUserConfiguration,
    kConfiguration,
    kReserveData,
    kNormalizedIncome,
    kNormalizedDebt,
    kDeficit,
    kVirtualBalance,
    kGracePeriod,
    kEModeCollateralConfig,
    kEModeLabel,
    kEModeCollateralBits,
    kEModeBorrowableBits,
    kEModeLtvZeroBits,
    kEModeIsolated,
    kScaledBalance,
    kBalance,
    kScaledSupply,
    kSupply,
    kAssetsPrices,
    kAssetPrice,
    kPoolRevision,
    kLendingPoolRevision,
    kPaused,
    kTokenRevision,
    kFlashPremium,
    kFlashPremiumToProtocol,
    kBridgeFee,
    kReservesList,
    kEModeCategoryData,
    kStablePrincipal,
    kStableRate,
    kStableAverageRate,
    kStableUpdated,
    kStableSupplyData,
    kStableUserUpdated,
    kReserveAddressById,
    kProviderPool,
    kProviderConfigurator,
    kProviderOracle,
    kProviderSentinel,
};

struct KnownView {
    View view = View::kNone;
    std::string_view signature;
    std::array<std::uint8_t, kSelector> selector{};
};

/// The call of a view without an argument, and with one. @pre the view has one signature only
eth::Read view_read(const Address& contract, View view);
eth::Read view_read(const Address& contract, View view, const U256& argument);

/// The view that the call is to; nullptr when it is none of these.
const KnownView* find_view(BytesView call_data);

}  // namespace faultline::aave
