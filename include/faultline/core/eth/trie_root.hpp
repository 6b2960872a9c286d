// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// Roots of Merkle-Patricia tries whose content is at hand: nothing is stored, the nodes are hashed
/// from the leaves up and forgotten. Source: Ethereum yellow paper, appendix D.
namespace faultline::eth {

/// The root of a trie without entries: the receiptsRoot of a block without transactions.
inline constexpr Hash32 kEmptyTrieRoot = detail::keccak256_of(std::array<std::uint8_t, 1>{0x80});

/// One key of a trie and what it leads to.
struct TrieEntry {
    BytesView key;
    BytesView
        value;  ///< Ethereum stores none that is empty; here it would be an entry like others.
};

/// The root of a trie with these entries, in any order. O(n) memory and n log n time.
/// @pre no key is there twice
Hash32 trie_root(std::vector<TrieEntry> entries);

/// The root of a list: each item's key is the RLP of its index. With encoded transactions it is the
/// transactionsRoot, with encoded receipts the receiptsRoot, with withdrawals the withdrawalsRoot.
Hash32 ordered_trie_root(std::span<const BytesView> items);

}  // namespace faultline::eth
