// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/tape_chain.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace faultline::simnode {

/// How the chain changed in one move, as a node's subscribers see it.
struct Change {
    std::vector<BlockIndex> removed;  ///< The newest first.
    std::vector<BlockIndex> added;    ///< The oldest first.

    [[nodiscard]] bool empty() const noexcept { return removed.empty() && added.empty(); }
};

/// Where a node stands on the tape: its chain of blocks, which grows by one block a move or, where
/// the tape has an orphaned branch, changes to the next branch in one move, as real nodes do.
class Playback {
  public:
    /// Stands at the tape's first block. @pre the tape outlives it
    explicit Playback(TapeChain& tape);

    /// The next move; empty when the tape has been played.
    Change advance();
    [[nodiscard]] bool done() const noexcept;
    /// The next moves until the head is at least `number`, or the tape has been played.
    void advance_to(eth::BlockNum number);

    /// Takes up to `depth` blocks off, never the first; they come back one by one in the next
    /// moves. Nobody is told, as with anvil_rollback. Returns how many went.
    std::size_t roll_back(std::size_t depth);

    /// Up to `depth` blocks, never the first, give way to as many empty ones, in one move; the next
    /// move takes them back and goes on from there. Does nothing while blocks are rolled back or
    /// replaced. kMalformed when a block's header is not one.
    Result<Change> replace(std::size_t depth);

    /// The node's chain, from the tape's first block to the head. Never empty.
    [[nodiscard]] const std::vector<BlockIndex>& chain() const noexcept { return chain_; }

    [[nodiscard]] const rpc::TapeBlock& head() const { return (*tape_)[chain_.back()]; }

    [[nodiscard]] eth::BlockNum first() const { return (*tape_)[chain_.front()].ref.number; }

    [[nodiscard]] const TapeChain& tape() const noexcept { return *tape_; }

  private:
    Change next_of_tape();
    Change take_back();

    TapeChain* tape_;
    std::size_t next_step_ = 0;
    std::vector<BlockIndex> chain_;
    std::deque<BlockIndex> rolled_back_;  ///< The oldest first.
    std::vector<BlockIndex> replaced_;    ///< The oldest first; as many twins are on the chain.
};

}  // namespace faultline::simnode
