// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace faultline::aave {
namespace {

consteval KnownView known(View view, std::string_view signature) {
    const Hash32 hash = eth::keccak256_literal(signature);
    return {
        .view = view,
        .signature = signature,
        .selector = {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]}
    };
}

/// In parts: a compiler's patience with one constant ends before all these hashes.
constexpr std::array kViewsOfPool{
    known(View::kUserAccountData, "getUserAccountData(address)"),
    known(View::kUserEMode, "getUserEMode(address)"),
    known(View::kUserConfiguration, "getUserConfiguration(address)"),
    known(View::kConfiguration, "getConfiguration(address)"),
    known(View::kReserveData, "getReserveData(address)"),
    known(View::kNormalizedIncome, "getReserveNormalizedIncome(address)"),
    known(View::kNormalizedDebt, "getReserveNormalizedVariableDebt(address)"),
    known(View::kDeficit, "getReserveDeficit(address)"),
    known(View::kVirtualBalance, "getVirtualUnderlyingBalance(address)"),
    known(View::kGracePeriod, "getLiquidationGracePeriod(address)"),
    known(View::kEModeCollateralConfig, "getEModeCategoryCollateralConfig(uint8)"),
    known(View::kEModeLabel, "getEModeCategoryLabel(uint8)"),
    known(View::kEModeCollateralBits, "getEModeCategoryCollateralBitmap(uint8)"),
    known(View::kEModeBorrowableBits, "getEModeCategoryBorrowableBitmap(uint8)"),
    known(View::kEModeLtvZeroBits, "getEModeCategoryLtvzeroBitmap(uint8)"),
    known(View::kEModeIsolated, "getIsEModeCategoryIsolated(uint8)"),
};

constexpr std::array kViewsOfTokens{
    known(View::kScaledBalance, "scaledBalanceOf(address)"),
    known(View::kBalance, "balanceOf(address)"),
    known(View::kScaledSupply, "scaledTotalSupply()"),
    known(View::kSupply, "totalSupply()"),
    known(View::kAssetsPrices, "getAssetsPrices(address[])"),
    known(View::kAssetPrice, "getAssetPrice(address)"),
};

constexpr std::array kViewsOfReleases{
    known(View::kPoolRevision, "POOL_REVISION()"),
    known(View::kLendingPoolRevision, "LENDINGPOOL_REVISION()"),
    known(View::kPaused, "paused()"),
    known(View::kTokenRevision, "ATOKEN_REVISION()"),
    known(View::kTokenRevision, "DEBT_TOKEN_REVISION()"),
    known(View::kFlashPremium, "FLASHLOAN_PREMIUM_TOTAL()"),
    known(View::kFlashPremiumToProtocol, "FLASHLOAN_PREMIUM_TO_PROTOCOL()"),
    known(View::kBridgeFee, "BRIDGE_PROTOCOL_FEE()"),
    known(View::kReservesList, "getReservesList()"),
    known(View::kEModeCategoryData, "getEModeCategoryData(uint8)"),
    known(View::kStablePrincipal, "principalBalanceOf(address)"),
    known(View::kStableRate, "getUserStableRate(address)"),
    known(View::kStableAverageRate, "getAverageStableRate()"),
    known(View::kStableUpdated, "getTotalSupplyLastUpdated()"),
    known(View::kStableSupplyData, "getSupplyData()"),
    known(View::kStableUserUpdated, "getUserLastUpdated(address)"),
    known(View::kReserveAddressById, "getReserveAddressById(uint16)"),
    known(View::kProviderPool, "getPool()"),
    known(View::kProviderConfigurator, "getPoolConfigurator()"),
    known(View::kProviderOracle, "getPriceOracle()"),
    known(View::kProviderSentinel, "getPriceOracleSentinel()"),
};

constexpr auto kViews = [] {
    std::array<KnownView, kViewsOfPool.size() + kViewsOfTokens.size() + kViewsOfReleases.size()>
        all{};
    auto next = std::ranges::copy(kViewsOfPool, all.begin()).out;
    next = std::ranges::copy(kViewsOfTokens, next).out;
    std::ranges::copy(kViewsOfReleases, next);
    return all;
}();

}  // namespace

eth::Read view_read(const Address& contract, View view) {
    const auto* const known = std::ranges::find(kViews, view, &KnownView::view);
    FAULTLINE_ASSERT(known != kViews.end());
    return {
        .to = contract, .data = Bytes(known->selector.begin(), known->selector.end()), .from = {}
    };
}

eth::Read view_read(const Address& contract, View view, const U256& argument) {
    eth::Read read = view_read(contract, view);
    const auto word = argument.to_be_bytes();
    read.data.insert(read.data.end(), word.begin(), word.end());
    return read;
}

const KnownView* find_view(BytesView call_data) {
    const auto found = std::ranges::find_if(kViews, [&](const KnownView& one) {
        return call_data.size() >= kSelector &&
               std::ranges::equal(call_data.first(kSelector), one.selector);
    });
    return found == kViews.end() ? nullptr : &*found;
}

std::string call_name(BytesView call_data) {
    if (const KnownView* view = find_view(call_data)) {
        return std::string(view->signature);
    }
    return "selector " + to_hex(call_data.first(std::min(call_data.size(), kSelector)));
}

eth::Read account_data_read(const Address& pool, const Address& account) {
    const auto& selector = kViews.front().selector;
    static_assert(kViews.front().view == View::kUserAccountData);
    eth::Read read{.to = pool, .data = Bytes(selector.begin(), selector.end()), .from = {}};
    read.data.resize(kSelector + kWord - Address::kSize);
    read.data.insert(read.data.end(), account.bytes.begin(), account.bytes.end());
    return read;
}

}  // namespace faultline::aave
