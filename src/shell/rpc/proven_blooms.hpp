// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace faultline::rpc {

/// Blooms of headers whose hash was checked, for the logs of their blocks, which are asked for
/// next and may come from another endpoint. The newest 16,384. Thread: any.
class ProvenBlooms {
  public:
    void add(const Hash32& block, const eth::Bloom& bloom);

    /// From here on nothing is known of that block.
    void forget(const Hash32& block);

    /// The first log that the block's bloom does not include, so that the block has not emitted it;
    /// nullopt when there is none, or the bloom is not known.
    [[nodiscard]] std::optional<eth::Log> stray(const Hash32& block, const eth::LogList& logs);

  private:
    [[nodiscard]] bool includes(const eth::Bloom& bloom, const eth::Log& log);

    std::mutex mutex_;
    std::unordered_map<Hash32, eth::Bloom, FixedBytesHash> blooms_;
    std::deque<Hash32> order_;  ///< Oldest first.
    std::unordered_map<Hash32, eth::BloomKey, FixedBytesHash> topic_keys_;
    std::unordered_map<Address, eth::BloomKey, FixedBytesHash> address_keys_;
};

}  // namespace faultline::rpc
