// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/divisor.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::aave {

struct LiquidationPair;

/// Pool.getUserAccountData, field for field.
struct AccountData {
    U256 total_collateral_base;
    U256 total_debt_base;
    U256 available_borrows_base;
    U256 current_liquidation_threshold_bps;
    U256 ltv_bps;
    U256 health_factor_wad;  ///< 2^256 - 1 without debt.

    bool operator==(const AccountData&) const = default;
};

/// Of Pool.getUserAccountData what tells whether an account can be liquidated.
struct HealthFigures {
    U256 health_factor_wad;  ///< 2^256 - 1 without debt.
    U256 total_collateral_base;
    U256 total_debt_base;

    bool operator==(const HealthFigures&) const = default;
};

/// What an account holds and owes of one reserve.
struct PositionFigures {
    ReserveId reserve = 0;
    Address asset;
    bool collateral = false;  ///< The account's flag (Pool.getUserConfiguration).
    U256 supplied;            ///< aToken.balanceOf, in the asset's smallest unit.
    U256 borrowed;            ///< variableDebtToken.balanceOf, likewise.
    U256 borrowed_stable;     ///< stableDebtToken.balanceOf, likewise; until 3.1.
    Figure<U256> price_base;  ///< Of the account's eMode category where that replaces the asset's.
    Figure<U256> supplied_base;  ///< As getUserAccountData values collateral: rounded down.
    Figure<U256> borrowed_base;  ///< As it values all debt: rounded up, until 3.4 down.
    /// Of collateral: the highest price of this asset at which, all other prices standing still,
    /// the account's health factor is below 1: it can be liquidated at that price and below. With
    /// the same asset owed as well, or until 3.4 (whose health factor goes by an average threshold
    /// in whole basis points), one such price of which the next is none. kNoData says why there is
    /// none.
    Figure<U256> liquidation_price_base;
};

using protocol::Trust;

/// Whether accounts of a market can be valued: kValue, or why not (never seen, revision not read,
/// degraded). nullptr is a market without a row.
Figure<bool> usability(const MarketRow* market, Trust trust = Trust::kWithhold);

/// Values every account of one market as of the end of one block: interest is projected once per
/// reserve, then each account costs its legs. Reads the tables it was made from; make a new one
/// after they change.
///
/// Exact: equal as integers to the contract's view called at that block.
/// Source: GenericLogic.calculateUserAccountData of the releases in rules.hpp.
class Valuation {
  public:
    Valuation(
        const Tables& tables,
        MarketId market,
        eth::BlockNum block,
        UnixSeconds timestamp,
        Trust trust = Trust::kWithhold
    );

    /// Whether any account can be valued: kValue, or why not (revision not supported, degraded).
    [[nodiscard]] const Figure<bool>& usable() const noexcept { return usable_; }

    /// kStale when a price it needs is older than the block; kNoData when it was never read, or for
    /// an account with flags of an unfollowed reserve; kError where the view reverts, be it for one
    /// asset without a price. An account nobody knows is all zero, as the view says.
    [[nodiscard]] Figure<AccountData> account(const Address& account) const;

    /// The same for one at hand.
    [[nodiscard]] Figure<AccountData> account(const AccountRecord& account) const;

    /// Three of the six figures, for less; fails as account() does.
    [[nodiscard]] Figure<HealthFigures> health(const AccountRecord& account) const;
    [[nodiscard]] Figure<HealthFigures> health(const Address& account) const;

    /// The same account reserve by reserve, by id: those it holds, owes or has as collateral.
    [[nodiscard]] Figure<std::vector<PositionFigures>> positions(const Address& account) const;

    /// What a liquidator could take now who covers at most `debt_to_cover`: every debt with every
    /// collateral of the account, by id of the debt's reserve, then of the collateral's. Fails as
    /// account() does. A pair is kNoData where a contract that is not read decides (the price
    /// oracle sentinel, until 3.6), kError where the contract's arithmetic reverts.
    [[nodiscard]] Figure<std::vector<Liquidation>> liquidations(
        const Address& account, const U256& debt_to_cover = U256::max()
    ) const;

    /// The price of a reserve's asset in base units. @pre the reserve is listed
    [[nodiscard]] Figure<U256> price(ReserveId reserve) const;

    /// The price that the oracle gives for the price source of an eMode category (until 3.1).
    [[nodiscard]] Figure<U256> category_price(const Address& source) const;

  private:
    struct Leg {
        bool listed = false;
        bool no_price = false;  ///< The oracle reverts for it at this block.
        bool priced = false;    ///< price_base is of this block.
        bool reverts = false;   ///< The contract's index projection overflows.
        bool unfollowed = false;
        std::uint8_t category = 0;
        Divisor unit;
        U256 price_base;
        U256 income_ray;
        U256 debt_ray;
        std::uint16_t ltv_bps = 0;
        std::uint16_t liquidation_threshold_bps = 0;
    };

    /// What of an account decides how all its reserves count.
    struct AccountTerms;
    /// What is added up over an account's reserves, in U256, or in Narrow where that suffices.
    template <class Int>
    struct SumsOf;
    using Sums = SumsOf<U256>;
    template <class Int>
    struct Amounts;

