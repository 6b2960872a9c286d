// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/tape_block.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::simnode {

/// A block of the tape, on whichever branch: its place in TapeChain::blocks().
using BlockIndex = std::uint32_t;

/// What one line of the tape did: the block became the head, or was taken off it.
struct Step {
    BlockIndex block = 0;
    bool applied = true;
};

/// A whole tape in memory, checked to be a chain: every applied block is the child of the one that
/// is the head then, every reverted one is the head.
class TapeChain {
  public:
    /// Errors name the line: kInvalid, kUnavailable.
    static Result<TapeChain> load(tape::LineReader& reader);

    [[nodiscard]] const tape::Manifest& manifest() const noexcept { return manifest_; }

    [[nodiscard]] const std::vector<rpc::TapeBlock>& blocks() const noexcept { return blocks_; }

    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }

    [[nodiscard]] std::optional<BlockIndex> find(const Hash32& hash) const;

    /// Makes up a branch of empty blocks beside these, which are neighbours, the oldest first, on
    /// `fork_point`. The same blocks get the same branch. kMalformed when a header is not one.
    Result<std::vector<BlockIndex>> empty_twins(
        BlockIndex fork_point, std::span<const BlockIndex> originals
    );

    /// @pre index < blocks().size()
    [[nodiscard]] const rpc::TapeBlock& operator[](BlockIndex index) const {
        return blocks_[index];
    }

  private:
    Result<void> add(const tape::Line& line, std::vector<BlockIndex>& chain);
    Result<void> apply(const tape::Line& line, std::vector<BlockIndex>& chain);
    Result<void> revert(const tape::Line& line, std::vector<BlockIndex>& chain);
    /// A block that is known by its hash is kept once.
    BlockIndex hold(rpc::TapeBlock block);

    tape::Manifest manifest_;
    std::vector<rpc::TapeBlock> blocks_;
    std::vector<Step> steps_;
    std::unordered_map<Hash32, BlockIndex, FixedBytesHash> by_hash_;
};

}  // namespace faultline::simnode
