// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/slot.hpp>
#include <faultline/core/signals/slot_rows.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

SeriesKey series(std::uint32_t number) {
    return {.signal = {}, .range = {.unit = RangeUnit::kSeconds, .length = number}};
}

}  // namespace

TEST_CASE("slots that lie side by side are the same rows as others, and as easily taken back") {
    std::mt19937_64 random(11);
    ledger::Ledger one;
    ledger::Ledger other;
    ledger::Table<SlotKey, Slot, SlotRows> slots(one, 1);
    ledger::Table<SlotKey, Slot> plain(other, 1);
    std::vector<std::vector<ledger::RowChange>> blocks;
    std::uint64_t newest = 100;
    for (int step = 0; step < 4'000; ++step) {
        for (std::uint64_t writes = random() % 6; writes > 0; --writes) {
            // The newest and the oldest mostly; any other slot sometimes.
            const std::uint64_t pick = random() % 10;
            const std::uint64_t number = pick < 5   ? newest++
                                         : pick < 8 ? newest - (random() % 40)
                                                    : random() % newest;
            const SlotKey key{
                .series = series(static_cast<std::uint32_t>(random() % 3)), .slot = number
            };
            if (pick >= 6) {
                slots.erase(key);
                plain.erase(key);
            } else {
                Slot slot;
                slot.count = static_cast<std::uint32_t>(random());
                slots.put(key, slot);
                plain.put(key, slot);
            }
        }
        auto changes = one.seal();
        REQUIRE(changes == other.seal());
        blocks.push_back(std::move(changes));
        while (blocks.size() > 1 && random() % 3 == 0) {
            REQUIRE(one.undo(blocks.back()).has_value());
            REQUIRE(other.undo(blocks.back()).has_value());
            blocks.pop_back();
        }
        REQUIRE(slots.size() == plain.size());
        for (std::uint32_t number = 0; number < 3; ++number) {
            const auto rows = slots.rows().of(series(number));
            REQUIRE(std::ranges::is_sorted(rows, {}, &SlotRows::Row::number));
        }
        if (step % 50 == 0) {
            REQUIRE(one.dump() == other.dump());
        }
    }
    CHECK(slots.size() > 100);
}

}  // namespace faultline::signals
