// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/playback.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/server_request.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace faultline::simnode {

/// How far behind the head the tags are.
struct Finality {
    eth::BlockNum safe_depth = 32;
    eth::BlockNum finalized_depth = 64;
};

/// What a node knows at one moment: the chain up to its head, or to some blocks below it for a node
/// that lags. Orphaned blocks are forgotten at once, as anvil forgets them.
class NodeView {
  public:
    /// @pre the playback outlives it and does not move meanwhile
    NodeView(const Playback& playback, Finality finality, std::size_t lag = 0);

    [[nodiscard]] const TapeChain& tape() const { return playback_->tape(); }

    [[nodiscard]] eth::BlockNum first() const { return playback_->first(); }

    [[nodiscard]] eth::BlockNum head() const { return first() + length_ - 1; }

    /// Such a node leaves out what it lacks of a range, without a word.
    [[nodiscard]] bool lagging() const { return length_ < playback_->chain().size(); }

    /// The number that a number or tag means, whether or not there is such a block.
    [[nodiscard]] eth::BlockNum number_of(const rpc::BlockSelector& selector) const;

    [[nodiscard]] std::optional<BlockIndex> find(const rpc::BlockSelector& selector) const;

    /// The blocks [from, to], cut to what there is.
    [[nodiscard]] std::span<const BlockIndex> range(eth::BlockNum from, eth::BlockNum to) const;

  private:
    const Playback* playback_;
    Finality finality_;
    std::size_t length_;
};

}  // namespace faultline::simnode
