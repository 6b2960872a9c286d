// SPDX-License-Identifier: Apache-2.0
// The pool's views about one reserve or one eMode category.
#include "core/protocols/aave/config_word.hpp"
#include "core/protocols/aave/view_answer.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// getEModeCategoryData of 3.0 and 3.1: one tuple that ends in a string.
Answer category_data(const EModeRow& row) {
    constexpr std::uint64_t kWordsBeforeString = 5;
    std::vector<std::optional<U256>> all{
        U256(kWord),
        U256(row.ltv_bps),
        U256(row.liquidation_threshold_bps),
        U256(row.liquidation_bonus_bps),
        address_word(row.price_source),
        U256(kWordsBeforeString * kWord),
        U256(row.label.size())
    };
    for (std::size_t at = 0; at < row.label.size(); at += kWord) {
        std::array<std::uint8_t, kWord> bytes{};
        std::ranges::copy(row.label.substr(at, kWord), bytes.begin());
        all.emplace_back(U256::from_be_bytes(bytes));
    }
    return words(std::move(all));
}

/// DataTypes.ReserveData of V2.
Answer reserve_data_of_v2(const U256& configuration, ReserveId id, const ReserveRow& reserve) {
    return words(
        {configuration,
         reserve.liquidity_index_ray,
         reserve.variable_borrow_index_ray,
         reserve.liquidity_rate_ray,
         reserve.variable_borrow_rate_ray,
         reserve.stable_rate_ray,
         U256(reserve.last_update.value),
         address_word(reserve.a_token),
         address_word(reserve.s_token),
         address_word(reserve.v_token),
         address_word(reserve.strategy),
         U256(id)}
    );
}

}  // namespace

Answer Views::of_emode(const Call& call) const {
    const U256 category = call.argument();
    const EModeRow* found =
        category > U256(UINT8_MAX)
            ? nullptr
            : tables_.emodes.find(
                  {.market = market_, .category = static_cast<std::uint8_t>(category.low_u64())}
              );
    const EModeRow row = found == nullptr ? EModeRow{} : *found;
    switch (call.view) {
        case View::kEModeCategoryData:
            return category_data(row);
        case View::kEModeIsolated:
            return word(U256(row.isolated ? 1 : 0));
        case View::kEModeCollateralConfig:
            return words(
                {U256(row.ltv_bps),
                 U256(row.liquidation_threshold_bps),
                 U256(row.liquidation_bonus_bps)}
            );
        case View::kEModeCollateralBits:
            return word(row.collateral_bits);
        case View::kEModeBorrowableBits:
            return word(row.borrowable_bits);
        default:
            return word(row.ltv_zero_bits);
    }
}

Answer Views::of_reserve(const Call& call) const {
    const ContractRow* asset =
        tables_.contracts.find({.market = market_, .address = call.address()});
    const ReserveRow* reserve =
        asset == nullptr || asset->role != ContractRole::kAsset
            ? nullptr
            : tables_.reserves.find({.market = market_, .reserve = asset->reserve});
    if (reserve == nullptr) {
        return Answer::without(FigureStatus::kNoData, "an asset that was never listed");
    }
    return of_listed(call, asset->reserve, *reserve);
}

Answer Views::of_listed(const Call& call, ReserveId id, const ReserveRow& reserve) const {
    const bool knows_underlying = rules_.virtual_accounting == VirtualAccounting::kAlways;
    // From 3.1 to 3.3 one bit says whether the reserve counts its underlying, and no log does.
    const auto configuration = rules_.virtual_accounting == VirtualAccounting::kPerReserve
                                   ? std::nullopt
                                   : std::optional(config_word(rules_, reserve.config));
    switch (call.view) {
        case View::kConfiguration:
            return words({configuration});
        case View::kReserveData:
            if (rules_.generation == Generation::kV2) {
                return reserve_data_of_v2(config_word(rules_, reserve.config), id, reserve);
            }
            return words(
                {configuration,
                 reserve.liquidity_index_ray,
                 reserve.liquidity_rate_ray,
                 reserve.variable_borrow_index_ray,
                 reserve.variable_borrow_rate_ray,
                 reserve.stable_rate_ray,
                 U256(reserve.last_update.value),
                 U256(id),
                 address_word(reserve.a_token),
                 stable_token_word(reserve),
                 address_word(reserve.v_token),
                 address_word(reserve.strategy),
                 reserve.treasury_unknown ? std::nullopt
                                          : std::optional(reserve.accrued_to_treasury),
                 reserve.unbacked,
                 // Gone with isolation mode, whatever it was before that upgrade.
                 rules_.isolation_mode ? reserve.isolation_debt_cents : U256()}
            );
        case View::kNormalizedIncome:
            return word(normalized_income_ray(reserve, time_));
        case View::kNormalizedDebt:
            return word(normalized_debt_ray(rules_, reserve, time_));
        case View::kDeficit:
            return word(reserve.deficit);
        case View::kVirtualBalance:
            return knows_underlying ? word(reserve.virtual_underlying_balance)
                                    : no_figure(call.data);
        case View::kGracePeriod:
            return word(U256(reserve.config.liquidation_grace_until_s));
        default:
            return no_figure(call.data);
    }
}

/// Its own until 3.1, none in 3.2, and one for all since 3.3.
U256 Views::stable_token_word(const ReserveRow& reserve) const {
    if (rules_.stable_debt) {
        return address_word(reserve.s_token);
    }
    return rules_.mock_stable_token
               ? address_word(tables_.markets.find({market_})->mock_stable_token)
               : U256();
}

}  // namespace faultline::aave
