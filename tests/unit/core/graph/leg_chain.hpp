// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace faultline::graph {

/// A chain of blocks that write legs, with the graph kept beside them.
class Chain {
  public:
    explicit Chain(
        std::size_t top_holders = 2,
        std::vector<Address> pinned = {},
        LabelledWraps labelled_wraps = {}
    )
        : protocols_(ledger_, {std::make_shared<LegDeployment>()}),
          graph(
              ledger_,
              protocols_,
              {.chain = "test",
               .top_holders = top_holders,
               .wrapped_coin = token(1),
               .pinned = pinned,
               .labelled_wraps = std::move(labelled_wraps)}
          ),
          pinned_(std::move(pinned)) {}

    /// Goes on from what another process left.
    void start_from(const Chain& before) {
        for (const ledger::RowChange& row : before.ledger_.dump()) {
            REQUIRE(ledger_.load(row.table, row.key, *row.after));
        }
        height_ = before.height_;
    }

    [[nodiscard]] LegProtocol& legs() { return dynamic_cast<LegProtocol&>(protocols_.of(0)); }

    void set(const LegKey& key, std::uint64_t units) {
        if (units == 0) {
            legs().rows.erase(key);
        } else {
            legs().rows.put(key, {.units = U256(units)});
        }
    }

    void live_block() { live_block(block(height_)); }

    void live_block(const eth::Block& block) {
        graph.update(block);
        sealed_.push_back(ledger_.seal());
        ++height_;
    }

    [[nodiscard]] std::uint64_t height() const { return height_; }

    /// What the last block wrote.
    [[nodiscard]] const std::vector<ledger::RowChange>& sealed() const { return sealed_.back(); }

    void history_block() {
        graph.passed_over();
        sealed_.push_back(ledger_.seal());
        ++height_;
    }

    [[nodiscard]] std::size_t can_undo() const { return sealed_.size(); }

    void undo() {
        const auto turned = ledger_.undo(sealed_.back());
        REQUIRE(turned);
        graph.undone(*turned);
        sealed_.pop_back();
        --height_;
    }

    eth::Block block(std::uint64_t number) const {
        eth::Block out;
        out.header.ref.number = number;
        out.header.timestamp.value = seconds_per_block * number;
        return out;
    }

    /// Rows of the graph alone.
    [[nodiscard]] std::vector<ledger::RowChange> rows() const {
        std::vector<ledger::RowChange> out = ledger_.dump();
        std::erase_if(out, [](const ledger::RowChange& row) {
            return row.table < Tables::kFirst || row.table > Tables::kLast;
        });
        return out;
    }

    /// The graph of one who saw nothing but the legs as they are at the last block.
    [[nodiscard]] std::vector<ledger::RowChange> rebuilt(std::size_t top_holders = 2) {
        Chain other(top_holders, pinned_);
        legs().rows.for_each_unordered([&other](const LegKey& key, const LegRow& row) {
            other.legs().rows.put(key, row);
        });
        other.legs().price = legs().price;
        other.height_ = height_ - 1;
        other.live_block();
        return other.rows();
    }

  private:
    ledger::Ledger ledger_;
    protocol::Protocols protocols_;
    std::vector<std::vector<ledger::RowChange>> sealed_;
    std::uint64_t height_ = 1;

  public:
    ExposureGraph graph;
    std::uint64_t seconds_per_block = 12;

  private:
    std::vector<Address> pinned_;
};

}  // namespace faultline::graph
