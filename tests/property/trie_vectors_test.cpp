// SPDX-License-Identifier: Apache-2.0
#include "property/abi_vectors.hpp"
#include "property/block_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace faultline::eth {
namespace {

using test::Fixture;

/// Item i of the lists in lists.json: (7 * i) % 45 + 1 bytes of value i % 256.
std::vector<Bytes> list_of(std::size_t count) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.emplace_back(((7 * i) % 45) + 1, static_cast<std::uint8_t>(i % 256));
    }
    return out;
}

/// The bytes behind the entries of a trie.
struct Content {
    std::vector<Bytes> keys;
    std::vector<Bytes> values;
};

Content content_of(simdjson::dom::element row) {
    Content out;
    for (const simdjson::dom::element entry : row["entries"].get_array()) {
        out.keys.push_back(test::bytes(entry, "key"));
        out.values.push_back(test::bytes(entry, "value"));
    }
    return out;
}

std::vector<TrieEntry> entries_of(const Content& content) {
    std::vector<TrieEntry> out;
    for (std::size_t i = 0; i < content.keys.size(); ++i) {
        out.push_back({.key = content.keys[i], .value = content.values[i]});
    }
    return out;
}

}  // namespace

TEST_CASE("lists of every length have the root that ethereumjs computes") {
    const Fixture fixture("verification/lists.json");
    std::size_t longest = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::size_t count = row["count"].get_uint64().value();
        INFO(count << " items");
        const std::vector<Bytes> items = list_of(count);
        CHECK(ordered_trie_root(test::views(items)).hex() == test::text(row, "root"));
        longest = std::max(longest, count);
    }
    // The keys of its last items have three bytes.
    CHECK(longest == 65'540);
}

TEST_CASE("tries whose keys are prefixes of others have the root that ethereumjs computes") {
    const Fixture fixture("verification/tries.json");
    std::size_t checked = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO(simdjson::minify(row));
        const Content content = content_of(row);
        CHECK(trie_root(entries_of(content)).hex() == test::text(row, "root"));
        ++checked;
    }
    CHECK(checked == 60);
}

TEST_CASE("a root does not depend on the order in which entries come") {
    const Fixture fixture("verification/tries.json");
    std::mt19937_64 random(1);
    for (const simdjson::dom::element row : fixture.rows()) {
        const Content content = content_of(row);
        std::vector<TrieEntry> entries = entries_of(content);
        for (int i = 0; i < 20; ++i) {
            std::ranges::shuffle(entries, random);
            if (trie_root(entries).hex() != test::text(row, "root")) {
                FAIL(simdjson::minify(row));
            }
        }
    }
    SUCCEED();
}

TEST_CASE("every change of a list changes its root") {
    const std::vector<Bytes> items = list_of(300);
    const Hash32 root = ordered_trie_root(test::views(items));
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::vector<Bytes> changed = items;
        changed[i].front() ^= 1U;
        const Hash32 of_changed = ordered_trie_root(test::views(changed));
        changed = items;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        const Hash32 of_shorter = ordered_trie_root(test::views(changed));
        if (of_changed == root || of_shorter == root || of_changed == of_shorter) {
            FAIL("item " << i);
        }
    }
    SUCCEED();
}

}  // namespace faultline::eth
