// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The logsBloom of headers and receipts: what addresses and topics the logs may have. Source:
/// Ethereum yellow paper, 4.3.1.
namespace faultline::eth {

/// The three bits of an address or topic. Made once for what is looked for in many blocks: it costs
/// a digest.
struct BloomKey {
    std::array<std::uint16_t, 3> bits{};  ///< Below 2048; 0 is the lowest bit of the last byte.

    bool operator==(const BloomKey&) const = default;
};

/// @param member the bytes of an address or topic
BloomKey bloom_key(BytesView member);
/// The keys of topics, in their order.
std::vector<BloomKey> bloom_keys(std::span<const Hash32> topics);

/// 2048 bits, as they are hashed and as JSON-RPC writes them.
struct Bloom {
    FixedBytes<256, struct BloomTag> bits;

    bool operator==(const Bloom&) const = default;

    void add(const BloomKey& key);

    void add(BytesView member) { add(bloom_key(member)); }

    /// The address and topics of a log.
    void add(const Log& log);
    /// All that the other one has.
    void add(const Bloom& other);

    /// False: nothing with this key was added. True: it may have been.
    [[nodiscard]] bool may_contain(const BloomKey& key) const;

    [[nodiscard]] bool may_contain(BytesView member) const {
        return may_contain(bloom_key(member));
    }

    /// Whether no bit of the other is missing here. A block whose bloom does not include that of
    /// its logs has not emitted them.
    [[nodiscard]] bool includes(const Bloom& other) const;
};

/// The bloom of `count` logs from `first` on. @pre first + count <= logs.size()
Bloom bloom_of(const LogList& logs, std::size_t first, std::size_t count);
/// The bloom of all of them.
Bloom bloom_of(const LogList& logs);

/// Whether none of the watched keys may be in a block with this bloom: an endpoint that has no logs
/// for them is then believed, provided that the bloom is of a header whose hash was checked.
bool excludes_all(const Bloom& bloom, std::span<const BloomKey> watched);

}  // namespace faultline::eth
