// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/literal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

namespace faultline::compound_v3 {
namespace {

template <eth::Literal Signature>
consteval KnownView known(View view, std::size_t arguments = 0) {
    return {
        .view = view,
        .signature = Signature.view(),
        .selector = eth::selector<Signature>(),
        .arguments = arguments,
    };
}

/// In parts: a compiler's patience with one constant ends before all these hashes.
constexpr std::array kOfState{
    known<"totalsBasic()">(View::kTotalsBasic),
    known<"userBasic(address)">(View::kUserBasic, 1),
    known<"userCollateral(address,address)">(View::kUserCollateral, 2),
    known<"totalsCollateral(address)">(View::kTotalsCollateral, 1),
    known<"balanceOf(address)">(View::kBalanceOf, 1),
    known<"borrowBalanceOf(address)">(View::kBorrowBalanceOf, 1),
    known<"collateralBalanceOf(address,address)">(View::kCollateralBalanceOf, 2),
    known<"isLiquidatable(address)">(View::kIsLiquidatable, 1),
    known<"isBorrowCollateralized(address)">(View::kIsBorrowCollateralized, 1),
    known<"getPrice(address)">(View::kGetPrice, 1),
    known<"latestRoundData()">(View::kLatestRoundData),
};

constexpr std::array kOfMarket{
    known<"getReserves()">(View::kGetReserves),
    known<"getCollateralReserves(address)">(View::kGetCollateralReserves, 1),
    known<"getUtilization()">(View::kGetUtilization),
    known<"getSupplyRate(uint256)">(View::kGetSupplyRate, 1),
    known<"getBorrowRate(uint256)">(View::kGetBorrowRate, 1),
    known<"totalSupply()">(View::kTotalSupply),
    known<"totalBorrow()">(View::kTotalBorrow),
    known<"quoteCollateral(address,uint256)">(View::kQuoteCollateral, 2),
    known<"isSupplyPaused()">(View::kIsSupplyPaused),
    known<"isTransferPaused()">(View::kIsTransferPaused),
    known<"isWithdrawPaused()">(View::kIsWithdrawPaused),
    known<"isAbsorbPaused()">(View::kIsAbsorbPaused),
    known<"isBuyPaused()">(View::kIsBuyPaused),
};

constexpr std::array kOfConfiguration{
    known<"getAssetInfo(uint8)">(View::kGetAssetInfo, 1),
    known<"getAssetInfoByAddress(address)">(View::kGetAssetInfoByAddress, 1),
    known<"numAssets()">(View::kNumAssets),
    known<"baseToken()">(View::kBaseToken),
    known<"baseTokenPriceFeed()">(View::kBasePriceFeed),
    known<"baseScale()">(View::kBaseScale),
    known<"supplyKink()">(View::kSupplyKink),
    known<"supplyPerSecondInterestRateBase()">(View::kSupplyRateBase),
    known<"supplyPerSecondInterestRateSlopeLow()">(View::kSupplyRateSlopeLow),
    known<"supplyPerSecondInterestRateSlopeHigh()">(View::kSupplyRateSlopeHigh),
};

constexpr std::array kOfConfigurationToo{
    known<"borrowKink()">(View::kBorrowKink),
    known<"borrowPerSecondInterestRateBase()">(View::kBorrowRateBase),
    known<"borrowPerSecondInterestRateSlopeLow()">(View::kBorrowRateSlopeLow),
    known<"borrowPerSecondInterestRateSlopeHigh()">(View::kBorrowRateSlopeHigh),
    known<"storeFrontPriceFactor()">(View::kStoreFrontPriceFactor),
    known<"trackingIndexScale()">(View::kTrackingIndexScale),
    known<"baseTrackingSupplySpeed()">(View::kTrackingSupplySpeed),
    known<"baseTrackingBorrowSpeed()">(View::kTrackingBorrowSpeed),
    known<"baseMinForRewards()">(View::kBaseMinForRewards),
    known<"baseBorrowMin()">(View::kBaseBorrowMin),
    known<"targetReserves()">(View::kTargetReserves),
};

constexpr auto kViews = [] {
    constexpr std::size_t kCount =
        kOfState.size() + kOfMarket.size() + kOfConfiguration.size() + kOfConfigurationToo.size();
    std::array<KnownView, kCount> all{};
    auto next = std::ranges::copy(kOfState, all.begin()).out;
    next = std::ranges::copy(kOfMarket, next).out;
    next = std::ranges::copy(kOfConfiguration, next).out;
    std::ranges::copy(kOfConfigurationToo, next);
    return all;
}();

}  // namespace

const KnownView* find_view(BytesView call_data) {
    const auto found = std::ranges::find_if(kViews, [&](const KnownView& one) {
        return call_data.size() == kSelector + (one.arguments * kWord) &&
               std::ranges::equal(call_data.first(kSelector), one.selector);
    });
    return found == kViews.end() ? nullptr : &*found;
}

eth::Read view_read(const Address& contract, View view, std::initializer_list<U256> arguments) {
    const auto* const known = std::ranges::find(kViews, view, &KnownView::view);
    FAULTLINE_ASSERT(known != kViews.end() && known->arguments == arguments.size());
    eth::Read read{
        .to = contract, .data = Bytes(known->selector.begin(), known->selector.end()), .from = {}
    };
    for (const U256& one : arguments) {
        const auto word = one.to_be_bytes();
        read.data.insert(read.data.end(), word.begin(), word.end());
    }
    return read;
}

U256 word_of(const Address& address) {
    return U256::from_be_bytes(address.view());
}

Address address_of(const U256& word) {
    const auto bytes = word.to_be_bytes();
    return Address::from_bytes(BytesView(bytes).last(Address::kSize));
}

U256 argument(BytesView call_data, std::size_t place) {
    return U256::from_be_bytes(call_data.subspan(kSelector + (place * kWord), kWord));
}

}  // namespace faultline::compound_v3
