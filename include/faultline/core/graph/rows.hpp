// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What is kept of the graph: rows of the ledger, so a reorg takes them back and a block's batch
/// has them.
namespace faultline::graph {

struct OnlyKey {
    std::uint8_t zero = 0;
    auto operator<=>(const OnlyKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.zero); }
};

/// The block that the other rows are of: history leaves them as they were.
struct GraphRow {
    eth::BlockRef block;
    UnixSeconds timestamp;
    bool operator==(const GraphRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.block, self.timestamp); }
};

/// Who was told apart when the rows were written.
struct PinnedRow {
    Hash32 digest;  ///< Of how many are for their size, and who is besides.
    bool operator==(const PinnedRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.digest); }
};

struct EdgeRow {
    /// Of positions in the unit of their part (protocol::Leg), of liquidity in the token's smallest
    /// unit, otherwise 0: what follows from the part.
    U256 units;
    Proof proof = Proof::kConfirmed;
    /// Nothing tells how much: `units` are 0.
    bool unknown = false;
    bool operator==(const EdgeRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.units, self.proof, self.unknown); }
};

struct PartKey {
    NodeKey market;
    Hash32 part;
    auto operator<=>(const PartKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.part); }
};

/// What a side of a part is in.
struct SideTerms {
    Address token;
    std::optional<std::uint8_t> decimals;
    bool operator==(const SideTerms&) const = default;

    auto fields(this auto& self) { return std::tie(self.token, self.decimals); }
};

/// What seldom changes about a part.
struct PartRow {
    std::string name;
    SideTerms claims;
    SideTerms owed;
    std::string base_symbol;
    std::uint8_t base_decimals = 0;
    bool operator==(const PartRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.name, self.claims, self.owed, self.base_symbol, self.base_decimals);
    }
};

/// What a side of a part is worth at the end of a block.
struct SideWorth {
    protocol::Scale scale;
    Figure<U256> total_units;
    Figure<protocol::UnitPrice> price;
    bool operator==(const SideWorth&) const = default;

    auto fields(this auto& self) { return std::tie(self.scale, self.total_units, self.price); }
};

/// What every block may change about a part.
struct WorthRow {
    SideWorth claims;
    SideWorth owed;
    bool operator==(const WorthRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.claims, self.owed); }
};

struct TokenKey {
    Address token;
    auto operator<=>(const TokenKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.token); }
};

/// What a token said of itself when it was asked last.
struct TokenRow {
    std::string symbol;  ///< Printable, at most 32 bytes; empty: it told none.
    std::optional<std::uint8_t> decimals;
    /// asset(), UNDERLYING_ASSET_ADDRESS() or underlying(); zero: none of them.
    Address wraps;
    /// It names itself as what it wraps, or gives different answers: `wraps` is not followed.
    bool contradicts_itself = false;
    /// Some question had no answer: it is asked again, now and then.
    bool unanswered = false;
    bool operator==(const TokenRow&) const = default;

    auto fields(this auto& self) {
        return std::tie(
            self.symbol, self.decimals, self.wraps, self.contradicts_itself, self.unanswered
        );
    }
};

/// Which market a token says that it is of, and what that market said when it was asked last.
struct ClaimRow {
    Address market;  ///< POOL(), comptroller(), factory() of a pair, getVault(); zero: none.
    Bytes question;  ///< The call whose answer names the token; empty: there is none to ask.
    MarketWord says = MarketWord::kNone;
    bool heard = false;  ///< The market has answered, be it with a revert.
    /// Some question had no answer: it is asked again, now and then.
    bool unanswered = false;
    bool operator==(const ClaimRow&) const = default;

    /// The market is to be asked, and was not.
    [[nodiscard]] bool to_be_heard() const {
        return !market.is_zero() && !question.empty() && !heard && !unanswered;
    }

    auto fields(this auto& self) {
        return std::tie(self.market, self.question, self.says, self.heard, self.unanswered);
    }
};

