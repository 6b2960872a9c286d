// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/principal.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// What is kept of a Comet market, in the contract's own units: CometStorage.sol and the immutables
/// of Comet.sol.
namespace faultline::compound_v3 {

using protocol::MarketId;

/// Collaterals of a market: 16 bits of assetsIn and 8 of _reserved.
inline constexpr std::size_t kMostAssets = 24;

struct MarketKey {
    MarketId market = 0;
    auto operator<=>(const MarketKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market); }
};

/// totalsBasic(), as the contract answers it.
struct Totals {
    std::uint64_t supply_index = 0;  ///< 1e15 is one; not accrued to now.
    std::uint64_t borrow_index = 0;
    std::uint64_t tracking_supply_index = 0;
    std::uint64_t tracking_borrow_index = 0;
    U256 supply_principal;  ///< totalSupplyBase
    U256 borrow_principal;  ///< totalBorrowBase
    UnixSeconds last_accrual;
    std::uint8_t pause_flags = 0;
    bool operator==(const Totals&) const = default;

    [[nodiscard]] Indices indices() const {
        return {.supply = supply_index, .borrow = borrow_index};
    }

    auto fields(this auto& self) {
        return std::tie(
            self.supply_index,
            self.borrow_index,
            self.tracking_supply_index,
            self.tracking_borrow_index,
            self.supply_principal,
            self.borrow_principal,
            self.last_accrual,
            self.pause_flags
        );
    }
};

struct MarketRow {
    Totals totals;
    /// Block that the totals and prices are of; older than the tip means stale. 0: never read.
    eth::BlockNum read_at = 0;
    /// The implementation changed and did not tell of itself yet; asked again at each live block.
    bool configuration_unread = true;
    /// Principals may have changed without a log since they were last read: all that could have
    /// are read again, from the next live block on. Until then there are no figures.
    bool principals_unread = false;
    std::uint64_t unread = 0;    ///< Accounts whose principal is unread. While any is, no figures.
    U256 supplied;               ///< Sum of the principals above zero.
    U256 owed;                   ///< Sum of those below.
    std::uint64_t accounts = 0;  ///< That have a row.
    Address supplier_read_last;  ///< Where the round over suppliers stands (Plan::candidates).
    std::string degraded;        ///< Why figures cannot be trusted any more; empty when they can.

    /// Whether every account's principal is known.
    [[nodiscard]] bool principals_known() const { return !principals_unread && unread == 0; }

    auto fields(this auto& self) {
        return std::tie(
            self.totals,
            self.read_at,
            self.configuration_unread,
            self.principals_unread,
            self.unread,
            self.supplied,
            self.owed,
            self.accounts,
            self.supplier_read_last,
            self.degraded
        );
    }
};

/// getAssetInfo(i), without i.
struct AssetInfo {
    Address asset;
    Address price_feed;
    std::uint64_t scale = 0;  ///< 10 to the power of its decimals.
    std::uint64_t borrow_collateral_factor_wad = 0;
    std::uint64_t liquidate_collateral_factor_wad = 0;
    std::uint64_t liquidation_factor_wad = 0;
    U256 supply_cap_wei;
    bool operator==(const AssetInfo&) const = default;

    auto fields(this auto& self) {
        return std::tie(
            self.asset,
            self.price_feed,
            self.scale,
            self.borrow_collateral_factor_wad,
            self.liquidate_collateral_factor_wad,
            self.liquidation_factor_wad,
            self.supply_cap_wei
        );
    }
};

/// An interest rate per second of utilisation: two lines that meet at the kink. All wad.
struct RateCurve {
    std::uint64_t kink = 0;
    std::uint64_t base = 0;
    std::uint64_t slope_low = 0;
    std::uint64_t slope_high = 0;
    bool operator==(const RateCurve&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.kink, self.base, self.slope_low, self.slope_high);
    }
};

/// The immutables of the implementation.
struct Configuration {
    Address base_token;
    Address base_price_feed;
    std::uint64_t base_scale = 0;
    RateCurve supply_rate;
    RateCurve borrow_rate;
    std::uint64_t store_front_price_factor_wad = 0;
    std::uint64_t tracking_index_scale = 0;
    std::uint64_t tracking_supply_speed = 0;
    std::uint64_t tracking_borrow_speed = 0;
    U256 base_min_for_rewards_wei;
    U256 base_borrow_min_wei;
    U256 target_reserves_wei;
    std::vector<AssetInfo> assets;  ///< By offset.
    bool operator==(const Configuration&) const = default;

