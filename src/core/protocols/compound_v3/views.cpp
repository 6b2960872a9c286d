// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/views.hpp"

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

using protocol::ViewFigure;
using Answer = Figure<ViewFigure>;

constexpr unsigned kLowAssets = 16;

Answer words(std::vector<std::optional<U256>> all) {
    return Answer::of({.words = std::move(all), .array = false});
}

Answer word(const U256& one) {
    return words({one});
}

Answer word(const Figure<U256>& figure) {
    return figure.ok() ? word(figure.value) : withheld<ViewFigure>(figure);
}

Answer flag(const Figure<bool>& figure) {
    return figure.ok() ? word(U256(figure.value ? 1 : 0)) : withheld<ViewFigure>(figure);
}

Answer no_figure(BytesView call_data) {
    return Answer::without(
        FigureStatus::kNoData,
        "no figure for selector " + to_hex(call_data.first(std::min(call_data.size(), kSelector)))
    );
}

Answer reverts() {
    return Answer::without(FigureStatus::kError, "the view reverts on these arguments");
}

Answer rate(const RateCurve& curve, const U256& utilization) {
    const auto rate = rate_per_second_wad(curve, utilization);
    return rate ? word(U256(*rate)) : reverts();
}

Answer signed_word(const Figure<protocol::Signed>& figure) {
    if (!figure.ok()) {
        return withheld<ViewFigure>(figure);
    }
    const U256& magnitude = figure.value.magnitude;
    return word(figure.value.negative ? wrapping_sub(U256(), magnitude) : magnitude);
}

Answer totals_basic(const Totals& totals) {
    return words(
        {U256(totals.supply_index),
         U256(totals.borrow_index),
         U256(totals.tracking_supply_index),
         U256(totals.tracking_borrow_index),
         totals.supply_principal,
         totals.borrow_principal,
         U256(totals.last_accrual.value),
         U256(totals.pause_flags)}
    );
}

std::optional<unsigned> pause_bit(View view) {
    switch (view) {
        case View::kIsSupplyPaused:
            return 0;
        case View::kIsTransferPaused:
            return 1;
        case View::kIsWithdrawPaused:
            return 2;
        case View::kIsAbsorbPaused:
            return 3;
        case View::kIsBuyPaused:
            return 4;
        default:
            return std::nullopt;
    }
}

std::optional<U256> rate_constant(const Configuration& from, View view) {
    switch (view) {
        case View::kSupplyKink:
            return U256(from.supply_rate.kink);
        case View::kSupplyRateBase:
            return U256(from.supply_rate.base);
        case View::kSupplyRateSlopeLow:
            return U256(from.supply_rate.slope_low);
        case View::kSupplyRateSlopeHigh:
            return U256(from.supply_rate.slope_high);
        case View::kBorrowKink:
            return U256(from.borrow_rate.kink);
        case View::kBorrowRateBase:
            return U256(from.borrow_rate.base);
        case View::kBorrowRateSlopeLow:
            return U256(from.borrow_rate.slope_low);
        case View::kBorrowRateSlopeHigh:
            return U256(from.borrow_rate.slope_high);
        default:
            return std::nullopt;
    }
}

std::optional<U256> constant(const Configuration& from, View view) {
    switch (view) {
        case View::kNumAssets:
            return U256(from.assets.size());
        case View::kBaseToken:
            return word_of(from.base_token);
        case View::kBasePriceFeed:
            return word_of(from.base_price_feed);
        case View::kBaseScale:
            return U256(from.base_scale);
        case View::kStoreFrontPriceFactor:
            return U256(from.store_front_price_factor_wad);
        case View::kTrackingIndexScale:
            return U256(from.tracking_index_scale);
        case View::kTrackingSupplySpeed:
            return U256(from.tracking_supply_speed);
        case View::kTrackingBorrowSpeed:
            return U256(from.tracking_borrow_speed);
        case View::kBaseMinForRewards:
            return from.base_min_for_rewards_wei;
        case View::kBaseBorrowMin:
            return from.base_borrow_min_wei;
        case View::kTargetReserves:
            return from.target_reserves_wei;
        default:
            return rate_constant(from, view);
    }
}

}  // namespace

/// The words in the middle are the reward tracking, which accrueAccount changes without a log; as
/// long as the market never tracked anything they are zero.
Answer MarketViews::user_basic(const AccountRow& account) const {
    const Totals& totals = valuation_.market().totals;
    const auto tracking = totals.tracking_supply_index == 0 && totals.tracking_borrow_index == 0
                              ? std::optional(U256())
                              : std::nullopt;
    const std::uint32_t bits = valuation_.assets_in(account);
    return words(
        {account.principal.to_word(),
         tracking,
         tracking,
         U256(bits & ((std::uint32_t{1} << kLowAssets) - 1)),
         U256(bits >> kLowAssets)}
    );
}

Answer MarketViews::of_balance(const Call& call, const AccountRow& account) const {
    const Figure<Indices>& indices = valuation_.accrued();
    if (!indices.ok()) {
        return withheld<ViewFigure>(indices);
    }
    return word(
        call.view == View::kBalanceOf
            ? supply_worth(account.principal.supply(), indices.value.supply)
            : debt_worth(account.principal.debt(), indices.value.borrow)
    );
}

