// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocols/aave/account_rows.hpp>  // IWYU pragma: export
#include <faultline/core/protocols/aave/accounts.hpp>      // IWYU pragma: export
#include <faultline/core/protocols/aave/reserve_bits.hpp>  // IWYU pragma: export
#include <faultline/core/protocols/aave/rules.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What is kept of an Aave market, in the contracts' own units:
/// DataTypes.sol, ReserveConfiguration.sol, AaveOracle.sol.
namespace faultline::aave {

/// eMode categories are 1 to this.
inline constexpr unsigned kMaxCategory = 255;

struct MarketKey {
    MarketId market = 0;
    auto operator<=>(const MarketKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market); }
};

/// What a proxy of a market was given to run.
struct Implementation {
    Address proxy;
    Address code;
    bool operator==(const Implementation&) const = default;

    auto fields(this auto& self) { return std::tie(self.proxy, self.code); }
};

struct MarketRow {
    Generation generation = Generation::kV3;
    Address oracle;                   ///< AaveOracle in force.
    std::uint64_t pool_revision = 0;  ///< What the rows follow, of its generation; 0 until read.
    /// Of pool and tokens, what they run since then and did not tell of themselves when asked. Code
    /// stays where it is, so it is asked again at each live block; until then there are no figures.
    std::vector<Implementation> unread_implementations;
    /// Block of the last price read; older than the tip means stale.
    std::uint64_t prices_block = 0;
    ReserveId reserve_count = 0;  ///< Length of reservesList, holes included.
    Address mock_stable_token;    ///< PoolAddressesProvider.getAddress("MOCK_STABLE_DEBT").
    Address sentinel;  ///< PoolAddressesProvider.getPriceOracleSentinel(); asked until 3.6.
    /// FLASHLOAN_PREMIUM_TOTAL and _TO_PROTOCOL, BRIDGE_PROTOCOL_FEE; unknown until logged.
    std::optional<std::uint16_t> flash_premium_bps;
    std::optional<std::uint16_t> flash_premium_to_protocol_bps;
    std::optional<std::uint16_t> bridge_fee_bps;
    bool paused = false;         ///< V2: LendingPool.paused(); V3 pauses reserves.
    Address collateral_manager;  ///< V2: getLendingPoolCollateralManager().
    /// By one that may hold liquidations back (LIQUIDATIONS_GRACE_SENTINEL), which is not read.
    bool collateral_manager_replaced = false;
    std::string degraded;  ///< Why figures cannot be trusted any more; empty when they can.

    auto fields(this auto& self) {
        return std::tie(
            self.generation,
            self.oracle,
            self.pool_revision,
            self.unread_implementations,
            self.prices_block,
            self.reserve_count,
            self.mock_stable_token,
            self.sentinel,
            self.flash_premium_bps,
            self.flash_premium_to_protocol_bps,
            self.bridge_fee_bps,
            self.paused,
            self.collateral_manager,
            self.collateral_manager_replaced,
            self.degraded
        );
    }
};

/// What the rows of a market follow: the rules of what its pool runs, and of the newest release
/// until that is known (upgrades.hpp makes it good then).
const Rules& rules_in_force(const MarketRow& market);
/// The same; of V3's newest release where there is no row, so nothing to follow.
const Rules& rules_in_force(const MarketRow* market);

struct ReserveKey {
    MarketId market = 0;
    ReserveId reserve = 0;
    auto operator<=>(const ReserveKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.reserve); }
};