    /// nullptr when it is not a collateral.
    [[nodiscard]] const AssetInfo* find(const Address& asset) const;

    auto fields(this auto& self) {
        return std::tie(
            self.base_token,
            self.base_price_feed,
            self.base_scale,
            self.supply_rate,
            self.borrow_rate,
            self.store_front_price_factor_wad,
            self.tracking_index_scale,
            self.tracking_supply_speed,
            self.tracking_borrow_speed,
            self.base_min_for_rewards_wei,
            self.base_borrow_min_wei,
            self.target_reserves_wei,
            self.assets
        );
    }
};

/// The base token or a collateral, or a price feed.
struct ContractKey {
    MarketId market = 0;
    Address address;
    auto operator<=>(const ContractKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.address); }
};

struct TokenRow {
    U256 total;    ///< totalsCollateral(asset).totalSupplyAsset, by Comet's logs.
    U256 held;     ///< Sum of what the accounts have.
    U256 balance;  ///< balanceOf(comet), by the token's own logs.
    /// The balance is not known; asked at each live block until it is.
    bool balance_unread = true;
    bool operator==(const TokenRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.total, self.held, self.balance, self.balance_unread);
    }
};

enum class PriceState : std::uint8_t {
    kUnread,
    kValue,
    kNone,  ///< The feed reverts or says zero or less, and so does every view that needs it.
};

constexpr PriceState last_of(PriceState /*of*/) noexcept {
    return PriceState::kNone;
}

struct PriceRow {
    PriceState state = PriceState::kUnread;
    U256 price_base;  ///< 8 decimals.
    bool operator==(const PriceRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.state, self.price_base); }
};

struct AccountKey {
    MarketId market = 0;
    Address account;
    auto operator<=>(const AccountKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account); }
};

struct CollateralBalance {
    Address asset;
    U256 amount_wei;  ///< Never zero.
    bool operator==(const CollateralBalance&) const = default;

    auto fields(this auto& self) { return std::tie(self.asset, self.amount_wei); }
};

struct AccountRow {
    Principal principal;
    /// A log changed the principal to what it does not tell; not to be trusted until it is read.
    bool unread = false;
    std::vector<CollateralBalance> collateral;  ///< By asset.
    bool operator==(const AccountRow&) const = default;

    [[nodiscard]] U256 balance(const Address& asset) const;
    void set_balance(const Address& asset, const U256& amount_wei);

    auto fields(this auto& self) { return std::tie(self.principal, self.unread, self.collateral); }
};

/// The rows of all Comet markets of a chain.
struct Tables {
    explicit Tables(ledger::Ledger& ledger);

    ledger::Table<MarketKey, MarketRow> markets;
    ledger::Table<MarketKey, Configuration> configurations;
    ledger::Table<ContractKey, TokenRow> tokens;
    ledger::Table<ContractKey, PriceRow> prices;
    ledger::Table<AccountKey, AccountRow> accounts;
    protocol::Governors governors;  ///< Of the Comets: a timelock.
    /// Of the proxies: who can change the code, by their logs; no view tells.
    protocol::Governors admins;

    /// Without a row, what the contract has of somebody it never saw.
    [[nodiscard]] AccountRow account(MarketId market, const Address& account) const;
    /// Stores an account and the sums that follow; its row goes when nothing is left in it.
    void set_account(MarketId market, const Address& account, AccountRow row);

    /// `change(AccountRow&)`
    template <class F>
    void edit_account(MarketId market, const Address& account, F&& change) {
        AccountRow row = this->account(market, account);
        std::forward<F>(change)(row);
        set_account(market, account, std::move(row));
    }

    /// `visit(address, row)`, in no particular order.
    template <class F>
    void each_account(MarketId market, F&& visit) const {
        accounts.for_each_unordered([&](const AccountKey& key, const AccountRow& row) {
            if (key.market == market) {
                visit(key.account, row);
            }
        });
    }
};

}  // namespace faultline::compound_v3

/// Instantiated once, in tables.cpp: every file that has a Tables would do it anew.
namespace faultline {
extern template class ledger::Table<compound_v3::MarketKey, compound_v3::MarketRow>;
extern template class ledger::Table<compound_v3::MarketKey, compound_v3::Configuration>;
extern template class ledger::Table<compound_v3::ContractKey, compound_v3::TokenRow>;
extern template class ledger::Table<compound_v3::ContractKey, compound_v3::PriceRow>;
extern template class ledger::Table<compound_v3::AccountKey, compound_v3::AccountRow>;
}  // namespace faultline
