// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// What is known of headers whose hash was checked: their blooms, for the logs of their blocks,
/// which are asked for next and may come from another endpoint (the newest kMost), and when the
/// last one was. Thread: loop.
class ProvenHeaders {
  public:
    static constexpr std::size_t kMost = 16'384;

    void add(const eth::BlockRef& block, const eth::Bloom& bloom);

    /// A header was proven at that time.
    void proven(Instant now);
    /// Whether one was within the last minute: headers of this chain can be proven.
    [[nodiscard]] bool proves(Instant now) const;

    /// From here on nothing is known of that block.
    void forget(const Hash32& block);

    /// The first log that the block's bloom does not include, so that the block has not emitted it;
    /// nullopt when there is none, or the bloom is not known.
    [[nodiscard]] std::optional<eth::Log> stray(const Hash32& block, const eth::LogList& logs);

    /// Of the blocks [first, last] whose bloom includes a contract that none of their logs is of,
    /// the one with the lowest hash: one at random that no endpoint can choose. nullopt without
    /// any.
    [[nodiscard]] std::optional<Hash32> suspect(
        eth::BlockNum first,
        eth::BlockNum last,
        const std::vector<Address>& contracts,
        const std::vector<BlockLogs>& logs
    );

  private:
    [[nodiscard]] bool includes(const eth::Bloom& bloom, const eth::Log& log);

    struct Proven {
        eth::Bloom bloom;
        std::uint64_t added = 0;
        eth::BlockNum number = 0;
    };

    std::optional<Instant> last_proven_;
    std::unordered_map<Hash32, Proven, FixedBytesHash> blooms_;
    std::deque<std::pair<std::uint64_t, Hash32>> order_;  ///< Oldest first; some may be forgotten.
    std::uint64_t added_ = 0;
    std::map<eth::BlockNum, Hash32> by_number_;  ///< The last proven of each height.
    std::unordered_map<Hash32, eth::BloomKey, FixedBytesHash> topic_keys_;
    std::unordered_map<Address, eth::BloomKey, FixedBytesHash> address_keys_;
};

}  // namespace faultline::rpc
