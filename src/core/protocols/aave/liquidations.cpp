// SPDX-License-Identifier: Apache-2.0
// What a liquidator could take of an account.
#include "core/protocols/aave/seizure.hpp"
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

using Terms = Figure<LiquidationTerms>;

/// MINIMUM_HEALTH_FACTOR_LIQUIDATION_THRESHOLD: below, no sentinel is asked.
constexpr std::uint64_t kUrgentHealthWad = 950'000'000'000'000'000;

Terms reverts() {
    return Terms::without(
        FigureStatus::kError, "the contract's own liquidation overflows or divides by zero"
    );
}

Terms closed(LiquidationTerms terms, std::string because) {
    terms.closed_because = std::move(because);
    return Terms::of(std::move(terms));
}

/// Why ValidationLogic.validateLiquidationCall refuses, in its order; nullptr when it does not, but
/// for the sentinel.
const char* refusal(
    const Rules& rules,
    const ReserveConfig& debt,
    const ReserveConfig& collateral,
    const U256& health_factor_wad,
    UnixSeconds now
) {
    if (!debt.active || !collateral.active) {
        return "a reserve is not active";
    }
    if (debt.paused || collateral.paused) {
        return "a reserve is paused";
    }
    if (std::max(debt.liquidation_grace_until_s, collateral.liquidation_grace_until_s) >=
        now.value) {
        // 3.0 has none: it is 0 there.
        return "a reserve's grace period is not over";
    }
    if (health_factor_wad >= wad()) {
        return "the health factor is not below 1";
    }
    if (rules.reserve_overrides_emode && collateral.liquidation_threshold_bps == 0) {
        return "the collateral's reserve has no liquidation threshold";
    }
    return nullptr;
}

}  // namespace

/// One reserve of an account, with what a liquidation needs of it.
struct Valuation::Side {
    ReserveId id = 0;
    const ReserveRow* row = nullptr;
    Holding held;
};

Figure<std::vector<Liquidation>> Valuation::liquidations(
    const Address& account, const U256& debt_to_cover
) const {
    using All = Figure<std::vector<Liquidation>>;
    const Figure<AccountData> data = this->account(account);
    if (!data.ok()) {
        return All::without(data.status, data.reason);
    }
    const AccountRecord record = this->record(account);
    std::vector<Side> debts;
    std::vector<Side> collaterals;
    for (ReserveId id = 0; id < state_.reserve_count; ++id) {
        const ReserveRow* row = tables_.reserves.find({.market = market_, .reserve = id});
        const Side side{.id = id, .row = row, .held = holding(record, id)};
        if (row != nullptr &&
            (!side.held.scaled.scaled_debt.is_zero() || side.held.stable != nullptr)) {
            debts.push_back(side);
        }
        if (row != nullptr && record.user.collateral_bits.bit(id)) {
            collaterals.push_back(side);
        }
    }
    const AccountTerms terms = begin(record.user);
    std::vector<Liquidation> out;
    for (const Side& debt : debts) {
        for (const Side& collateral : collaterals) {
            out.push_back(
                {.debt_reserve = debt.id,
                 .debt_asset = debt.row->asset,
                 .collateral_reserve = collateral.id,
                 .collateral_asset = collateral.row->asset,
                 .terms = liquidation(terms, data.value, debt, collateral, debt_to_cover)}
            );
        }
    }
    return All::of(std::move(out));
}

Terms Valuation::liquidation(
    const AccountTerms& terms,
    const AccountData& account,
    const Side& debt,
    const Side& collateral,
    const U256& debt_to_cover
) const {
    if (state_.paused) {
        return closed({}, "the pool is paused");
    }
    const char* refused = refusal(
        rules_, debt.row->config, collateral.row->config, account.health_factor_wad, timestamp_
    );
    if (refused != nullptr) {
        return closed({}, refused);
    }
    if (rules_.asks_collateral_manager && state_.collateral_manager_replaced) {
        return Terms::without(
            FigureStatus::kNoData,
            "the market's collateral manager was replaced by " + state_.collateral_manager.hex() +
                ", which may hold liquidations back, and what it says is not read"
        );
    }
    if (rules_.asks_sentinel && state_.sentinel != Address{} &&
        account.health_factor_wad >= U256(kUrgentHealthWad)) {
        return Terms::without(
            FigureStatus::kNoData,
            "the market's price oracle sentinel " + state_.sentinel.hex() +
                " decides, and what it says is not read"
        );
    }
    for (const Side* side : {&debt, &collateral}) {
        if (!legs_[side->id].priced && terms.category_price_base.is_zero()) {
            return without_price<LiquidationTerms>(side->id);
        }
    }
    const auto pair = liquidation_pair(terms, debt, collateral);
    return pair ? most_of(*pair, account, debt_to_cover) : reverts();
}

