// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/borrowing_power.hpp"

#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>
#include <optional>

namespace faultline::compound_v3 {
namespace {

constexpr std::uint64_t kPriceMove = 4;

std::optional<U256> price_of(const Tables& tables, MarketId market, const Address& feed) {
    const PriceRow* row = tables.prices.find({.market = market, .address = feed});
    return row != nullptr && row->state == PriceState::kValue ? std::optional(row->price_base)
                                                              : std::nullopt;
}

/// What it is good for, in base units of the price feeds; nullopt where it is not known.
std::optional<U256> power_base(
    const Tables& tables,
    MarketId market,
    const Configuration& configuration,
    const AccountRow& account
) {
    U256 sum;
    for (const AssetInfo& asset : configuration.assets) {
        const U256 amount_wei = account.balance(asset.asset);
        if (amount_wei.is_zero()) {
            continue;
        }
        const auto price_base = price_of(tables, market, asset.price_feed);
        const auto value_base =
            price_base ? mul_div_checked(amount_wei, *price_base, U256(asset.scale)) : std::nullopt;
        const auto part =
            value_base
                ? mul_div_checked(*value_base, U256(asset.borrow_collateral_factor_wad), pow10(18))
                : std::nullopt;
        const auto next = part ? checked_add(sum, *part) : std::nullopt;
        if (!next) {
            return std::nullopt;
        }
        sum = *next;
    }
    return sum;
}

}  // namespace

bool may_borrow(
    const Tables& tables,
    MarketId market,
    const Configuration& configuration,
    const AccountRow& account
) {
    const auto base_price = price_of(tables, market, configuration.base_price_feed);
    const auto least_base =
        base_price
            ? mul_div_checked(
                  configuration.base_borrow_min_wei, *base_price, U256(configuration.base_scale)
              )
            : std::nullopt;
    const auto power = power_base(tables, market, configuration, account);
    const auto most = power ? checked_mul(*power, U256(kPriceMove * kPriceMove)) : std::nullopt;
    return !least_base || !most || *most >= *least_base;
}

}  // namespace faultline::compound_v3