Answer MarketViews::of_account(const Call& call) const {
    const AccountRow account = tables_.account(market_, call.address(0));
    const std::uint64_t index = valuation_.stored().borrow;
    switch (call.view) {
        case View::kUserBasic:
            return user_basic(account);
        case View::kUserCollateral:
            return words({account.balance(call.address(1)), U256()});
        case View::kCollateralBalanceOf:
            return word(account.balance(call.address(1)));
        case View::kIsLiquidatable: {
            Figure<bool> covered = valuation_.covered(account, index, Factor::kLiquidate);
            covered.value = !covered.value;
            return flag(covered);
        }
        case View::kIsBorrowCollateralized:
            return flag(valuation_.covered(account, index, Factor::kBorrow));
        default:
            return of_balance(call, account);
    }
}

Answer MarketViews::of_collateral(const Call& call) const {
    const Address address = call.address(0);
    switch (call.view) {
        case View::kTotalsCollateral: {
            const TokenRow* row = tables_.tokens.find({.market = market_, .address = address});
            return words({row == nullptr ? U256() : row->total, U256()});
        }
        case View::kGetPrice:
            return word(valuation_.price(address));
        case View::kGetCollateralReserves:
            return word(valuation_.collateral_reserves_wei(address));
        default:
            break;
    }
    const AssetInfo* asset = valuation_.configuration().find(address);
    if (asset == nullptr) {
        return reverts();
    }
    return call.view == View::kQuoteCollateral
               ? word(valuation_.quote_wei(*asset, call.number(1)))
               : asset_info(
                     static_cast<std::size_t>(asset - valuation_.configuration().assets.data())
                 );
}

Answer MarketViews::asset_info(std::size_t offset) const {
    const AssetInfo& asset = valuation_.configuration().assets[offset];
    return words(
        {U256(offset),
         word_of(asset.asset),
         word_of(asset.price_feed),
         U256(asset.scale),
         U256(asset.borrow_collateral_factor_wad),
         U256(asset.liquidate_collateral_factor_wad),
         U256(asset.liquidation_factor_wad),
         asset.supply_cap_wei}
    );
}

Answer MarketViews::of_totals(const Call& call) const {
    const Totals& totals = valuation_.market().totals;
    switch (call.view) {
        case View::kTotalsBasic:
            return totals_basic(totals);
        case View::kGetUtilization:
            return word(utilization_wad(totals));
        case View::kTotalSupply:
            return word(valuation_.supply_total_wei());
        case View::kTotalBorrow:
            return word(valuation_.debt_total_wei());
        case View::kGetReserves:
            return signed_word(valuation_.reserves_wei());
        default:
            return of_configuration(call);
    }
}

Answer MarketViews::of_configuration(const Call& call) const {
    const Configuration& configuration = valuation_.configuration();
    if (call.view == View::kGetAssetInfo) {
        const U256 offset = call.number(0);
        return offset < U256(configuration.assets.size())
                   ? asset_info(static_cast<std::size_t>(offset.low_u64()))
                   : reverts();
    }
    if (call.view == View::kGetSupplyRate || call.view == View::kGetBorrowRate) {
        return rate(
            call.view == View::kGetSupplyRate ? configuration.supply_rate
                                              : configuration.borrow_rate,
            call.number(0)
        );
    }
    if (const auto bit = pause_bit(call.view)) {
        return word(U256((valuation_.market().totals.pause_flags >> *bit) & 1U));
    }
    const auto known = constant(configuration, call.view);
    return known ? word(*known) : no_figure(call.data);
}

Answer MarketViews::answer(const eth::Read& read) const {
    const KnownView* known = find_view(read.data);
    if (known == nullptr) {
        return no_figure(read.data);
    }
    if (!valuation_.usable().ok()) {
        return withheld<ViewFigure>(valuation_.usable());
    }
    const Call call{.view = known->view, .data = read.data};
    switch (call.view) {
        case View::kUserBasic:
        case View::kUserCollateral:
        case View::kCollateralBalanceOf:
        case View::kIsLiquidatable:
        case View::kIsBorrowCollateralized:
        case View::kBalanceOf:
        case View::kBorrowBalanceOf:
            return of_account(call);
        case View::kTotalsCollateral:
        case View::kGetPrice:
        case View::kGetCollateralReserves:
        case View::kQuoteCollateral:
        case View::kGetAssetInfoByAddress:
            return of_collateral(call);
        default:
            return of_totals(call);
    }
}

Views::Views(
    const Tables& tables,
    const std::vector<MarketConfig>& configs,
    MarketId first_market,
    protocol::At at,
    protocol::Trust trust
)
    : configs_(configs) {
    for (std::size_t i = 0; i < configs.size(); ++i) {
        markets_.emplace_back(tables, static_cast<MarketId>(first_market + i), at, trust);
    }
}

std::optional<Answer> Views::answer(const eth::Read& read) const {
    const auto found = std::ranges::find(configs_, read.to, &MarketConfig::comet);
    return found == configs_.end()
               ? std::nullopt
               : std::optional(
                     markets_[static_cast<std::size_t>(found - configs_.begin())].answer(read)
                 );
}

}  // namespace faultline::compound_v3