/// Configuration bits of a reserve (ReserveConfiguration.sol), in basis points and whole tokens.
struct ReserveConfig {
    std::uint8_t decimals = 0;
    std::uint16_t ltv_bps = 0;
    std::uint16_t liquidation_threshold_bps = 0;
    std::uint16_t liquidation_bonus_bps = 0;
    std::uint16_t reserve_factor_bps = 0;
    std::uint16_t liquidation_protocol_fee_bps = 0;
    bool active = false;
    bool frozen = false;
    bool paused = false;
    bool borrowing = false;
    bool flash_loans = false;
    bool siloed_borrowing = false;
    bool borrowable_in_isolation = false;
    bool stable_borrowing = false;    ///< Until 3.1.
    std::uint8_t emode_category = 0;  ///< Until 3.1.
    U256 unbacked_cap_tokens;         ///< Until 3.3.
    U256 supply_cap_tokens;           ///< 0 is no cap.
    U256 borrow_cap_tokens;           ///< 0 is no cap.
    U256 debt_ceiling_cents;  ///< Isolated collateral: USD with 2 decimals; 0 is not isolated.
    std::uint64_t liquidation_grace_until_s = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.decimals,
            self.ltv_bps,
            self.liquidation_threshold_bps,
            self.liquidation_bonus_bps,
            self.reserve_factor_bps,
            self.liquidation_protocol_fee_bps,
            self.active,
            self.frozen,
            self.paused,
            self.borrowing,
            self.flash_loans,
            self.siloed_borrowing,
            self.borrowable_in_isolation,
            self.stable_borrowing,
            self.emode_category,
            self.unbacked_cap_tokens,
            self.supply_cap_tokens,
            self.borrow_cap_tokens,
            self.debt_ceiling_cents,
            self.liquidation_grace_until_s
        );
    }
};

/// Debt at fixed rates of a reserve (StableDebtToken.sol, until 3.1).
struct StableTotal {
    U256 principal;
    U256 average_rate_ray;
    UnixSeconds updated;

    auto fields(this auto& self) {
        return std::tie(self.principal, self.average_rate_ray, self.updated);
    }
};

struct ReserveRow {
    Address asset;
    Address a_token;
    Address v_token;
    Address s_token;  ///< Of fixed-rate debt, until 3.1; later whatever ReserveInitialized named.
    ReserveConfig config;
    U256 liquidity_index_ray;
    U256 liquidity_rate_ray;
    U256 variable_borrow_index_ray;
    U256 variable_borrow_rate_ray;
    UnixSeconds last_update;
    U256 scaled_supply;               ///< aToken scaledTotalSupply().
    U256 scaled_debt;                 ///< vToken scaledTotalSupply().
    U256 virtual_underlying_balance;  ///< Pool.getVirtualUnderlyingBalance().
    U256 deficit;                     ///< Pool.getReserveDeficit().
    U256 isolation_debt_cents;        ///< isolationModeTotalDebt.
    U256 accrued_to_treasury;         ///< Scaled; minted as aTokens by mintToTreasury.
    bool treasury_unknown = false;    ///< What was added depends on what was not read by then.
    Address strategy;                 ///< interestRateStrategyAddress.
    U256 stable_rate_ray;             ///< currentStableBorrowRate, until 3.1.
    StableTotal stable;
    U256 unbacked;            ///< aTokens minted without underlying, until 3.3.
    bool unfollowed = false;  ///< Its tokens' logs tell no balances: MarketConfig.

    auto fields(this auto& self) {
        return std::tie(
            self.asset,
            self.a_token,
            self.v_token,
            self.s_token,
            self.config,
            self.liquidity_index_ray,
            self.liquidity_rate_ray,
            self.variable_borrow_index_ray,
            self.variable_borrow_rate_ray,
            self.last_update,
            self.scaled_supply,
            self.scaled_debt,
            self.virtual_underlying_balance,
            self.deficit,
            self.isolation_debt_cents,
            self.accrued_to_treasury,
            self.treasury_unknown,
            self.strategy,
            self.stable_rate_ray,
            self.stable,
            self.unbacked,
            self.unfollowed
        );
    }
};

/// Names a contract of a market: a token of one of its reserves, or the underlying asset.
struct ContractKey {
    MarketId market = 0;
    Address address;
    auto operator<=>(const ContractKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.address); }
};

enum class ContractRole : std::uint8_t {
    kAsset,
    kAToken,
    kVariableDebtToken,
    kStableDebtToken
};

constexpr ContractRole last_of(ContractRole /*of*/) noexcept {
    return ContractRole::kStableDebtToken;
}

struct ContractRow {
    ContractRole role = ContractRole::kAsset;
    ReserveId reserve = 0;
    Rounding rounding = Rounding::kDirected;  ///< Of an aToken or variable debt token.

    auto fields(this auto& self) { return std::tie(self.role, self.reserve, self.rounding); }
};

struct EModeKey {
    MarketId market = 0;
    std::uint8_t category = 0;
    auto operator<=>(const EModeKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.category); }
};

