// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What is kept of a Comptroller and its cTokens, in the contracts' own units: "wad" is what they
/// call a mantissa. Sources: ComptrollerStorage.sol, CTokenInterfaces.sol (a3214f6).
namespace faultline::compound_v2 {

using protocol::MarketId;

struct MarketKey {
    MarketId market = 0;
    auto operator<=>(const MarketKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market); }
};

struct MarketRow {
    Address implementation;  ///< comptrollerImplementation() of the Unitroller.
    Address oracle;
    Address vai_controller;  ///< Venus: what its debts are is in no log of a cToken.
    U256 close_factor_wad;
    U256 liquidation_incentive_wad;
    bool transfers_paused = false;
    bool seizures_paused = false;
    std::vector<Address> ctokens;     ///< getAllMarkets(), in its order.
    std::vector<Address> candidates;  ///< Name this Comptroller and are not listed; oldest first.
    std::uint64_t read_block = 0;     ///< Of the last prices; older than the tip means stale.
    std::uint64_t holders = 0;        ///< Accounts with a row.
    std::string degraded;  ///< Why figures cannot be trusted any more; empty when they can.

    auto fields(this auto& self) {
        return std::tie(
            self.implementation,
            self.oracle,
            self.vai_controller,
            self.close_factor_wad,
            self.liquidation_incentive_wad,
            self.transfers_paused,
            self.seizures_paused,
            self.ctokens,
            self.candidates,
            self.read_block,
            self.holders,
            self.degraded
        );
    }
};

struct CTokenKey {
    MarketId market = 0;
    Address ctoken;
    auto operator<=>(const CTokenKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.ctoken); }
};

/// What a cToken lends.
enum class Underlying : std::uint8_t {
    kUnknown,  ///< Not told yet.
    kErc20,
    kNative,  ///< It has no underlying(): ether, or what the chain has in its place.
};

constexpr Underlying last_of(Underlying /*of*/) noexcept {
    return Underlying::kNative;
}

/// Which of the two forms of AccrueInterest a cToken logs; their supply rates round differently.
enum class Generation : std::uint8_t {
    kUnknown,
    kFirst,    ///< Of 2019, not upgradable: three words.
    kCurrent,  ///< Four words, the cash before the operation among them.
};

constexpr Generation last_of(Generation /*of*/) noexcept {
    return Generation::kCurrent;
}

/// Where the borrow rate of a cToken comes from.
enum class RateSource : std::uint8_t {
    kUnchecked,  ///< The model's logged parameters; not held to the contract's own rate yet.
    kModel,      ///< The model's parameters, which gave the contract's own rate.
    kRead,       ///< They did not, or are not known: the rate is read at each live block.
};

constexpr RateSource last_of(RateSource /*of*/) noexcept {
    return RateSource::kRead;
}

struct CTokenRow {
    bool listed = false;
    bool unread = false;  ///< Its beginning was not followed: its state has to be read.
    Generation generation = Generation::kUnknown;
    Underlying underlying_kind = Underlying::kUnknown;
    Address underlying;
    Address implementation;  ///< Zero of one that is not upgradable.
    Address model;           ///< interestRateModel.
    U256 collateral_factor_wad;
    U256 reserve_factor_wad;
    bool comped = false;  ///< isComped: set by the Comptrollers of 2020 alone.
    bool mint_paused = false;
    bool borrow_paused = false;
    U256 cash;                     ///< Of the underlying.
    bool cash_by_logs = false;     ///< Of the underlying's transfers, else read at each live block.
    bool cash_checked = false;     ///< Held to getCash() since it is followed by logs.
    std::uint64_t cash_block = 0;  ///< When it was read last.
    U256 total_borrows;
    U256 total_reserves;
    U256 total_supply;  ///< By Mint, Redeem and seized reserves.
    U256 held;          ///< Sum over accounts, by transfers: equals total_supply after a block.
    U256 borrow_index_wad;
    std::uint64_t accrual_block = 0;
    std::optional<U256> initial_rate_wad;  ///< Exchange rate while there is no supply.
    RateSource rate_source = RateSource::kUnchecked;
    U256 rate_wad;  ///< Per block, as read last.
    std::uint64_t rate_block = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.listed,
            self.unread,
            self.generation,
            self.underlying_kind,
            self.underlying,
            self.implementation,
            self.model,
            self.collateral_factor_wad,
            self.reserve_factor_wad,
            self.comped,
            self.mint_paused,
            self.borrow_paused,
            self.cash,
            self.cash_by_logs,
            self.cash_checked,
            self.cash_block,
            self.total_borrows,
            self.total_reserves,
            self.total_supply,
            self.held,
            self.borrow_index_wad,
            self.accrual_block,
            self.initial_rate_wad,
            self.rate_source,
            self.rate_wad,
            self.rate_block
        );
    }
};

struct AccountKey {
    MarketId market = 0;
    Address account;
    auto operator<=>(const AccountKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account); }
};

/// An account that entered a cToken's market or has a position in one.
struct AccountRow {
    std::vector<Address> entered;  ///< accountAssets, in its order: getAssetsIn().
    std::uint32_t positions = 0;   ///< Rows of it among the positions.
    bool operator==(const AccountRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.entered, self.positions); }
};

