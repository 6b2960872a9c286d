// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What differs between the releases of Aave that are accounted for. Formulas ask for a behaviour,
/// never for a number: a release is a row of the table, and a new one is a new row.
/// Source: protocol-v2 ce53c4a8 (2) and the deployed code of its revisions 3 and 4
/// (bgd-labs/rescue-mission-phase-2-3); aave-v3-core 782f5191 (3.0.2), aave-v3-origin 1ba60d38
/// (3.1), c5ef87e7 (3.2), a0512f83 (3.3), 2f25963e (3.4), 95eb3dde (3.5), 38671c94 (3.6), fd1fbd91
/// (3.7).
namespace faultline::aave {

/// Contracts that share names of functions and events, but not their numbers of revisions.
enum class Generation : std::uint8_t {
    kV2,  ///< LendingPool, LENDINGPOOL_REVISION()
    kV3   ///< Pool, POOL_REVISION()
};

constexpr Generation last_of(Generation /*of*/) noexcept {
    return Generation::kV3;
}

/// How a token turns scaled amounts into balances and logs them.
enum class Rounding : std::uint8_t {
    kHalfUp,   ///< Until 3.4: to the nearest, and the log carries the operation's amount.
    kDirected  ///< Since 3.5: in favour of the pool, and the log carries a difference of balances.
};

constexpr Rounding last_of(Rounding /*of*/) noexcept {
    return Rounding::kDirected;
}

/// MathUtils.calculateCompoundedInterest.
enum class Compounding : std::uint8_t {
    kPerSecond,  ///< V2: as kBinomial, but the rate per second is rounded down first.
    kBinomial,   ///< Until 3.3: three terms of (1 + rate / year)^seconds.
    kTaylor      ///< Since 3.4: three terms of e^(rate * time).
};

enum class VirtualAccounting : std::uint8_t {
    kNone,        ///< 3.0
    kPerReserve,  ///< 3.1 to 3.3: as asked for when the reserve was listed, which no log tells.
    kAlways       ///< Since 3.4.
};

/// LiquidationLogic._calculateAvailableCollateralToLiquidate.
enum class LiquidationRounding : std::uint8_t {
    kBonusFirst,  ///< V2: as kHalfUp, but the bonus comes before the division by the price.
    kHalfUp,      ///< Until 3.4: every share to the nearest.
    kDebtUp,      ///< 3.5 and 3.6: the debt that a whole balance pays for rounds up.
    kDirected     ///< Since 3.7: also collateral down, and the protocol's fee up.
};

struct Rules {
    Generation generation = Generation::kV3;
    std::uint64_t pool_revision = 0;  ///< Of its generation.
    std::string_view release;

    Compounding compounding = Compounding::kTaylor;
    /// Of a listed reserve's new tokens, of account figures and of the treasury's share.
    Rounding rounding = Rounding::kDirected;
    VirtualAccounting virtual_accounting = VirtualAccounting::kAlways;
    /// Debt at a fixed rate, in a token of its own (until 3.1).
    bool stable_debt = false;
    /// V2: what that token logs as minted to an account leaves out the interest before it.
    bool stable_mint_leaves_out_interest = false;
    /// V2: an aToken's transfer logs the amount, later the scaled one.
    bool transfers_unscaled = false;
    /// V2: the treasury's share is minted at each update, and so is logged by the aToken.
    bool treasury_minted_at_once = false;
    /// V2: the index of debt is not rewritten while suppliers earn nothing.
    bool debt_index_needs_income = false;
    /// eMode: an asset has one category, which may have a price of its own (3.0, 3.1); later a
    /// category has bitmaps of assets.
    bool category_per_asset = false;
    /// Until 3.4 the health factor is that of the average threshold, in whole basis points; later
    /// of the sum over all collateral.
    bool averages_threshold = false;
    /// Until 3.5 a reserve without threshold is no collateral even in an eMode that gives it one,
    /// and one with LTV 0 lends nothing there.
    bool reserve_overrides_emode = false;
    /// Until 3.3 an account's borrow flag is set by borrowing and cleared by paying all back, which
    /// is not the same as owing something.
    bool debt_flag_by_operation = false;
    /// In V2 a liquidation leaves the flag alone, also when it ends the debt.
    bool liquidation_leaves_debt_flag = false;
    /// In V2 never more than half of a debt is liquidated at once; later all, where it is urgent.
    bool liquidates_half_at_most = false;
    /// V2: what may be liquidated is decided by a contract that can be replaced.
    bool asks_collateral_manager = false;
    /// Since 3.5 a liquidation that pays in aTokens brings the collateral's reserve up to date.
    bool liquidation_updates_collateral = false;
    /// In 3.5 and 3.6 the liquidation of an asset against itself accrues twice.
    bool same_asset_accrues_twice = false;
    LiquidationRounding liquidation_rounding = LiquidationRounding::kDirected;
    /// Since 3.3 what is small is liquidated whole: half of all debt is the limit only of large
    /// pairs, no small rest may stay, and debt without collateral is written off. Before, the limit
    /// is half of the debt of the reserve.
    bool liquidates_small_whole = true;
    /// From 3.0 to 3.6 a sentinel, if the market has one, may forbid liquidations that are not
    /// urgent.
    bool asks_sentinel = false;
    /// Since 3.1 a change of the reserve factor brings the reserve up to date first.
    bool factor_change_updates = false;
    /// Since 3.4 a flash loan's premium is all the treasury's; before, a part of it.
    bool premium_to_treasury = false;
    bool isolation_mode = false;    ///< 3.0 to 3.6.
    bool grace_periods = true;      ///< Of liquidation, since 3.1.
    bool deficit = true;            ///< Of a reserve, what was written off: since 3.3.
    bool mock_stable_token = true;  ///< getReserveData names the provider's, since 3.3.
    bool ltv_zero_bitmap = true;    ///< Of eMode categories, since 3.6.
    bool isolated_emode = true;     ///< Since 3.7.
};

/// All releases of a generation, by revision.
std::span<const Rules> all_rules(Generation generation = Generation::kV3);

/// nullptr for a revision that is not accounted for.
const Rules* rules_of(std::uint64_t pool_revision, Generation generation = Generation::kV3);

/// The newest release.
const Rules& newest_rules(Generation generation = Generation::kV3);

/// How a token of ATOKEN_REVISION() or DEBT_TOKEN_REVISION() `revision` of a pool under `pool`
/// rounds; nullopt when it is not accounted for.
std::optional<Rounding> rounding_of(std::uint64_t revision, const Rules& pool);

/// Whether a pool may go on from `before` to `after` and its logs still tell its whole state: no
/// migration rewrites what is kept.
bool carries_over(const Rules& before, const Rules& after);

/// Whether logs change the rows alike under both, but for the treasury's share.
bool folds_alike(const Rules& one, const Rules& other);

/// "3.0 (1), 3.1 (4), ..." for messages.
std::string accounted_for(Generation generation = Generation::kV3);

}  // namespace faultline::aave