struct EModeRow {
    std::uint16_t ltv_bps = 0;
    std::uint16_t liquidation_threshold_bps = 0;
    std::uint16_t liquidation_bonus_bps = 0;
    U256 collateral_bits;  ///< Bit n: reserve n counts with the category's parameters.
    U256 borrowable_bits;
    U256 ltv_zero_bits;
    bool isolated = false;  ///< 3.7: collateral outside `collateral_bits` lends nothing.
    Address price_source;   ///< Until 3.1, if not zero: what the oracle prices its assets by.
    std::string label;
    bool operator==(const EModeRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(
            self.ltv_bps,
            self.liquidation_threshold_bps,
            self.liquidation_bonus_bps,
            self.collateral_bits,
            self.borrowable_bits,
            self.ltv_zero_bits,
            self.isolated,
            self.price_source,
            self.label
        );
    }
};

enum class PriceState : std::uint8_t {
    kKnown,
    kNone,    ///< The oracle reverts for this asset, and so does every view that needs it.
    kUnread,  ///< The read got no answer: it has a price or not, who knows.
};

constexpr PriceState last_of(PriceState /*of*/) noexcept {
    return PriceState::kUnread;
}

struct PriceRow {
    U256 price_base;  ///< AaveOracle.getAssetPrice, in the market's BaseCurrency.
    PriceState state = PriceState::kKnown;
    bool operator==(const PriceRow&) const = default;

    [[nodiscard]] bool known() const noexcept { return state == PriceState::kKnown; }

    auto fields(this auto& self) { return std::tie(self.price_base, self.state); }
};

/// Where an oracle has the price of a reserve's asset from, by its own word.
struct FeedRow {
    Address oracle;  ///< Whose word it is; of one that is in force no more, it tells nothing.
    Address source;  ///< AaveOracle.getSourceOfAsset; zero: it told none.
    bool operator==(const FeedRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.oracle, self.source); }
};

/// All Aave tables of one chain, shared by its markets.
struct Tables {
    explicit Tables(ledger::Ledger& ledger)
        : markets(ledger, 0x0101),
          reserves(ledger, 0x0102),
          contracts(ledger, 0x0103),
          emodes(ledger, 0x0104),
          users(ledger, 0x0105, UserRows(accounts)),
          positions(ledger, 0x0106, PositionRows(accounts)),
          prices(ledger, 0x0107),
          stable_positions(ledger, 0x0108),
          category_prices(ledger, 0x0109),
          feeds(ledger, 0x010c),
          acl_managers(ledger, 0x010d),
          payloads_controllers(ledger, 0x010e) {}

    Accounts accounts;  ///< Where users and positions are; written through these two alone.
    ledger::Table<MarketKey, MarketRow> markets;
    ledger::Table<ReserveKey, ReserveRow> reserves;
    ledger::Table<ContractKey, ContractRow> contracts;
    ledger::Table<EModeKey, EModeRow> emodes;
    ledger::Table<UserKey, UserRow, UserRows> users;
    ledger::Table<PositionKey, PositionRow, PositionRows> positions;
    ledger::Table<ReserveKey, PriceRow> prices;
    ledger::Table<PositionKey, StablePositionRow> stable_positions;
    ledger::Table<EModeKey, PriceRow> category_prices;  ///< Of categories with a price source.
    ledger::Table<ReserveKey, FeedRow> feeds;
    protocol::Governors acl_managers;          ///< Of V3: whose logs tell roles.
    protocol::Governors payloads_controllers;  ///< Who gives the admin's executor its orders.
};

}  // namespace faultline::aave

/// Instantiated once, in tables.cpp: every file that has a Tables would do it anew.
namespace faultline {
extern template class ledger::Table<aave::MarketKey, aave::MarketRow>;
extern template class ledger::Table<aave::ReserveKey, aave::ReserveRow>;
extern template class ledger::Table<aave::ContractKey, aave::ContractRow>;
extern template class ledger::Table<aave::EModeKey, aave::EModeRow>;
extern template class ledger::Table<aave::UserKey, aave::UserRow, aave::UserRows>;
extern template class ledger::Table<aave::PositionKey, aave::PositionRow, aave::PositionRows>;
extern template class ledger::Table<aave::ReserveKey, aave::PriceRow>;
extern template class ledger::Table<aave::PositionKey, aave::StablePositionRow>;
extern template class ledger::Table<aave::EModeKey, aave::PriceRow>;
extern template class ledger::Table<aave::ReserveKey, aave::FeedRow>;
}  // namespace faultline
