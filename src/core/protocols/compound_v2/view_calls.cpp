// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace faultline::compound_v2 {
namespace {

consteval KnownView known(View view, std::string_view signature) {
    const Hash32 hash = eth::keccak256_literal(signature);
    return {
        .view = view,
        .signature = signature,
        .selector = {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]},
        .takes_address = signature.ends_with("(address)")
    };
}

/// In parts: a compiler's patience with one constant ends before all these hashes.
constexpr std::array kViewsOfComptroller{
    known(View::kLiquidity, "getAccountLiquidity(address)"),
    known(View::kAssetsIn, "getAssetsIn(address)"),
    known(View::kMarkets, "markets(address)"),
    known(View::kDeprecated, "isDeprecated(address)"),
    known(View::kBorrowCap, "borrowCaps(address)"),
    known(View::kMintPaused, "mintGuardianPaused(address)"),
    known(View::kBorrowPaused, "borrowGuardianPaused(address)"),
    known(View::kSeizePaused, "seizeGuardianPaused()"),
    known(View::kTransferPaused, "transferGuardianPaused()"),
    known(View::kOracle, "oracle()"),
    known(View::kCloseFactor, "closeFactorMantissa()"),
    known(View::kIncentive, "liquidationIncentiveMantissa()"),
    known(View::kAllMarkets, "getAllMarkets()"),
    known(View::kComptrollerImplementation, "comptrollerImplementation()"),
    known(View::kVaiController, "vaiController()"),
};

constexpr std::array kViewsOfCTokens{
    known(View::kUnderlying, "underlying()"),
    known(View::kCash, "getCash()"),
    known(View::kRateStored, "exchangeRateStored()"),
    known(View::kRateCurrent, "exchangeRateCurrent()"),
    known(View::kBalance, "balanceOf(address)"),
    known(View::kDebtStored, "borrowBalanceStored(address)"),
    known(View::kDebtCurrent, "borrowBalanceCurrent(address)"),
    known(View::kSnapshot, "getAccountSnapshot(address)"),
    known(View::kSupply, "totalSupply()"),
    known(View::kBorrows, "totalBorrows()"),
    known(View::kBorrowsCurrent, "totalBorrowsCurrent()"),
    known(View::kReserves, "totalReserves()"),
};

constexpr std::array kViewsOfRates{
    known(View::kBorrowIndex, "borrowIndex()"),
    known(View::kAccrualBlock, "accrualBlockNumber()"),
    known(View::kReserveFactor, "reserveFactorMantissa()"),
    known(View::kModel, "interestRateModel()"),
    known(View::kBorrowRate, "borrowRatePerBlock()"),
    known(View::kSupplyRate, "supplyRatePerBlock()"),
    known(View::kImplementation, "implementation()"),
    known(View::kPrice, "getUnderlyingPrice(address)"),
    known(View::kBaseRate, "baseRatePerBlock()"),
    known(View::kMultiplier, "multiplierPerBlock()"),
    known(View::kJumpMultiplier, "jumpMultiplierPerBlock()"),
    known(View::kKink, "kink()"),
    known(View::kSavingsRate, "dsrPerBlock()"),
};

constexpr auto kViews = [] {
    std::
        array<KnownView, kViewsOfComptroller.size() + kViewsOfCTokens.size() + kViewsOfRates.size()>
            all{};
    auto next = std::ranges::copy(kViewsOfComptroller, all.begin()).out;
    next = std::ranges::copy(kViewsOfCTokens, next).out;
    std::ranges::copy(kViewsOfRates, next);
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

eth::Read view_read(const Address& contract, View view, const Address& argument) {
    eth::Read read = view_read(contract, view);
    read.data.resize(kSelector + kWord - Address::kSize);
    read.data.insert(read.data.end(), argument.bytes.begin(), argument.bytes.end());
    return read;
}

const KnownView* find_view(BytesView call_data) {
    const auto* const found = std::ranges::find_if(kViews, [&](const KnownView& one) {
        return call_data.size() == kSelector + (one.takes_address ? kWord : 0) &&
               std::ranges::equal(call_data.first(kSelector), one.selector);
    });
    return found == kViews.end() ? nullptr : found;
}

std::string call_text(BytesView call_data) {
    if (const KnownView* view = find_view(call_data)) {
        return std::string(view->signature);
    }
    return "selector " + to_hex(call_data.first(std::min(call_data.size(), kSelector)));
}

}  // namespace faultline::compound_v2
