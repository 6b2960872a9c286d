// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/hash_index.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>

namespace faultline::ledger {
namespace {

/// Few hashes, so that many elements share one, beside many.
std::size_t hash_of(std::uint32_t key, bool crowded) {
    return crowded ? key % 7 : key * std::size_t{0x51ed2701};
}

}  // namespace

TEST_CASE("an index finds what is in it, and nothing else, through random insertions and removals"
) {
    for (const bool crowded : {false, true}) {
        std::mt19937_64 random(3);
        HashIndex index;
        std::map<std::uint32_t, HashIndex::Place> model;  // By key.
        std::map<HashIndex::Place, std::uint32_t> keys;   // The same turned round.
        const auto find = [&](std::uint32_t key) {
            return index.find(hash_of(key, crowded), [&](HashIndex::Place place) {
                return keys.at(place) == key;
            });
        };
        for (int step = 0; step < 20'000; ++step) {
            const auto key = static_cast<std::uint32_t>(random() % 300);
            const auto place = static_cast<HashIndex::Place>(random() % 1000);
            const auto found = model.find(key);
            const bool free = !keys.contains(place);
            if (found == model.end() && free) {
                index.insert(hash_of(key, crowded), place);
                model[key] = place;
                keys[place] = key;
            } else if (found != model.end() && free && random() % 2 == 0) {
                index.move(hash_of(key, crowded), found->second, place);
                keys.erase(found->second);
                found->second = place;
                keys[place] = key;
            } else if (found != model.end()) {
                index.erase(hash_of(key, crowded), found->second);
                keys.erase(found->second);
                model.erase(found);
            }
            const auto other = static_cast<std::uint32_t>(random() % 300);
            for (const std::uint32_t asked : {key, other}) {
                const auto expected = model.find(asked);
                REQUIRE(
                    find(asked) == (expected == model.end() ? HashIndex::kNone : expected->second)
                );
            }
        }
    }
}

}  // namespace faultline::ledger