/// What tells how much of another token a token has.
enum class AmountWord : std::uint8_t {
    kSaid,      ///< Its own totalAssets().
    kHeld,      ///< balanceOf() it, of the other token: what it has not passed on.
    kNothing,   ///< Neither: calls reverted, or what came is no amount.
    kNoAnswer,  ///< Nobody could carry a call through.
};

constexpr AmountWord last_of(AmountWord /*of*/) noexcept {
    return AmountWord::kNoAnswer;
}

/// How much there is behind a token that stands for another, when it was asked last.
struct WrappedRow {
    Address token;  ///< What it is of; zero: nobody could say anything, the token that neither.
    U256 amount;
    AmountWord word = AmountWord::kNothing;
    eth::BlockNum block = 0;  ///< At the end of which.
    bool operator==(const WrappedRow&) const = default;

    [[nodiscard]] bool is_of(const Address& wrapped) const {
        return token.is_zero() || token == wrapped;
    }

    auto fields(this auto& self) {
        return std::tie(self.token, self.amount, self.word, self.block);
    }
};

struct GovernorKey {
    Address contract;  ///< Of a market.
    auto operator<=>(const GovernorKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.contract); }
};

/// Who can change a contract, by its own word.
struct GovernorRow {
    std::vector<Address> governors;  ///< Sorted; empty: it tells none.
    /// Some question had no answer: it is asked again, now and then.
    bool unanswered = false;
    bool operator==(const GovernorRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.governors, self.unanswered); }
};

/// The graph's tables; ids in src/core/ledger/README.md.
struct Tables {
    static constexpr ledger::TableId kFirst = 0x0701;
    static constexpr ledger::TableId kLast = 0x07ff;

    static constexpr bool has(ledger::TableId table) noexcept {
        return table >= kFirst && table <= kLast;
    }

    /// Visits each of them: a table that is not visited is not in earlier graphs.
    template <class Self, class Visit>
    static void each(Self& self, Visit&& visit) {
        visit(self.graph);
        visit(self.edges);
        visit(self.parts);
        visit(self.worths);
        visit(self.tokens);
        visit(self.pinned);
        visit(self.governors);
        visit(self.claims);
        visit(self.wrapped);
    }

    explicit Tables(ledger::Ledger& ledger)
        : graph(ledger, kFirst),
          edges(ledger, kFirst + 1),
          parts(ledger, kFirst + 2),
          worths(ledger, kFirst + 3),
          tokens(ledger, kFirst + 4),
          pinned(ledger, kFirst + 5),
          governors(ledger, kFirst + 6),
          claims(ledger, kFirst + 7),
          wrapped(ledger, kFirst + 8) {}

    ledger::Table<OnlyKey, GraphRow> graph;
    ledger::Table<EdgeKey, EdgeRow> edges;
    ledger::Table<PartKey, PartRow> parts;
    ledger::Table<PartKey, WorthRow> worths;
    ledger::Table<TokenKey, TokenRow> tokens;
    ledger::Table<OnlyKey, PinnedRow> pinned;
    ledger::Table<GovernorKey, GovernorRow> governors;
    ledger::Table<TokenKey, ClaimRow> claims;
    ledger::Table<TokenKey, WrappedRow> wrapped;
};

}  // namespace faultline::graph

/// Instantiated once, in tables.cpp: every file that has a Tables would do it anew.
namespace faultline {
extern template class ledger::Table<graph::OnlyKey, graph::GraphRow>;
extern template class ledger::Table<graph::EdgeKey, graph::EdgeRow>;
extern template class ledger::Table<graph::PartKey, graph::PartRow>;
extern template class ledger::Table<graph::PartKey, graph::WorthRow>;
extern template class ledger::Table<graph::TokenKey, graph::TokenRow>;
extern template class ledger::Table<graph::OnlyKey, graph::PinnedRow>;
extern template class ledger::Table<graph::GovernorKey, graph::GovernorRow>;
extern template class ledger::Table<graph::TokenKey, graph::ClaimRow>;
extern template class ledger::Table<graph::TokenKey, graph::WrappedRow>;
}  // namespace faultline
