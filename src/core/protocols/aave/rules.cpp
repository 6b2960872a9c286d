// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace faultline::aave {
namespace {

constexpr Rules kV37{
    .pool_revision = 11,
    .release = "3.7",
    .liquidation_updates_collateral = true,
    .factor_change_updates = true,
    .premium_to_treasury = true
};

constexpr Rules kV36 = [] {
    Rules rules = kV37;
    rules.pool_revision = 10;
    rules.release = "3.6";
    rules.isolated_emode = false;
    rules.liquidation_rounding = LiquidationRounding::kDebtUp;
    rules.asks_sentinel = true;
    rules.same_asset_accrues_twice = true;
    rules.isolation_mode = true;
    return rules;
}();

constexpr Rules kV35 = [] {
    Rules rules = kV36;
    rules.pool_revision = 9;
    rules.release = "3.5";
    rules.ltv_zero_bitmap = false;
    rules.reserve_overrides_emode = true;
    return rules;
}();

constexpr Rules kV34 = [] {
    Rules rules = kV35;
    rules.pool_revision = 8;
    rules.release = "3.4";
    rules.rounding = Rounding::kHalfUp;
    rules.liquidation_rounding = LiquidationRounding::kHalfUp;
    rules.averages_threshold = true;
    rules.liquidation_updates_collateral = false;
    rules.same_asset_accrues_twice = false;
    return rules;
}();

constexpr Rules kV33 = [] {
    Rules rules = kV34;
    rules.pool_revision = 7;
    rules.release = "3.3";
    rules.compounding = Compounding::kBinomial;
    rules.virtual_accounting = VirtualAccounting::kPerReserve;
    rules.premium_to_treasury = false;
    rules.debt_flag_by_operation = true;
    return rules;
}();

constexpr Rules kV32 = [] {
    Rules rules = kV33;
    rules.pool_revision = 5;
    rules.release = "3.2";
    rules.deficit = false;
    rules.mock_stable_token = false;
    rules.liquidates_small_whole = false;
    return rules;
}();

constexpr Rules kV31 = [] {
    Rules rules = kV32;
    rules.pool_revision = 4;
    rules.release = "3.1";
    rules.stable_debt = true;
    rules.category_per_asset = true;
    return rules;
}();

constexpr Rules kV30 = [] {
    Rules rules = kV31;
    rules.pool_revision = 1;
    rules.release = "3.0";
    rules.grace_periods = false;
    rules.virtual_accounting = VirtualAccounting::kNone;
    rules.factor_change_updates = false;
    return rules;
}();

/// What some deployments of 3.0.x are said to call themselves.
constexpr Rules other_v30(std::uint64_t revision) {
    Rules rules = kV30;
    rules.pool_revision = revision;
    return rules;
}

constexpr Rules v2(std::uint64_t revision) {
    Rules rules = kV30;
    rules.generation = Generation::kV2;
    rules.pool_revision = revision;
    rules.release = "2";
    rules.compounding = Compounding::kPerSecond;
    rules.liquidation_rounding = LiquidationRounding::kBonusFirst;
    rules.category_per_asset = false;
    rules.asks_sentinel = false;
    rules.isolation_mode = false;
    rules.stable_mint_leaves_out_interest = true;
    rules.transfers_unscaled = true;
    rules.treasury_minted_at_once = true;
    rules.debt_index_needs_income = true;
    rules.liquidation_leaves_debt_flag = true;
    rules.liquidates_half_at_most = true;
    rules.asks_collateral_manager = true;
    return rules;
}

/// Revision 3 is 2 with its limits as constants; 4 can send away tokens that were sent to it; since
/// 5 (bgd-labs/v2-stable-debt-offboarding, at 0x02D84abD… on Ethereum) fixed rates only end, by
/// anybody's hand and with the logs that a swap had before.
constexpr std::array kRulesOfV2{v2(2), v2(3), v2(4), v2(5)};

constexpr std::array kRules{
    kV30, other_v30(2), other_v30(3), kV31, kV32, kV33, kV34, kV35, kV36, kV37
};

bool same_release(const Rules& one, const Rules& other) {
    return one.release == other.release;
}

}  // namespace

std::span<const Rules> all_rules(Generation generation) {
    return generation == Generation::kV2 ? std::span<const Rules>(kRulesOfV2) : kRules;
}

const Rules* rules_of(std::uint64_t pool_revision, Generation generation) {
    const auto all = all_rules(generation);
    const auto found = std::ranges::find(all, pool_revision, &Rules::pool_revision);
    return found == all.end() ? nullptr : &*found;
}

const Rules& newest_rules(Generation generation) {
    return all_rules(generation).back();
}

const Rules& rules_in_force(const MarketRow& market) {
    const Rules* known = rules_of(market.pool_revision, market.generation);
    return known == nullptr ? newest_rules(market.generation) : *known;
}

const Rules& rules_in_force(const MarketRow* market) {
    return market == nullptr ? newest_rules() : rules_in_force(*market);
}

std::optional<Rounding> rounding_of(std::uint64_t revision, const Rules& pool) {
    constexpr std::uint64_t kFirst = 1;
    constexpr std::uint64_t kLastHalfUp = 3;
    constexpr std::uint64_t kLastDirected = 6;  // 4 and 5; GHO's debt token is one ahead.
    if (pool.generation == Generation::kV2) {
        // 2 pays incentives; of aTokens 3 can send away what was sent to it, of fixed-rate debt 2
        // mints no more.
        constexpr std::uint64_t kLastOfV2 = 3;
        return revision >= kFirst && revision <= kLastOfV2 ? std::optional(Rounding::kHalfUp)
                                                           : std::nullopt;
    }
    // Forks of 3.0 give numbers of their own to what they change.
    const std::uint64_t last_half_up = same_release(pool, kV30) ? kFirst : kLastHalfUp;
    if (revision >= kFirst && revision <= last_half_up) {
        return Rounding::kHalfUp;
    }
    const bool directed =
        revision > kLastHalfUp && revision <= kLastDirected && !same_release(pool, kV30);
    return directed ? std::optional(Rounding::kDirected) : std::nullopt;
}

bool carries_over(const Rules& before, const Rules& after) {
    return same_release(before, after) || (same_release(before, kV36) && same_release(after, kV37));
}

bool folds_alike(const Rules& one, const Rules& other) {
    const auto recent = [](const Rules& rules) {
        return same_release(rules, kV36) || same_release(rules, kV37);
    };
    return same_release(one, other) || (recent(one) && recent(other));
}

std::string accounted_for(Generation generation) {
    std::string out;
    for (const Rules& rules : all_rules(generation)) {
        out += (out.empty() ? "" : ", ") + std::string(rules.release) + " (" +
               std::to_string(rules.pool_revision) + ")";
    }
    return out;
}

}  // namespace faultline::aave
