// SPDX-License-Identifier: Apache-2.0
// A tape's markets with the exposure graph beside them, through the tape's reorgs.
#pragma once

#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

class GraphReplay {
  public:
    using Rows = std::vector<ledger::RowChange>;

    /// As ProtocolReplay. Every block is live, so that the graph goes with it.
    GraphReplay(
        const std::string& name,
        const std::vector<ProtocolReplay::Deploy>& deploy,
        ProtocolReplay::Answer answer,
        graph::GraphOptions options
    )
        : answer_(std::move(answer)),
          options_(std::move(options)),
          reader_(open_tape(name)),
          manifest_(must(tape::read_manifest(*reader_))),
          feeds_(must(tape::RecordedFeeds::of(manifest_))),
          deployments_(all_of(deploy, manifest_)),
          filter_(protocol::filter_of(deployments_)),
          decoded_(filter_.joined(eth::LogFilter::of_topics({tape::RecordedFeeds::topic0()}))),
          protocols_(ledger_, deployments_),
          graph_(ledger_, protocols_, options_) {}

    [[nodiscard]] std::size_t blocks() const { return undo_.size(); }

    /// Folds the next line; false at the end. Where it takes blocks back, the graph's rows are what
    /// they were.
    bool step() {
        const auto line = must(reader_->next());
        if (!line) {
            return false;
        }
        if (line->kind != tape::LineKind::kApplied) {
            undo();
            feeds_.revert();
            ++reverted_;
            return true;
        }
        apply(must(rpc::decode_recorded_block(line->json, decoded_)));
        return true;
    }

    /// Takes the newest block back and looks, then it is there again.
    template <class F>
    void without_newest(F&& look) {
        const Rows again = must(ledger_.undo(undo_.back()));
        graph_.undone(again);
        std::forward<F>(look)();
        undo_.back() = must(ledger_.undo(again));
        graph_.passed_over();
    }

    [[nodiscard]] const graph::ExposureGraph& graph() const { return graph_; }

    /// The graph's rows before the newest block.
    [[nodiscard]] const Rows& before() const { return before_.back(); }

    /// The graph's rows, made anew from the protocols' rows and what tokens said.
    [[nodiscard]] Rows rebuilt() const {
        ledger::Ledger ledger;
        const protocol::Protocols protocols(ledger, deployments_);
        graph::ExposureGraph graph(ledger, protocols, options_);
        constexpr ledger::TableId kTokens = graph::Tables::kFirst + 4;
        for (const ledger::RowChange& row : ledger_.dump()) {
            if (!graph::Tables::has(row.table) || row.table == kTokens) {
                REQUIRE(ledger.load(row.table, row.key, *row.after));
            }
        }
        eth::Block block;
        block.header = newest_;
        block.live = true;
        graph.update(block);
        return graph.dump();
    }

    [[nodiscard]] const protocol::Protocols& protocols() const { return protocols_; }

    [[nodiscard]] std::size_t reverted() const { return reverted_; }

  private:
    static protocol::Deployments all_of(
        const std::vector<ProtocolReplay::Deploy>& deploy, const tape::Manifest& manifest
    ) {
        protocol::Deployments out;
        for (const ProtocolReplay::Deploy& one : deploy) {
            out.emplace_back(one(manifest));
        }
        return out;
    }

    void apply(const rpc::RecordedBlock& recorded) {
        feeds_.apply(recorded);
        eth::Block block;
        block.header = recorded.header;
        block.live = true;
        block.reads = recorded.calls;
        for (std::size_t i = 0; i < recorded.logs.size(); ++i) {
            if (filter_.wants(recorded.logs[i])) {
                block.logs.add(recorded.logs[i]);
            }
        }
        answer_reads(block);
        before_.push_back(graph_.dump());
        std::vector<protocol::Incident> incidents;
        protocols_.apply(block, incidents);
        graph_.update(block);
        undo_.push_back(ledger_.seal());
        newest_ = block.header;
    }

    void undo() {
        REQUIRE_FALSE(undo_.empty());
        graph_.undone(must(ledger_.undo(undo_.back())));
        undo_.pop_back();
        CHECK(graph_.dump() == before_.back());
        before_.pop_back();
    }

    /// Nothing answers for tokens: they stay what markets say of them.
    void answer_reads(eth::Block& block) {
        for (bool answered = true; answered;) {
            answered = false;
            for (const eth::Read& read : protocols_.plan_reads(block)) {
                auto answer = feeds_.answer(read);
                if (!answer && answer_) {
                    answer = answer_(read);
                }
                if (answer && !block.made(read)) {
                    block.reads.push_back(*std::move(answer));
                    answered = true;
                }
            }
        }
    }

    ProtocolReplay::Answer answer_;
    graph::GraphOptions options_;
    std::unique_ptr<tape::LineReader> reader_;
    tape::Manifest manifest_;
    tape::RecordedFeeds feeds_;
    protocol::Deployments deployments_;
    eth::LogFilter filter_;
    eth::LogFilter decoded_;
    ledger::Ledger ledger_;
    protocol::Protocols protocols_;
    graph::ExposureGraph graph_;
    std::vector<Rows> undo_;
    std::vector<Rows> before_;
    eth::Header newest_;
    std::size_t reverted_ = 0;
};

}  // namespace faultline::tests
