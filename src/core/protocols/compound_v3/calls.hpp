// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace faultline::compound_v3 {

inline constexpr std::size_t kWord = 32;
inline constexpr std::size_t kSelector = 4;

/// The view functions that are asked or answered: Comet.sol, CometExt.sol; of price feeds
/// latestRoundData, of tokens balanceOf.
enum class View : std::uint8_t {
    kTotalsBasic,
    kUserBasic,
    kUserCollateral,
    kTotalsCollateral,
    kBalanceOf,
    kBorrowBalanceOf,
    kCollateralBalanceOf,
    kIsLiquidatable,
    kIsBorrowCollateralized,
    kGetPrice,
    kGetReserves,
    kGetCollateralReserves,
    kGetUtilization,
    kGetSupplyRate,
    kGetBorrowRate,
    kTotalSupply,
    kTotalBorrow,
    kQuoteCollateral,
    kIsSupplyPaused,
    kIsTransferPaused,
    kIsWithdrawPaused,
    kIsAbsorbPaused,
    kIsBuyPaused,
    kGetAssetInfo,
    kGetAssetInfoByAddress,
    kNumAssets,
    kBaseToken,
    kBasePriceFeed,
    kBaseScale,
    kSupplyKink,
    kSupplyRateBase,
    kSupplyRateSlopeLow,
    kSupplyRateSlopeHigh,
    kBorrowKink,
    kBorrowRateBase,
    kBorrowRateSlopeLow,
    kBorrowRateSlopeHigh,
    kStoreFrontPriceFactor,
    kTrackingIndexScale,
    kTrackingSupplySpeed,
    kTrackingBorrowSpeed,
    kBaseMinForRewards,
    kBaseBorrowMin,
    kTargetReserves,
    kLatestRoundData,
};

struct KnownView {
    View view = View::kTotalsBasic;
    std::string_view signature;
    eth::Selector selector{};
    std::size_t arguments = 0;  ///< Words after the selector.
};

/// The view that call data is of; nullptr when it is none of these, or its length is not theirs.
const KnownView* find_view(BytesView call_data);

eth::Read view_read(const Address& contract, View view, std::initializer_list<U256> arguments = {});

U256 word_of(const Address& address);
/// The low 20 bytes.
Address address_of(const U256& word);
/// An argument of a call that find_view() knows.
U256 argument(BytesView call_data, std::size_t place);

}  // namespace faultline::compound_v3
