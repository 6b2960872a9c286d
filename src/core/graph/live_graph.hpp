// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/holdings.hpp"
#include "core/graph/structure.hpp"
#include "core/graph/wrapped_amounts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::graph {

/// Which holders are nodes of their own, and what labels say, as in GraphOptions.
struct Shown {
    std::size_t top_holders = 0;
    std::vector<Address> pinned;
    LabelledWraps labelled_wraps;
};

/// Moves the graph's rows from block to block, with what is kept in memory for that: all of it
/// follows from rows, of the protocols and of the graph.
class LiveGraph {
  public:
    /// Whose legs changed, and the tables that tell it.
    struct Touched {
        std::set<std::pair<protocol::MarketId, protocol::Holder>> holders;
        std::set<ledger::TableId> tables;
    };

    /// All but `shown` outlive it; nothing is read from them yet.
    LiveGraph(
        ledger::Ledger& ledger, const protocol::Protocols& protocols, Shown shown, Tables& tables
    );
    LiveGraph(const LiveGraph&) = delete;
    LiveGraph& operator=(const LiveGraph&) = delete;
    ~LiveGraph() = default;

    /// Adds whose legs a row tells; whether it tells any.
    bool touch(ledger::TableId table, BytesView key, Touched& touched) const;
    /// As ExposureGraph: the two halves of bringing it to a live block that touched these.
    void begin_update(const eth::Block& block, Touched touched);
    void end_update(const eth::Block& block);

    /// As ExposureGraph::moves().
    [[nodiscard]] const std::vector<Move>& moves() const noexcept { return moves_; }

    /// As ExposureGraph::passed_over().
    void passed_over() noexcept {
        ready_ = false;
        markets_.clear();
    }

    /// As ExposureGraph::pin().
    void pin(std::vector<Address> accounts);

    /// The graph's rows were taken back, and others: those changes.
    void undone(const std::vector<ledger::RowChange>& changes);

    /// Tokens in the graph that have no row yet, or one that lacks answers; sorted.
    [[nodiscard]] const std::vector<Address>& unasked() const { return known_tokens().unasked; }

    /// Tokens that stand for others, but for receipts of followed markets; sorted.
    [[nodiscard]] const std::vector<Wrapper>& wrappers() const { return known_tokens().wrappers; }

    /// Contracts that may tell who can change a market, each once.
    [[nodiscard]] std::vector<Address> contracts() const;
    /// As ExposureGraph::market_node().
    [[nodiscard]] std::optional<NodeKey> market_node(protocol::MarketId market) const;
    /// For people; empty when nothing tells it.
    [[nodiscard]] std::string name_of(const NodeKey& key) const;

  private:
    struct AddressHash {
        std::size_t operator()(const Address& address) const noexcept {
            return FixedBytesHash{}(address);
        }
    };

    /// What follows from the tokens that are in the rows.
    struct KnownTokens {
        std::vector<Address> unasked;
        std::vector<Wrapper> wrappers;
    };

    using KnownNodes = std::unordered_map<Address, NodeKey, AddressHash>;

    [[nodiscard]] KnownNodes known_nodes() const;
    [[nodiscard]] const KnownTokens& known_tokens() const;
    /// Whether the rows tell the same holders apart.
    [[nodiscard]] bool shows_the_same() const;
    [[nodiscard]] std::optional<NodeKey> known(const Address& address) const;
    void ask_markets(protocol::At at) const;
    void know_markets() const;
    [[nodiscard]] NodeKey node_of(std::size_t market) const;
    [[nodiscard]] bool is_there(std::size_t market) const;
    /// Brings the holders whose legs the undone block told to what they are without it: leaves them
    /// with the block's rows put back for a moment, and refreshes them without.
    void take_back(const std::vector<ledger::RowChange>& changes);
    /// What holders have by the rows as they are, in the order of `touched`.
    [[nodiscard]] std::vector<std::vector<protocol::Leg>> legs_of(const Touched& touched) const;
    /// Takes their legs out of what is kept of holders: what they had before the rows changed.
    void leave(const Touched& touched, const std::vector<std::vector<protocol::Leg>>& legs);
    /// Puts in what they have now. @pre leave() of the same
    void refresh(const Touched& touched, std::vector<std::vector<protocol::Leg>> legs);
    /// Whether all legs have to be looked at anew.
    [[nodiscard]] bool must_scan();
    void look();

    void write_parts();
    void write_part(const PartKey& key, PartRow row, WorthRow worth);
    PartKey write_reserve(
        std::size_t market, const protocol::BaseCurrency& base, const protocol::Reserve& reserve
    );
    void write_structure();
    void write_changes(const EdgeList& before, const EdgeList& after);
    [[nodiscard]] EdgeList structure_in_rows() const;
    /// Contracts that may tell who can change a market: its own, and whom they name. One step
    /// further: a timelock is its admin's.
    [[nodiscard]] std::set<Address> governing(const protocol::MarketExposure& market) const;
    void add_governors(std::size_t market, EdgeList& edges) const;
    void add_others(std::size_t market, EdgeList& edges) const;
    void add_other_claims(std::size_t market, const protocol::PartExposure& part, EdgeList& edges)
        const;
    void write_positions(bool all);
    void write_all_positions();
    [[nodiscard]] std::optional<U256> units_of(const EdgeKey& key) const;

    ledger::Ledger& ledger_;
    std::size_t top_holders_;
    std::vector<Address> pinned_;  ///< Sorted.
    Hash32 digest_;                ///< As in PinnedRow.
    LabelledWraps labelled_wraps_;
    const protocol::Protocols& protocols_;
    Tables& tables_;
    std::vector<Holdings> holdings_;  ///< By market.
    /// By market, as of the last update; empty before one.
    mutable std::vector<protocol::MarketExposure> markets_;
    /// Contracts that are nodes themselves: whoever holds a position by one of them is that node.
    KnownNodes known_;
    std::optional<EdgeList> structure_;  ///< Sorted, as it was written last; nullopt: as in rows.
    mutable std::optional<KnownTokens> known_tokens_;
    Touched touched_;  ///< By the block of the update under way, and left.
    std::vector<std::vector<protocol::Leg>> legs_before_;  ///< Theirs, before it.
    std::vector<Move> moves_;
    bool scans_ = false;    ///< The update under way looks at all legs.
    bool ready_ = false;    ///< Holdings are those of the protocols' rows.
    eth::BlockNum at_ = 0;  ///< The block that the graph's rows are of, if ready.
};

}  // namespace faultline::graph
