// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace faultline::chain {

/// How many blocks to ask for in the next ranged fetch: doubles while answers are small and quick,
/// halves when they fail. Never below 1 nor above the configured most.
class RangeSize {
  public:
    explicit RangeSize(std::uint64_t most_blocks);

    [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }

    /// A fetch of `asked` blocks brought `logs` logs in `took`.
    void worked(std::uint64_t asked, std::size_t logs, Duration took);
    /// A fetch of [first, last] was refused as too wide. What the node suggests instead counts when
    /// it lies inside of that and is narrower; without, half is tried. Larger ones wait for a
    /// while.
    void refused(
        eth::BlockNum first, eth::BlockNum last, const std::optional<Suggestion>& suggestion
    );
    /// A fetch of `asked` blocks failed in a way that a smaller one may not.
    void failed(std::uint64_t asked);

  private:
    std::uint64_t most_blocks_;
    std::uint64_t blocks_;
    std::uint64_t hold_ = 0;  ///< Successes until growing is tried again.
};

}  // namespace faultline::chain
