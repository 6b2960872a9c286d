// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

/// A market keeps so many cTokens that name its Comptroller and are not listed: anybody can.
inline constexpr std::size_t kMostCandidates = 64;
/// So many interest rate models are kept that no cToken named yet: those of every fork log alike,
/// and days may pass until governance puts one in force.
inline constexpr std::size_t kMostUnnamedModels = 1024;

/// What the newest log of a cToken says of the one after it: a mint or burn is told by two logs.
struct Pending {
    enum class Kind : std::uint8_t {
        kNothing,
        kMint,      ///< The Transfer from the cToken is expected.
        kTransfer,  ///< To the cToken: a burn when Redeem or ReservesAdded follows.
    };

    Kind kind = Kind::kNothing;
    Address account;
    U256 tokens;
};

/// What the logs of one transaction say of each other; forgotten at its end.
struct TransactionMemory {
    std::map<CTokenKey, Pending> pending;
    Pending before;  ///< What the log before the one being folded, of the same cToken, left.
};

/// Something to tell people, before it is known where.
struct Note {
    protocol::IncidentKind kind = protocol::IncidentKind::kNotice;
    std::string text;
};

/// A cToken is listed whose transfers are not asked for.
Error not_among_tokens(const MarketConfig& config, const Address& ctoken);

/// One log being folded into one market: the rows it may touch and the block it is in.
struct Transition {
    Tables& tables;
    MarketId market;
    const MarketConfig& config;
    const eth::Block& block;
    TransactionMemory& memory;
    std::vector<Note>& notes;

    [[nodiscard]] eth::BlockNum number() const { return block.header.ref.number; }

    [[nodiscard]] CTokenKey key(const Address& ctoken) const {
        return {.market = market, .ctoken = ctoken};
    }

    /// `change(MarketRow&)`
    template <class F>
    void edit_market(F&& change) {
        tables.markets.update({market}, std::forward<F>(change));
    }

    /// `change(CTokenRow&)` @pre the cToken has a row
    template <class F>
    void edit_ctoken(const Address& ctoken, F&& change) {
        tables.ctokens.update(key(ctoken), std::forward<F>(change));
    }

    /// The row of a listed cToken; kMissing says that following began too late.
    [[nodiscard]] Result<CTokenRow> listed(const Address& ctoken) const;

    /// A note about a cToken, when it is listed: what others log is nobody's business.
    void tell(const Address& ctoken, protocol::IncidentKind kind, std::string text);

    [[nodiscard]] PositionRow position(const Address& ctoken, const Address& account) const;
    /// Stores a position, and with it that the account has one.
    void set_position(const Address& ctoken, const Address& account, const PositionRow& row);

    /// `change(AccountRow&)`; the row goes when nothing is left in it.
    template <class F>
    void edit_account(const Address& account, F&& change) {
        const AccountKey at{.market = market, .account = account};
        const AccountRow* found = tables.accounts.find(at);
        const AccountRow before = found == nullptr ? AccountRow{} : *found;
        AccountRow row = before;
        std::forward<F>(change)(row);
        if (row != before) {
            store_account(at, row, found != nullptr);
        }
    }

    void store_account(const AccountKey& at, const AccountRow& row, bool known);

    /// Moves an account's cTokens and the sum of them. kCorrupt when there are not so many.
    Result<void> credit(const Address& ctoken, const Address& account, const U256& tokens);
    Result<void> debit(const Address& ctoken, const Address& account, const U256& tokens);
};

/// Folds one log. After an error the rows cannot be trusted: the market is then degraded.
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

/// nullptr where none of them is of that topic.
Handler find_handler(std::span<const HandlerEntry> handlers, const Hash32& topic0);

/// What a contract may emit. Sorted by topic.
std::span<const HandlerEntry> comptroller_handlers();
std::span<const HandlerEntry> ctoken_handlers();  ///< Also before it is listed.
std::span<const HandlerEntry> token_handlers();   ///< Of a listed cToken: what accounts do.

/// A log of a known cToken. Of one that is not listed only its configuration is taken.
Result<void> apply_ctoken_log(Transition& at, const eth::Log& log);
/// NewComptroller of anybody: a cToken that names this market's Comptroller becomes a candidate.
void apply_candidate(Transition& at, const eth::Log& log);
/// Transfer of a token that listed cTokens lend: moves their cash.
void apply_underlying_transfer(
    Transition& at, const std::vector<Address>& ctokens, const eth::Log& log
);
/// NewInterestParams of anybody.
void apply_model_params(Tables& tables, const eth::Log& log);
/// A cToken names a model, which is kept from then on.
void keep_model(Tables& tables, const Address& model);
/// A cToken's underlying, by the answer to underlying(). `from_start`: nothing of it was sent to
/// the cToken before, so transfers tell all of its cash.
void set_underlying(
    Transition& at, const Address& ctoken, const eth::ReadAnswer& answer, bool from_start
);

/// A log that does not fit the rows.
Error contradiction(const eth::Log& log, const std::string& what);

}  // namespace faultline::compound_v2