    /// One reserve's part of an account.
    struct Holding;

    enum class Added : std::uint8_t {
        kYes,
        kWithoutPrice,
        kUnfollowed,
        kOverflow  ///< Beyond Int.
    };

    /// In 256 bits, where the contract's own arithmetic ends, and says why there is no figure.
    [[nodiscard]] Figure<AccountData> wide_account(
        const AccountRecord& account, const AccountTerms& terms
    ) const;

    struct AddedAll {
        Added added = Added::kYes;
        ReserveId last = 0;  ///< Where it went wrong, if it did.
    };

    template <class Int>
    AddedAll add_all(
        SumsOf<Int>& sums, const AccountRecord& account, ReserveId except = kMaxReserves
    ) const;
    template <class Int>
    Added add(SumsOf<Int>& sums, const AccountRecord& account, ReserveId id, const AccountLeg* held)
        const;
    /// nullopt where they do not fit.
    template <class Int>
    [[nodiscard]] std::optional<Amounts<Int>> amounts(
        const AccountRecord& account, ReserveId id, const AccountLeg* held, bool as_debt
    ) const;
    /// These are false where a number does not fit, or the contract reverts.
    template <class Int>
    [[nodiscard]] bool add_collateral(
        SumsOf<Int>& sums, const Leg& leg, ReserveId id, const Int& scaled, const Int& price_base
    ) const;
    template <class Int>
    [[nodiscard]] bool add_debt(
        SumsOf<Int>& sums,
        const Leg& leg,
        const Int& scaled,
        const Int& fixed,
        const Int& price_base
    ) const;
    template <class Int>
    [[nodiscard]] bool conclude(const SumsOf<Int>& sums, AccountData& data) const;
    template <class Int>
    [[nodiscard]] std::optional<U256> health_factor_wad(const SumsOf<Int>& sums) const;
    template <class Int>
    [[nodiscard]] Int average_threshold_bps(const SumsOf<Int>& sums) const;
    [[nodiscard]] AccountTerms begin(const UserRow& user) const;
    /// What is kept of an account; its key alone when nothing is.
    [[nodiscard]] AccountRecord record(const Address& account) const;
    [[nodiscard]] Holding holding(const AccountRecord& account, ReserveId reserve) const;
    [[nodiscard]] bool in_category(const AccountTerms& terms, const Leg& leg, ReserveId reserve)
        const;
    /// Balances and debt as the account views round them; nullopt where they revert.
    [[nodiscard]] std::optional<U256> supplied(const Leg& leg, const U256& scaled) const;
    [[nodiscard]] std::optional<U256> borrowed(const Leg& leg, const U256& scaled) const;
    [[nodiscard]] std::optional<U256> borrowed_stable(const StablePositionRow* held) const;
    /// nullptr without one.
    [[nodiscard]] const StablePositionRow* stable_position(
        const AccountRecord& account, ReserveId reserve
    ) const;
    /// The reserve with the price that it has for this account.
    [[nodiscard]] Leg leg_of(const AccountTerms& terms, ReserveId reserve) const;
    /// All but the account's flag and the liquidation price; nullopt where the views revert.
    [[nodiscard]] std::optional<PositionFigures> position(
        const Leg& leg, ReserveId id, const Holding& held
    ) const;
    /// The health factor with `sums` of all other reserves and another price of this one, which is
    /// collateral; nullopt where the view overflows.
    [[nodiscard]] std::optional<U256> health_at(
        Sums sums, ReserveId reserve, bool owed, const Holding& held, const U256& price_base
    ) const;
    /// Adds all of an account but one reserve; why not where there is none.
    [[nodiscard]] Figure<bool> add_others(
        Sums& sums, const AccountRecord& account, ReserveId reserve
    ) const;
    [[nodiscard]] Figure<U256> liquidation_price(const AccountRecord& account, ReserveId reserve)
        const;
    struct Side;
    [[nodiscard]] Figure<LiquidationTerms> liquidation(
        const AccountTerms& terms,
        const AccountData& account,
        const Side& debt,
        const Side& collateral,
        const U256& debt_to_cover
    ) const;
    [[nodiscard]] Figure<LiquidationTerms> most_of(
        const LiquidationPair& pair, const AccountData& account, const U256& debt_to_cover
    ) const;
    /// nullopt where a balance overflows.
    [[nodiscard]] std::optional<LiquidationPair> liquidation_pair(
        const AccountTerms& terms, const Side& debt, const Side& collateral
    ) const;
    /// Why a reserve has no price: kNoData, kStale or kError.
    template <class T>
    [[nodiscard]] Figure<T> without_price(ReserveId reserve) const;
    template <class T>
    [[nodiscard]] Figure<T> without_category_price(std::uint8_t category) const;

    const Tables& tables_;
    MarketId market_;
    MarketRow state_;
    Rules rules_;
    eth::BlockNum block_;
    UnixSeconds timestamp_;
    Figure<bool> usable_;
    bool has_stable_debt_ = false;  ///< Of anyone.
    bool narrow_ = true;            ///< Indexes and prices are below 2^128.
    std::vector<Leg> legs_;
};

}  // namespace faultline::aave
