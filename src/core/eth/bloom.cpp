// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::eth {
namespace {

constexpr unsigned kBits = 2048;

std::size_t byte_of(std::uint16_t bit) {
    return ((kBits - 1 - bit) / 8U);
}

std::uint8_t mask_of(std::uint16_t bit) {
    return static_cast<std::uint8_t>(1U << (bit % 8U));
}

}  // namespace

BloomKey bloom_key(BytesView member) {
    const Hash32 digest = keccak256(member);
    BloomKey out;
    for (std::size_t i = 0; i < out.bits.size(); ++i) {
        const unsigned high = digest.bytes[2 * i];
        const unsigned low = digest.bytes[(2 * i) + 1];
        out.bits[i] = static_cast<std::uint16_t>(((high << 8U) | low) % kBits);
    }
    return out;
}

std::vector<BloomKey> bloom_keys(std::span<const Hash32> topics) {
    std::vector<BloomKey> out;
    out.reserve(topics.size());
    for (const Hash32& topic : topics) {
        out.push_back(bloom_key(topic.view()));
    }
    return out;
}

void Bloom::add(const BloomKey& key) {
    for (const std::uint16_t bit : key.bits) {
        bits.bytes[byte_of(bit)] |= mask_of(bit);
    }
}

void Bloom::add(const Log& log) {
    add(log.address.view());
    for (const Hash32& topic : log.topics) {
        add(topic.view());
    }
}

void Bloom::add(const Bloom& other) {
    for (std::size_t i = 0; i < bits.bytes.size(); ++i) {
        bits.bytes[i] |= other.bits.bytes[i];
    }
}

bool Bloom::may_contain(const BloomKey& key) const {
    return std::ranges::all_of(key.bits, [&](std::uint16_t bit) {
        return (bits.bytes[byte_of(bit)] & mask_of(bit)) != 0;
    });
}

bool Bloom::includes(const Bloom& other) const {
    return std::ranges::equal(
        bits.bytes,
        other.bits.bytes,
        [](std::uint8_t ours, std::uint8_t theirs) { return (theirs & ~ours) == 0; }
    );
}

Bloom bloom_of(const LogList& logs, std::size_t first, std::size_t count) {
    FAULTLINE_ASSERT(first <= logs.size() && count <= logs.size() - first);
    Bloom out;
    for (std::size_t i = first; i < first + count; ++i) {
        out.add(logs[i]);
    }
    return out;
}

Bloom bloom_of(const LogList& logs) {
    return bloom_of(logs, 0, logs.size());
}

bool excludes_all(const Bloom& bloom, std::span<const BloomKey> watched) {
    return std::ranges::none_of(watched, [&](const BloomKey& key) {
        return bloom.may_contain(key);
    });
}

}  // namespace faultline::eth