struct PositionKey {
    MarketId market = 0;
    Address ctoken;
    Address account;
    auto operator<=>(const PositionKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.ctoken, self.account); }
};

struct PositionRow {
    U256 tokens;              ///< balanceOf: cTokens.
    U256 principal;           ///< accountBorrows: what was owed when the index was
    U256 interest_index_wad;  ///< this.
    bool operator==(const PositionRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.tokens, self.principal, self.interest_index_wad);
    }
};

/// A debt whose principal was not logged since a bootstrap: its row is what was owed when it was
/// read, and exact while the borrow index is still that one.
struct UnsettledRow {
    auto fields(this auto& /*self*/) { return std::tuple<>(); }
};

struct ContractKey {
    Address contract;
    auto operator<=>(const ContractKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.contract); }
};

/// Parameters of an interest rate model, per block.
struct ModelRow {
    bool jumps = false;  ///< Else of the white paper: no kink.
    bool named = false;  ///< By a cToken; a model that is not may be forgotten.
    U256 base_wad;
    U256 multiplier_wad;
    U256 jump_multiplier_wad;
    U256 kink_wad;

    auto fields(this auto& self) {
        return std::tie(
            self.jumps,
            self.named,
            self.base_wad,
            self.multiplier_wad,
            self.jump_multiplier_wad,
            self.kink_wad
        );
    }
};

/// Models that no cToken named yet, oldest first: anybody can log as one.
struct UnnamedRow {
    std::vector<Address> models;

    auto fields(this auto& self) { return std::tie(self.models); }
};

struct UnderlyingKey {
    MarketId market = 0;
    Address underlying;
    auto operator<=>(const UnderlyingKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.underlying); }
};

/// The cTokens whose cash is of that token.
struct UnderlyingRow {
    std::vector<Address> ctokens;

    auto fields(this auto& self) { return std::tie(self.ctokens); }
};

struct CapRow {
    U256 borrow_cap_wei;  ///< borrowCaps; 0 is no cap. Kept apart: a cap may come before a listing.

    auto fields(this auto& self) { return std::tie(self.borrow_cap_wei); }
};

enum class PriceState : std::uint8_t {
    kUnread,  ///< Nobody answered at the last live block.
    kKnown,
    kReverts,  ///< The oracle reverts for it, and so does every view that needs it.
};

constexpr PriceState last_of(PriceState /*of*/) noexcept {
    return PriceState::kReverts;
}

struct PriceRow {
    PriceState state = PriceState::kUnread;
    U256 price_wad;  ///< getUnderlyingPrice: scaled so that an amount times it is base * 1e18.
    bool operator==(const PriceRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.state, self.price_wad); }
};

/// All tables of one chain, shared by its markets.
struct Tables {
    explicit Tables(ledger::Ledger& ledger)
        : markets(ledger, 0x0501),
          ctokens(ledger, 0x0502),
          accounts(ledger, 0x0503),
          positions(ledger, 0x0504),
          unsettled(ledger, 0x0505),
          models(ledger, 0x0506),
          unnamed(ledger, 0x0507),
          underlyings(ledger, 0x0508),
          caps(ledger, 0x0509),
          prices(ledger, 0x050a),
          admins(ledger, 0x050b) {}

    ledger::Table<MarketKey, MarketRow> markets;
    ledger::Table<CTokenKey, CTokenRow> ctokens;
    ledger::Table<AccountKey, AccountRow> accounts;
    ledger::Table<PositionKey, PositionRow> positions;
    ledger::Table<PositionKey, UnsettledRow> unsettled;
    ledger::Table<ContractKey, ModelRow> models;
    ledger::Table<MarketKey, UnnamedRow> unnamed;  ///< One row, of market 0.
    ledger::Table<UnderlyingKey, UnderlyingRow> underlyings;
    ledger::Table<CTokenKey, CapRow> caps;
    ledger::Table<CTokenKey, PriceRow> prices;
    protocol::Governors admins;  ///< Of the Comptroller: mostly a timelock.
};

}  // namespace faultline::compound_v2

/// Instantiated once, in tables.cpp: every file that has a Tables would do it anew.
namespace faultline {
extern template class ledger::Table<compound_v2::MarketKey, compound_v2::MarketRow>;
extern template class ledger::Table<compound_v2::CTokenKey, compound_v2::CTokenRow>;
extern template class ledger::Table<compound_v2::AccountKey, compound_v2::AccountRow>;
extern template class ledger::Table<compound_v2::PositionKey, compound_v2::PositionRow>;
extern template class ledger::Table<compound_v2::PositionKey, compound_v2::UnsettledRow>;
extern template class ledger::Table<compound_v2::ContractKey, compound_v2::ModelRow>;
extern template class ledger::Table<compound_v2::MarketKey, compound_v2::UnnamedRow>;
extern template class ledger::Table<compound_v2::UnderlyingKey, compound_v2::UnderlyingRow>;
extern template class ledger::Table<compound_v2::CTokenKey, compound_v2::CapRow>;
extern template class ledger::Table<compound_v2::CTokenKey, compound_v2::PriceRow>;
}  // namespace faultline
