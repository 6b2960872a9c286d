// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/rlp.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

constexpr std::size_t kBranchWidth = 16;

std::size_t nibble_count(BytesView key) {
    return 2 * key.size();
}

std::uint8_t nibble(BytesView key, std::size_t index) {
    const std::uint8_t byte = key[index / 2];
    return index % 2 == 0 ? byte >> 4U : byte & 0xfU;
}

/// The index of the first nibble in which two keys differ, or at which one of them ends.
std::size_t first_difference(BytesView a, BytesView b) {
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    const auto same_bytes = static_cast<std::size_t>(in_a - a.begin());
    const bool same_high = in_a != a.end() && in_b != b.end() && (*in_a >> 4U) == (*in_b >> 4U);
    return (2 * same_bytes) + (same_high ? 1 : 0);
}

/// Writes nodes depth first into one buffer. A node is replaced by its digest as soon as it is
/// whole, so the buffer holds one path of unfinished nodes.
class TrieHasher {
  public:
    /// @pre entries are sorted by key, without repetition, and not empty
    Hash32 root(std::span<const TrieEntry> entries) {
        put_node(entries, 0);
        return keccak256(out_);
    }

  private:
    using Entries = std::span<const TrieEntry>;

    /// The node of entries that agree in their first `depth` nibbles.
    void put_node(Entries entries, std::size_t depth) {
        const std::size_t start = out_.size();
        const BytesView key = entries.front().key;
        if (entries.size() == 1) {
            put_path(key, depth, nibble_count(key), kLeaf);
            rlp::put_bytes(out_, entries.front().value);
            rlp::close_list(out_, start);
            return;
        }
        // What the first and the last of sorted keys share, all share.
        const std::size_t shared = first_difference(key, entries.back().key);
        if (shared > depth) {
            put_path(key, depth, shared, kExtension);
            put_reference(entries, shared);
        } else {
            put_branch(entries, depth);
        }
        rlp::close_list(out_, start);
    }

    void put_branch(Entries entries, std::size_t depth) {
        BytesView value;
        if (nibble_count(entries.front().key) == depth) {
            value = entries.front().value;
            entries = entries.subspan(1);
        }
        for (std::uint8_t branch = 0; branch < kBranchWidth; ++branch) {
            const auto end = std::ranges::find_if(entries, [&](const TrieEntry& entry) {
                return nibble(entry.key, depth) != branch;
            });
            const auto count = static_cast<std::size_t>(end - entries.begin());
            if (count == 0) {
                rlp::put_bytes(out_, {});
            } else {
                put_reference(entries.first(count), depth + 1);
            }
            entries = entries.subspan(count);
        }
        rlp::put_bytes(out_, value);
    }

    /// What a parent holds of a node: the node itself when it is shorter than its digest.
    void put_reference(Entries entries, std::size_t depth) {
        const std::size_t start = out_.size();
        put_node(entries, depth);
        if (out_.size() - start < Hash32::kSize) {
            return;
        }
        const Hash32 digest = keccak256(BytesView(out_).subspan(start));
        out_.resize(start);
        rlp::put_bytes(out_, digest.view());
    }

    static constexpr std::uint8_t kExtension = 0x00;
    static constexpr std::uint8_t kLeaf = 0x20;

    /// Nibbles [begin, end) of a key, packed behind a flag that says whether their number is odd.
    void put_path(BytesView key, std::size_t begin, std::size_t end, std::uint8_t kind) {
        path_.assign(1, kind);
        if ((end - begin) % 2 != 0) {
            path_.front() |= 0x10U | nibble(key, begin);
            ++begin;
        }
        for (; begin < end; begin += 2) {
            path_.push_back(
                static_cast<std::uint8_t>((nibble(key, begin) << 4U) | nibble(key, begin + 1))
            );
        }
        rlp::put_bytes(out_, path_);
    }

    Bytes out_;
    Bytes path_;
};

}  // namespace

Hash32 trie_root(std::vector<TrieEntry> entries) {
    if (entries.empty()) {
        return kEmptyTrieRoot;
    }
    const auto before = [](const TrieEntry& a, const TrieEntry& b) {
        return std::ranges::lexicographical_compare(a.key, b.key);
    };
    if (!std::ranges::is_sorted(entries, before)) {
        std::ranges::sort(entries, before);
    }
    const auto twice = std::ranges::adjacent_find(entries, [](const auto& a, const auto& b) {
        return std::ranges::equal(a.key, b.key);
    });
    FAULTLINE_ASSERT(twice == entries.end());
    return TrieHasher().root(entries);
}

Hash32 ordered_trie_root(std::span<const BytesView> items) {
    Bytes keys;
    std::vector<std::size_t> ends;
    ends.reserve(items.size());
    for (std::size_t index = 0; index < items.size(); ++index) {
        rlp::put_number(keys, index);
        ends.push_back(keys.size());
    }
    std::vector<TrieEntry> entries;
    entries.reserve(items.size());
    std::size_t begin = 0;
    for (std::size_t index = 0; index < items.size(); ++index) {
        const BytesView key = BytesView(keys).subspan(begin, ends[index] - begin);
        entries.push_back({.key = key, .value = items[index]});
        begin = ends[index];
    }
    // The key of 0 is 0x80: after the keys of 1 to 127, before all others.
    if (entries.size() > 1) {
        const std::size_t one_byte_keys = std::min<std::size_t>(entries.size(), 128);
        const auto first = entries.begin();
        std::rotate(first, first + 1, first + static_cast<std::ptrdiff_t>(one_byte_keys));
    }
    return trie_root(std::move(entries));
}

}  // namespace faultline::eth
