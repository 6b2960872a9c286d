// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/market_model.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>

#include <cstdint>
#include <map>
#include <vector>

namespace faultline::sim {

/// One block of one branch, with the market as it stands after it.
struct ModelBlock {
    eth::Header header;
    eth::FullHeader full;       ///< What `header.ref.hash` is the hash of.
    eth::LogList logs;          ///< All logs, watched or not.
    eth::ReceiptList receipts;  ///< Of the same logs.
    MarketModel market;
    Hash32 pack;             ///< Names its transactions, who does what; unique on a path.
    std::uint64_t born = 0;  ///< How many blocks were made before it.
};

/// The block numbers and hashes from genesis to a head: what one node holds to be the chain.
using Path = std::vector<Hash32>;

/// A tree of blocks of which one path is canonical. What a block holds follows from the seed and
/// a number of its own, so a branch that comes back brings the same blocks. Transactions of blocks
/// that are dropped wait to be mined again: in about every other block that follows, at whatever
/// height it has, with the same hashes and what they come to by then.
class ChainModel {
  public:
    /// Genesis at `genesis_time`, one block each `block_seconds` by timestamp.
    ChainModel(std::uint64_t seed, UnixSeconds genesis_time, std::uint64_t block_seconds);

    /// Appends one block.
    void extend();
    /// Drops the newest `depth` blocks and appends `length` others. @pre depth <= head()
    void reorg(std::uint64_t depth, std::uint64_t length);
    /// Drops the newest `depth` blocks. @pre depth <= head()
    void rollback(std::uint64_t depth);
    /// Makes an earlier path canonical again.
    void return_to(Path path);

    [[nodiscard]] eth::BlockNum head() const { return path_.size() - 1; }

    [[nodiscard]] const Path& path() const { return path_; }

    [[nodiscard]] const ModelBlock& at(eth::BlockNum number) const;
    [[nodiscard]] const ModelBlock* find(const Hash32& hash) const;
    /// The path from genesis to a known block.
    [[nodiscard]] Path path_to(const Hash32& hash) const;

    [[nodiscard]] std::uint64_t blocks_made() const { return blocks_.size(); }

    /// How many blocks were made of transactions that another block had before.
    [[nodiscard]] std::uint64_t mined_again() const { return mined_again_; }

  private:
    void add(const ModelBlock* parent);
    /// The transactions of the next block: its own, or some that were dropped.
    Hash32 pack_of(const Hash32& own);
    [[nodiscard]] bool on_path(const Hash32& pack) const;

    std::uint64_t seed_;
    UnixSeconds genesis_time_;
    std::uint64_t block_seconds_;
    std::uint64_t salt_ = 0;
    std::uint64_t mined_again_ = 0;
    std::map<Hash32, ModelBlock> blocks_;
    Path path_;
    std::vector<Hash32> dropped_;  ///< Packs of blocks that are no longer canonical, newest last.
};

}  // namespace faultline::sim
