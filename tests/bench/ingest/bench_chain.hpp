// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::bench {

struct ChainShape {
    std::uint64_t blocks = 4000;
    std::uint64_t logs_per_block = 50;
    std::uint64_t users = 100'000;
    std::uint64_t reserves = 40;
};

/// First block: seven hex digits throughout.
inline constexpr eth::BlockNum kBase = 0x1000000;
/// Blocks above the last of history: as many as are never fetched as history.
inline constexpr std::uint64_t kAbove = 300;

/// An Aave market's life as JSON, a pure function of block number and shape. The first block lists
/// the reserves and gives each a deep pool. Of the others an even one has users supply and borrow,
/// and the odd one after it has the same users take half of that back, each action with the three
/// logs that the contracts emit (ReserveDataUpdated, Mint or Burn of the token, and the pool's
/// own). Users are drawn head-heavy (u^3), reserves as a product of two uniforms.
class BenchChain {
  public:
    explicit BenchChain(ChainShape shape) : shape_(shape) {}

    [[nodiscard]] eth::BlockNum last() const noexcept { return kBase + shape_.blocks - 1; }

    [[nodiscard]] eth::BlockNum head() const noexcept { return last() + kAbove; }

    /// The block object, without transactions and with them.
    [[nodiscard]] static std::string header(eth::BlockNum number);
    [[nodiscard]] std::string full_block(eth::BlockNum number) const;
    /// Appends the block's logs, comma-separated.
    void logs(eth::BlockNum number, std::string& out) const;

    /// The assets of the reserves, in the order in which they are listed.
    [[nodiscard]] std::vector<Address> assets() const;

    /// The hash of the block of that height, and back.
    [[nodiscard]] static Hash32 hash_of(eth::BlockNum number);
    [[nodiscard]] static eth::BlockNum number_of(const Hash32& hash);

  private:
    static std::string block(eth::BlockNum number, const std::string& transactions);

    ChainShape shape_;
};

}  // namespace faultline::bench