Terms Valuation::most_of(
    const LiquidationPair& pair, const AccountData& account, const U256& debt_to_cover
) const {
    LiquidationTerms terms;
    const auto limit = close_factor_debt(rules_, pair, account);
    if (!limit) {
        return reverts();
    }
    const U256 wanted = std::min(*limit, debt_to_cover);
    auto seized = seizure(rules_, pair, wanted);
    const auto dust = seized ? leaves_dust(rules_, pair, *seized) : std::nullopt;
    if (dust.value_or(false)) {
        const auto most = most_without_dust(rules_, pair, wanted);
        if (most && most->is_zero()) {
            return closed({}, "every amount would leave a rest that is too small");
        }
        seized = most ? seizure(rules_, pair, *most) : std::nullopt;
    }
    const auto fee = dust && seized ? paid_fee(rules_, pair, *seized) : std::nullopt;
    const auto all =
        fee ? takes_all_collateral(rules_, pair, *seized, account.total_collateral_base)
            : std::nullopt;
    const auto burns = all ? burns_debt(rules_, pair, seized->debt_covered) : std::nullopt;
    if (!burns) {
        return reverts();
    }
    if (!*burns && !*all) {
        return closed({}, "the collateral pays for no unit of the debt");
    }
    terms.open = true;
    terms.close_factor_debt = *limit;
    terms.debt_covered = seized->debt_covered;
    terms.liquidator_receives = seized->to_liquidator;
    terms.protocol_fee = *fee;
    terms.collateral_taken = wrapping_add(seized->to_liquidator, *fee);  // At most the balance.
    terms.writes_off_rest = *all;
    return Terms::of(std::move(terms));
}

std::optional<LiquidationPair> Valuation::liquidation_pair(
    const AccountTerms& terms, const Side& debt, const Side& collateral
) const {
    const Leg& owed = legs_[debt.id];
    const Leg& seized = legs_[collateral.id];
    const auto variable = borrowed(owed, debt.held.scaled.scaled_debt);
    const auto fixed = borrowed_stable(debt.held.stable);
    const auto total = variable && fixed ? checked_add(*variable, *fixed) : std::nullopt;
    const auto balance = supplied(seized, collateral.held.scaled.scaled_supply);
    if (owed.reverts || seized.reverts || !total || !balance) {
        return std::nullopt;
    }
    // _getConfigurationData of 3.0 and 3.1: the debt is not asked whether it is of the category.
    const bool by_category = rules_.category_per_asset && terms.emode != nullptr &&
                             terms.emode->price_source != Address{};
    const EModeRow* category = in_category(terms, seized, collateral.id) ? terms.emode : nullptr;
    return LiquidationPair{
        .debt = *total,
        .variable_debt = *variable,
        .debt_price_base = by_category ? terms.category_price_base : owed.price_base,
        .debt_unit = owed.unit.value(),
        .debt_index_ray = owed.debt_ray,
        .collateral = *balance,
        .scaled_collateral = collateral.held.scaled.scaled_supply,
        .collateral_price_base =
            by_category && category != nullptr ? terms.category_price_base : seized.price_base,
        .collateral_unit = seized.unit.value(),
        .income_index_ray = seized.income_ray,
        .bonus_bps = category != nullptr ? category->liquidation_bonus_bps
                                         : collateral.row->config.liquidation_bonus_bps,
        .protocol_fee_bps = collateral.row->config.liquidation_protocol_fee_bps,
    };
}

}  // namespace faultline::aave
