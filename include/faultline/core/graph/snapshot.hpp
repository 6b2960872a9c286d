// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The stock graph of one chain at the end of a block, as a value: what queries, metrics and
/// exports work on, and what does not change while they do.
namespace faultline::graph {

/// Places in Snapshot::nodes.
using NodeIndex = std::uint32_t;

/// Decimals of all values.
inline constexpr unsigned kUsdDecimals = 8;

/// How far what is said of a token's underlying or issuer was shown.
enum class Proof : std::uint8_t {
    kConfirmed,  ///< Both sides say so: a market lists its own receipt; or the contract is fixed.
    kClaimed,    ///< The token says so alone.
    kLabelled,   ///< A label says so.
};

constexpr Proof last_of(Proof /*of*/) noexcept {
    return Proof::kLabelled;
}

/// "confirmed", "claimed", "labelled".
std::string_view proof_name(Proof proof) noexcept;

/// What a market that a token names says of the token.
enum class MarketWord : std::uint8_t {
    kNone,    ///< It was not asked, or has nothing to say.
    kLists,   ///< The token is its own.
    kDenies,  ///< It lists others, and not this one.
};

constexpr MarketWord last_of(MarketWord /*of*/) noexcept {
    return MarketWord::kDenies;
}

/// "12.50000000": a value with kUsdDecimals, exactly.
std::string usd_text(const U256& usd);

struct Node {
    NodeKey key;
    std::string id;    ///< node_id().
    std::string name;  ///< For people; the id where nothing better is known.
    /// The sector, from labels or by what it is: "Lending", "Stablecoin"; empty: unknown.
    std::string category;
    /// Of an entity: the accounts whose positions it has, sorted.
    std::vector<Address> accounts;
};

struct Edge {
    NodeIndex from = 0;
    NodeIndex to = 0;
    EdgeKind kind = EdgeKind::kSupplied;
    Hash32 part;
    std::string part_name;  ///< "ETH-A"; empty where a part has no name.
    Address token;          ///< What `amount` is of; zero: the chain's own coin, or no amount.
    std::optional<std::uint8_t> decimals;
    Proof proof = Proof::kConfirmed;
    /// In the token's smallest unit, exactly; no_data for what has no amount (issued-by, part-of).
    Figure<U256> amount;
    /// amount × price, kUsdDecimals, rounded down; otherwise why there is none.
    Figure<U256> usd;
    /// At the end of which block the amount was so; nullopt: at the snapshot's own.
    std::optional<eth::BlockNum> amount_block;
};

/// How much of another token there is behind one that stands for it, as contracts told it last.
struct Wrapped {
    Address wrapper;
    Address token;  ///< What it is of; zero: of whatever it may wrap there is no amount.
    std::optional<std::uint8_t> decimals;
    Figure<U256> amount;
    Figure<U256> usd;
    eth::BlockNum block = 0;
    bool operator==(const Wrapped&) const = default;
};

/// What a token says of itself beside what it stands for.
struct Saying {
    Address token;
    Address market;  ///< Which it says that it is of; zero: of none.
    MarketWord market_says = MarketWord::kNone;
    /// The market was asked for the token of that underlying, so its word is about that, too.
    bool of_underlying = false;
    /// It wraps itself, or gives different answers: it is taken to stand for nothing.
    bool contradicts_itself = false;
    bool operator==(const Saying&) const = default;
};

struct Snapshot {
    std::string chain;
    eth::BlockRef block;
    UnixSeconds timestamp;
    std::vector<Node> nodes;      ///< By key, each once.
    std::vector<Edge> edges;      ///< By the keys of from and to, kind and part, each once.
    std::vector<Saying> sayings;  ///< By token, each once; tokens that say no such thing have none.
    std::vector<Wrapped> wrapped;  ///< By wrapper, each once.

    /// Where a node is; nullopt without it.
    [[nodiscard]] std::optional<NodeIndex> find(const NodeKey& key) const;
};

}  // namespace faultline::graph
