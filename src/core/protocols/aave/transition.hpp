// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/scaled_balance.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/transaction_memory.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace faultline::aave {

/// Of an asset: 10 to the power of more does not fit a word.
inline constexpr std::uint8_t kMostDecimals = 77;

/// One log being folded into one market: the rows it may touch and the block it is in.
struct Transition {
    Tables& tables;
    MarketId market;
    const MarketConfig& config;
    const eth::Block& block;
    TransactionMemory& memory;

    [[nodiscard]] UnixSeconds now() const { return block.header.timestamp; }

    /// The market's row; before its first, one with the configured oracle.
    [[nodiscard]] MarketRow market_row() const;

    /// Those of the pool's revision; of the newest release until it is read, which is made good
    /// then (upgrades.cpp).
    [[nodiscard]] const Rules& rules() const;

    /// Id of a listed asset; kMissing says that following began too late.
    [[nodiscard]] Result<ReserveId> reserve_of(const Address& asset) const;

    /// `change(ReserveRow&)` for a listed asset.
    template <class F>
    Result<void> edit_reserve(const Address& asset, F&& change) {
        FAULTLINE_TRY(const ReserveId id, reserve_of(asset));
        tables.reserves.update({.market = market, .reserve = id}, std::forward<F>(change));
        return {};
    }

    /// `change(UserRow&)`; the row goes when nothing is left in it.
    template <class F>
    void edit_user(const Address& account, F&& change) {
        const UserKey key{.market = market, .account = account};
        const UserRow* found = tables.users.find(key);
        const UserRow before = found == nullptr ? UserRow{} : *found;
        UserRow row = before;
        std::forward<F>(change)(row);
        if (row == UserRow{}) {
            tables.users.erase(key);
        } else if (row != before) {
            tables.users.put(key, row);
        }
    }

    /// What the contract does before it changes a reserve: indexes, treasury and time as of now.
    /// Nothing when it was done in this block before. Returns what was accrued, scaled. kCorrupt
    /// where the contract would revert.
    Result<U256> update_state(ReserveId reserve);
    /// The same before a log of the variable debt token, and remembers what was accrued until the
    /// operation is over.
    Result<void> update_for_debt(ReserveId reserve);

    /// Notes what an account owes of a reserve, before its first debt log of an operation, where
    /// the borrow flag goes by it. Brings the reserve up to date.
    Result<void> note_debt(const Address& account, ReserveId reserve);
    /// The operation is over: clears the borrow flag when `paid` is all that was owed before it.
    void settle_debt(const Address& account, ReserveId reserve, const U256& paid);
    /// The operation is over, and was no payment.
    void forget_debt(const Address& account, ReserveId reserve);

    [[nodiscard]] PositionRow position(const Address& account, ReserveId reserve) const;
    /// Stores a position and the bits of the user that follow from it.
    void set_position(const Address& account, ReserveId reserve, const PositionRow& row);
};

/// Folds one log. After an error the rows cannot be trusted: the market is then marked degraded.
using Handler = Result<void> (*)(Transition&, const eth::Log&);

struct HandlerEntry {
    Hash32 topic0;
    Handler handler = nullptr;
};

template <class Event>
constexpr HandlerEntry entry(Handler handler) {
    return {.topic0 = Event::kTopic0, .handler = handler};
}

/// Sorted by topic, as they are looked up.
template <class... Entries>
constexpr std::array<HandlerEntry, sizeof...(Entries)> handlers_of(Entries... entries) {
    std::array<HandlerEntry, sizeof...(Entries)> handlers{entries...};
    std::ranges::sort(handlers, {}, &HandlerEntry::topic0);
    return handlers;
}

/// Which events each kind of contract may emit. Sorted by topic.
std::span<const HandlerEntry> pool_handlers();
std::span<const HandlerEntry> liquidation_handlers();  ///< Of the pool.
std::span<const HandlerEntry> reserve_handlers();      ///< Of the configurator, about reserves.
std::span<const HandlerEntry> emode_handlers();        ///< Of the configurator, about eModes.
std::span<const HandlerEntry> upgrade_handlers();      ///< Of the configurator, about its proxies.
std::span<const HandlerEntry> provider_handlers();

/// A name as a provider's identifiers have it: its characters from the left.
Hash32 identifier(std::string_view name);
/// The oracle that a log of the provider puts in force, be it by setPriceOracle or by setAddress;
/// nullopt when it puts none.
std::optional<Address> oracle_named(const MarketConfig& config, const eth::Log& log);
/// Handler of every log that may.
Result<void> on_oracle(Transition& at, const eth::Log& log);

/// What V2's contracts log otherwise, to be looked for first.
std::span<const HandlerEntry> v2_pool_handlers();
std::span<const HandlerEntry> v2_configurator_handlers();
std::span<const HandlerEntry> v2_provider_handlers();

/// A mint or burn as a token logs it.
struct TokenChange {
    enum class Kind : std::uint8_t {
        kMint,
        kBurn
    };

    Address account;
    TokenLog log;
    Kind kind = Kind::kMint;
};

/// Changes an account's scaled balance, and the total with it. kCorrupt when they do not fit.
Result<void> change_scaled(Transition& at, const ContractRow& token, const TokenChange& change);

/// Mint, Burn or BalanceTransfer of a known token.
Result<void> apply_token_log(Transition& at, const ContractRow& token, const eth::Log& log);
/// The same of a token of V2.
Result<void> apply_v2_token_log(Transition& at, const ContractRow& token, const eth::Log& log);
/// Mint or Burn of a known token of fixed-rate debt.
Result<void> apply_stable_debt_log(Transition& at, ReserveId reserve, const eth::Log& log);
/// Remembers the decimals of a token proxy that is being initialised for this market's pool.
Result<void> apply_token_initialized(Transition& at, const eth::Log& log);

}  // namespace faultline::aave
