// SPDX-License-Identifier: Apache-2.0
#include "core/graph/claim_facts.hpp"
#include "core/graph/governor_facts.hpp"
#include "core/graph/live_graph.hpp"
#include "core/graph/snapshot_of_rows.hpp"
#include "core/graph/token_facts.hpp"
#include "core/graph/wrapped_amounts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// What a token said that it is called; empty: nothing, or it is no token.
std::string symbol_in(const Tables& tables, const NodeKey& key) {
    const auto token = key.kind == NodeKind::kToken ? key.address() : std::nullopt;
    const auto row = token ? tables.tokens.find({.token = *token}) : nullptr;
    return row != nullptr ? row->symbol : std::string();
}

}  // namespace

ExposureGraph::ExposureGraph(
    ledger::Ledger& ledger, const protocol::Protocols& protocols, GraphOptions options
)
    : ledger_(ledger),
      chain_(std::move(options.chain)),
      wrapped_coin_(options.wrapped_coin),
      tables_(ledger),
      live_(std::make_unique<LiveGraph>(
          ledger,
          protocols,
          Shown{
              .top_holders = options.top_holders,
              .pinned = std::move(options.pinned),
              .labelled_wraps = std::move(options.labelled_wraps)
          },
          tables_
      )) {}

ExposureGraph::~ExposureGraph() = default;

std::vector<eth::Read> ExposureGraph::plan_reads(const eth::Block& block) const {
    if (!block.live) {
        return {};
    }
    std::vector<eth::Read> reads = plan_token_reads(live_->unasked(), block, tables_.tokens);
    std::ranges::move(
        plan_governor_reads(live_->contracts(), block, tables_.governors), std::back_inserter(reads)
    );
    std::ranges::move(plan_claim_reads(block, tables_), std::back_inserter(reads));
    std::ranges::move(
        plan_wrapped_reads(live_->wrappers(), block, tables_), std::back_inserter(reads)
    );
    return reads;
}

void ExposureGraph::update(const eth::Block& block) {
    begin_update(block);
    end_update(block);
}

void ExposureGraph::begin_update(const eth::Block& block) {
    LiveGraph::Touched touched;
    ledger_.visit_touched([&](ledger::TableId table, BytesView key) {
        live_->touch(table, key, touched);
    });
    live_->begin_update(block, std::move(touched));
}

void ExposureGraph::end_update(const eth::Block& block) {
    live_->end_update(block);
}

const std::vector<Move>& ExposureGraph::moves() const noexcept {
    return live_->moves();
}

void ExposureGraph::passed_over() noexcept {
    live_->passed_over();
}

void ExposureGraph::undone(const std::vector<ledger::RowChange>& changes) {
    live_->undone(changes);
}

void ExposureGraph::pin(std::vector<Address> accounts) {
    live_->pin(std::move(accounts));
}

std::optional<GraphRow> ExposureGraph::as_of() const {
    const auto row = tables_.graph.find({});
    return row != nullptr ? std::optional(*row) : std::nullopt;
}

Snapshot ExposureGraph::snapshot() const {
    return graph::snapshot_of(tables_, chain_, wrapped_coin_, [this](const NodeKey& key) {
        return live_->name_of(key);
    });
}

std::optional<NodeKey> ExposureGraph::market_node(protocol::MarketId market) const {
    return live_->market_node(market);
}

Result<Snapshot> ExposureGraph::snapshot_of(const std::vector<ledger::RowChange>& rows) const {
    ledger::Ledger ledger;
    const Tables tables(ledger);
    for (const ledger::RowChange& row : rows) {
        if (row.after) {
            FAULTLINE_TRY_VOID(ledger.load(row.table, row.key, *row.after));
        }
    }
    return graph::snapshot_of(tables, chain_, wrapped_coin_, [&](const NodeKey& key) {
        // What a token said then goes before what is known of it now, which may be nothing.
        const std::string said = symbol_in(tables, key);
        return said.empty() ? live_->name_of(key) : said;
    });
}

std::vector<ledger::RowChange> ExposureGraph::dump() const {
    std::vector<ledger::RowChange> rows;
    Tables::each(tables_, [&rows](const auto& table) { table.dump(rows); });
    return rows;
}

}  // namespace faultline::graph
