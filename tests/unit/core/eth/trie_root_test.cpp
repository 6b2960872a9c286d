// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

namespace faultline::eth {
namespace {

// As in the header of every empty block.
static_assert(kEmptyTrieRoot.bytes[0] == 0x56 && kEmptyTrieRoot.bytes[31] == 0x21);

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

}  // namespace

TEST_CASE("a trie without entries has the well-known root") {
    CHECK(
        kEmptyTrieRoot.hex() == "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    );
    CHECK(trie_root({}) == kEmptyTrieRoot);
    CHECK(ordered_trie_root({}) == kEmptyTrieRoot);
}

TEST_CASE("a trie of one entry is one leaf") {
    // Leaf: the path of 0x80 behind the flag of an even leaf, then the value.
    const Bytes item = bytes_of("dog");
    const std::vector<BytesView> items{item};
    CHECK(ordered_trie_root(items) == keccak256(*bytes_from_hex("0xc782208083646f67")));
}

TEST_CASE("a node shorter than its digest stands in its parent itself") {
    // Keys 0x80 and 0x01 differ in the first nibble: a branch with two leaves of one nibble each.
    const Bytes first = bytes_of("a");
    const Bytes second = bytes_of("b");
    const std::vector<BytesView> items{first, second};
    CHECK(
        ordered_trie_root(items) ==
        keccak256(*bytes_from_hex("0xd5c2316280808080808080c230618080808080808080"))
    );
}

TEST_CASE("a key that is the beginning of others has its value in their branch") {
    const Bytes dog = bytes_of("dog");
    const Bytes doge = bytes_of("doge");
    const Bytes dodo = bytes_of("do");
    const Bytes horse = bytes_of("horse");
    const Bytes puppy = bytes_of("puppy");
    const Bytes coin = bytes_of("coin");
    const Bytes verb = bytes_of("verb");
    const Bytes stallion = bytes_of("stallion");
    const std::vector<TrieEntry> entries{
        {.key = doge, .value = coin},
        {.key = horse, .value = stallion},
        {.key = dodo, .value = verb},
        {.key = dog, .value = puppy},
    };
    // The example of the Ethereum wiki's page on the trie.
    CHECK(
        trie_root(entries).hex() ==
        "0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84"
    );
}

}  // namespace faultline::eth
