// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <cstddef>
#include <cstdint>

namespace faultline::chain {

/// How many blocks to ask for in the next ranged fetch: doubles while answers are small and quick,
/// halves when they fail. Never below 1 nor above the configured most.
class RangeSize {
  public:
    explicit RangeSize(std::uint64_t most_blocks);

    [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }

    /// A fetch of `asked` blocks brought `logs` logs in `took`.
    void worked(std::uint64_t asked, std::size_t logs, Duration took);
    /// A fetch of `asked` blocks failed in a way that a smaller one may not.
    void failed(std::uint64_t asked);

  private:
    std::uint64_t most_blocks_;
    std::uint64_t blocks_;
};

}  // namespace faultline::chain
