// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::graph {

class LiveGraph;

/// What tokens stand for, by labels: by token.
using LabelledWraps = std::map<Address, Address>;

struct GraphOptions {
    std::string chain;
    /// How many holders of each part and side of a market are nodes of their own.
    std::size_t top_holders = 20;
    /// Wraps the chain's own coin: its price in USD is what markets that count in the coin are
    /// worth.
    std::optional<Address> wrapped_coin = std::nullopt;
    /// Accounts that are nodes of their own wherever they have a position. When they are others
    /// than those that the rows are of, the next live block makes the rows anew.
    std::vector<Address> pinned;
    /// Of which tokens it is asked how much they have of what they do not say that they wrap.
    LabelledWraps labelled_wraps;
};

/// The stock graph of one chain, kept with its blocks: it follows from the protocols' rows alone,
/// and costs per block what changed, the parts of the markets, and a look at each token; never what
/// holders there are. Rows of the ledger, so
/// that undo takes it back; what it keeps in memory beside them follows from the protocols' rows.
///
/// History does not move it: the first live block after it looks at every leg once.
class ExposureGraph {
  public:
    /// Both outlive it.
    ExposureGraph(
        ledger::Ledger& ledger, const protocol::Protocols& protocols, GraphOptions options
    );
    ExposureGraph(const ExposureGraph&) = delete;
    ExposureGraph& operator=(const ExposureGraph&) = delete;
    ~ExposureGraph();

    /// What to ask tokens and markets for a live block: those that are new in the graph, and those
    /// whose turn it is.
    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const;

    /// Brings it to the end of a live block that the protocols have applied and that is not sealed
    /// yet: reads which rows the block wrote. Both halves in turn.
    void update(const eth::Block& block);
    /// The half that looks at rows as they were before the block: nobody else may read the
    /// protocols' rows meanwhile.
    void begin_update(const eth::Block& block);
    /// The half that reads the protocols' rows as they are, and writes the graph's alone.
    /// @pre begin_update() of the block, and nothing was written since
    void end_update(const eth::Block& block);
    /// What the block of the last update() drained through whom, by market and holder.
    [[nodiscard]] const std::vector<Move>& moves() const noexcept;
    /// A block went by that update() was not called for.
    void passed_over() noexcept;
    /// Rows were taken back, those of the graph among them: what Ledger::undo() returned.
    void undone(const std::vector<ledger::RowChange>& changes);

    /// Other accounts than GraphOptions::pinned, from the next live block on.
    void pin(std::vector<Address> accounts);

    /// The block it is of; nullopt before the first live one.
    [[nodiscard]] std::optional<GraphRow> as_of() const;
    [[nodiscard]] Snapshot snapshot() const;
    /// Which node a market is; nullopt while its protocol says nothing of it.
    [[nodiscard]] std::optional<NodeKey> market_node(protocol::MarketId market) const;
    /// The graph that these rows of an earlier dump() make. kCorrupt when one does not decode.
    [[nodiscard]] Result<Snapshot> snapshot_of(const std::vector<ledger::RowChange>& rows) const;
    /// Its rows, ordered, as changes from nothing.
    [[nodiscard]] std::vector<ledger::RowChange> dump() const;

    /// How many edges it has, about: what a snapshot adds of values is not counted.
    [[nodiscard]] std::size_t edges() const noexcept { return tables_.edges.size(); }

    [[nodiscard]] const Tables& tables() const noexcept { return tables_; }

  private:
    const ledger::Ledger& ledger_;
    std::string chain_;
    std::optional<Address> wrapped_coin_;
    Tables tables_;
    std::unique_ptr<LiveGraph> live_;
};

}  // namespace faultline::graph
