// SPDX-License-Identifier: Apache-2.0
// What a node would say of a model's views.
#pragma once

#include "core/protocols/compound_v3/calls.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace faultline::compound_v3::tests {

/// As of the model's time.
class CometNode {
  public:
    explicit CometNode(const CometModel& of) : of_(of) {}

    /// What a node would say of a view, at this block; nullopt: not of this Comet.
    [[nodiscard]] std::optional<std::vector<U256>> view(const eth::Read& read) const {
        if (read.to == of_.comet && !of_.governor.is_zero() &&
            read.data == eth::encode_call<"governor()">()) {
            return std::vector{word_of(of_.governor)};
        }
        const KnownView* known = find_view(read.data);
        if (known == nullptr) {
            return std::nullopt;
        }
        if (known->view == View::kLatestRoundData) {
            const auto found = of_.prices.find(read.to);
            return found == of_.prices.end()
                       ? std::nullopt
                       : std::optional(std::vector{
                             U256(), U256::from_u128(found->second), U256(), U256(), U256()
                         });
        }
        if (known->view == View::kBalanceOf && read.to != of_.comet) {
            const auto found = of_.balances.find(read.to);
            return read.to == of_.base ||
                           std::ranges::count(of_.listed, read.to, &ModelAsset::asset) != 0
                       ? std::optional(std::vector{
                             found == of_.balances.end() ? U256() : U256::from_u128(found->second)
                         })
                       : std::nullopt;
        }
        if (read.to != of_.comet) {
            return std::nullopt;
        }
        if (known->arguments > 0) {
            return of_argument(known->view, read.data);
        }
        return of_market(known->view);
    }

  private:
    static U256 word(U128 value) { return U256::from_u128(value); }

    static U256 signed_word(I128 value) {
        return value < 0 ? wrapping_sub(U256(), word(static_cast<U128>(-value)))
                         : word(static_cast<U128>(value));
    }

    [[nodiscard]] std::vector<U256> asset_words(std::size_t offset) const {
        const ModelAsset& asset = of_.listed[offset];
        return {
            U256(offset),
            word_of(asset.asset),
            word_of(asset.feed),
            word(asset.scale),
            word(asset.borrow_factor),
            word(asset.liquidate_factor),
            word(asset.liquidation_factor),
            word(U128{kWad} * 1'000'000)
        };
    }

    [[nodiscard]] std::vector<U256> user_words(const Address& account) const {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < of_.listed.size(); ++i) {
            bits |= of_.held_by(account, of_.listed[i].asset) != 0 ? std::uint32_t{1} << i : 0;
        }
        return {
            signed_word(of_.principal_of(account)), 0, 0, U256(bits & 0xffffU), U256(bits >> 16U)
        };
    }

    [[nodiscard]] std::vector<U256> of_argument(View view, BytesView data) const {
        const Address one = address_of(argument(data, 0));
        CometModel projected = of_;
        projected.accrue();
        const I128 p = of_.principal_of(one);
        switch (view) {
            case View::kUserBasic:
                return user_words(one);
            case View::kUserCollateral:
                return {word(of_.held_by(one, address_of(argument(data, 1)))), U256()};
            case View::kTotalsCollateral: {
                const auto found = of_.totals.find(one);
                return {found == of_.totals.end() ? U256() : word(found->second), U256()};
            }
            case View::kGetCollateralReserves: {
                const auto has = of_.balances.find(one);
                const auto of_users = of_.totals.find(one);
                return {word(
                    (has == of_.balances.end() ? 0 : has->second) -
                    (of_users == of_.totals.end() ? 0 : of_users->second)
                )};
            }
            case View::kBalanceOf:
                return {word(p > 0 ? static_cast<U128>(projected.present(p)) : 0)};
            case View::kBorrowBalanceOf:
                return {word(p < 0 ? static_cast<U128>(-projected.present(p)) : 0)};
            case View::kIsLiquidatable:
                return {U256(of_.liquidatable(one, false) ? 1 : 0)};
            case View::kIsBorrowCollateralized:
                return {U256(of_.covered(one, &ModelAsset::borrow_factor) ? 1 : 0)};
            case View::kGetAssetInfo:
                return asset_words(static_cast<std::size_t>(argument(data, 0).low_u64()));
            case View::kGetPrice:
                return {word(of_.prices.at(one))};
            default:
                return {};
        }
    }

    [[nodiscard]] std::vector<U256> of_totals(View view) const {
        CometModel projected = of_;
        projected.accrue();
        const U128 supplied = of_.total_supply * projected.supply_index / kIndex;
        const U128 borrowed = of_.total_borrow * projected.borrow_index / kIndex;
        switch (view) {
            case View::kTotalsBasic:
                return {
                    word(of_.supply_index),
                    word(of_.borrow_index),
                    0,
                    0,
                    word(of_.total_supply),
                    word(of_.total_borrow),
                    U256(of_.last_accrual),
                    U256(of_.pause_flags)
                };
            case View::kTotalSupply:
                return {word(supplied)};
            case View::kTotalBorrow:
                return {word(borrowed)};
            case View::kGetUtilization:
                return {word(of_.utilization())};
            case View::kGetReserves: {
                const auto has = of_.balances.find(of_.base);
                const auto balance = static_cast<I128>(has == of_.balances.end() ? 0 : has->second);
                return {
                    signed_word(balance - static_cast<I128>(supplied) + static_cast<I128>(borrowed))
                };
            }
            default:
                return {};
        }
    }

    [[nodiscard]] std::vector<U256> of_market(View view) const {
        if (auto found = of_totals(view); !found.empty()) {
            return found;
        }
        const std::map<View, U256> constants{
            {View::kNumAssets, U256(of_.listed.size())},
            {View::kBaseToken, word_of(of_.base)},
            {View::kBasePriceFeed, word_of(of_.base_feed)},
            {View::kBaseScale, U256(of_.base_scale)},
            {View::kSupplyKink, word(of_.supply_curve.kink)},
            {View::kSupplyRateBase, word(of_.supply_curve.base)},
            {View::kSupplyRateSlopeLow, word(of_.supply_curve.low)},
            {View::kSupplyRateSlopeHigh, word(of_.supply_curve.high)},
            {View::kBorrowKink, word(of_.borrow_curve.kink)},
            {View::kBorrowRateBase, word(of_.borrow_curve.base)},
            {View::kBorrowRateSlopeLow, word(of_.borrow_curve.low)},
            {View::kBorrowRateSlopeHigh, word(of_.borrow_curve.high)},
            {View::kStoreFrontPriceFactor, U256(kWad / 2)},
            {View::kTrackingIndexScale, U256(kIndex)},
            {View::kTrackingSupplySpeed, U256()},
            {View::kTrackingBorrowSpeed, U256()},
            {View::kBaseMinForRewards, U256(1)},
            {View::kBaseBorrowMin, U256(1)},
            {View::kTargetReserves, U256(1'000'000'000)},
        };
        const auto found = constants.find(view);
        return found == constants.end() ? std::vector<U256>{} : std::vector{found->second};
    }

    const CometModel& of_;
};

/// The words of the answer; none where it reverts, nullopt for what is not of this Comet.
inline std::optional<std::vector<U256>> answer_of(const CometModel& comet, const eth::Read& read) {
    return CometNode(comet).view(read);
}

}  // namespace faultline::compound_v3::tests
