// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/leg_chain.hpp"
#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace faultline::engine {
namespace {

using graph::LegKey;

constexpr std::uint64_t kHour = 3'600;
constexpr std::uint64_t kDay = 86'400;

/// Random blocks whose graphs are kept, and what those graphs were.
struct World {
    store::MemoryStore store;
    graph::Chain chain;
    GraphHistory history;
    std::mt19937 random;
    std::map<std::uint64_t, std::vector<ledger::RowChange>> truth;
    std::uint64_t highest = 0;
    /// Whether the program may end behind a block, before the graph of its hour is whole.
    bool crashes = false;

    explicit World(std::uint32_t seed) : random(seed) { chain.seconds_per_block = 600; }

    std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }

    void apply() {
        for (std::uint32_t i = draw(4); i > 0; --i) {
            const LegKey key{
                .market = static_cast<std::uint16_t>(draw(2)),
                .holder =
                    {.account = graph::address(0x01, static_cast<std::uint16_t>(draw(20))),
                     .part = {}},
                .part = graph::part(static_cast<std::uint16_t>(draw(3))),
                .side = static_cast<protocol::LegSide>(draw(3))
            };
            chain.set(key, draw(3) == 0 ? 0 : draw(50));
        }
        const std::uint64_t number = chain.height();
        chain.live_block();
        store::Batch batch;
        history.applied(batch, chain.graph, chain.sealed());
        REQUIRE(store.commit(batch, store::Durability::kSynced));
        truth[number] = chain.rows();
        highest = std::max(highest, number);
        if (history.owes_whole(chain.graph)) {
            const auto rows = history.rows(store, number);
            REQUIRE(rows.has_value());
            CHECK(*rows == truth[number]);
            keep_whole();
        }
        CHECK_FALSE(history.owes_whole(chain.graph));
    }

    void keep_whole() {
        if (crashes && draw(2) == 0) {
            restart();
            CHECK(history.owes_whole(chain.graph));
            return apply();
        }
        store::Batch batch;
        history.keep_whole(batch, chain.graph);
        REQUIRE(store.commit(batch, store::Durability::kSynced));
    }

    void revert() {
        chain.undo();
        store::Batch batch;
        history.reverted(batch, chain.height());
        REQUIRE(store.commit(batch, store::Durability::kSynced));
        truth.erase(chain.height());
    }

    void restart() {
        history = GraphHistory();
        REQUIRE(history.load(store));
    }
};

}  // namespace

TEST_CASE("a graph of the last day comes back as of every block, after reorgs and restarts") {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        World world(seed);
        world.crashes = seed > 2;
        for (int step = 0; step < 400; ++step) {
            const std::uint32_t what = world.draw(20);
            if (what < 2 && world.truth.size() > 3) {
                world.revert();
                continue;
            }
            if (what == 2) {
                world.restart();
            }
            world.apply();
        }
        const std::uint64_t last = world.truth.rbegin()->first;
        // Blocks that were taken back since had let go of what was a day before them.
        for (std::uint64_t number = world.highest - (kDay / 600) + 1; number <= last; ++number) {
            CAPTURE(number);
            const auto rows = world.history.rows(world.store, number);
            REQUIRE(rows.has_value());
            REQUIRE(*rows == world.truth[number]);
            const auto by_time =
                world.history.rows(world.store, UnixSeconds{.value = (600 * number) + 599});
            REQUIRE(by_time.has_value());
            REQUIRE(*by_time == world.truth[number]);
        }
    }
}

TEST_CASE("equal stamps are equal graphs, also when a block is applied again with other logs") {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        World world(seed);
        std::map<std::uint64_t, std::vector<ledger::RowChange>> seen;
        std::set<std::uint64_t> newest;
        for (int step = 0; step < 300; ++step) {
            if (world.draw(4) == 0 && world.truth.size() > 3) {
                world.revert();
            } else {
                world.apply();
            }
            const std::uint64_t last = world.truth.rbegin()->first;
            const auto now = world.history.stamp_of(last);
            REQUIRE(now);
            newest.insert(*now);
            CHECK(now == world.history.stamp(last + 5));
            const std::uint64_t then = last - std::min<std::uint64_t>(last, world.draw(4));
            if (const auto stamp = world.history.stamp(then)) {
                const auto rows = world.history.rows(world.store, then);
                REQUIRE(rows);
                REQUIRE(seen.try_emplace(*stamp, *rows).first->second == *rows);
            }
        }
        CHECK(newest.size() > 100);
        CHECK_FALSE(world.history.stamp(std::uint64_t{0}));
        CHECK_FALSE(world.history.stamp_of(world.highest + 1));
    }
}

TEST_CASE("older graphs come back as of their hour, then as of their day") {
    World world(7);
    constexpr std::uint64_t kDays = 40;
    for (std::uint64_t i = 0; i < kDays * kDay / 600; ++i) {
        world.apply();
    }
    const auto block_of = [&world](std::uint64_t seconds) {
        const auto rows = world.history.rows(world.store, UnixSeconds{.value = seconds});
        REQUIRE(rows.has_value());
        for (const auto& [number, truth] : world.truth) {
            if (truth == *rows) {
                return number;
            }
        }
        return std::uint64_t{0};
    };
    const std::uint64_t now = world.truth.rbegin()->first * 600;
    const std::uint64_t days_ago = ((now / kDay) - 10) * kDay;
    CHECK(block_of(days_ago + (5 * kHour) + 1800) * 600 == days_ago + (5 * kHour));
    const std::uint64_t long_ago = 4 * kDay;
    CHECK(block_of(long_ago + (5 * kHour)) * 600 == long_ago);
    // One of each day, the hours of a month and the blocks of a day; each has an index entry.
    std::size_t entries = 0;
    REQUIRE(world.store.scan(store::Family::kGraph, {}, [&entries](BytesView, BytesView) {
        ++entries;
        return true;
    }));
    CHECK(entries / 2 <= 10 + (31 * 24) + (24 * 6));
}

TEST_CASE("a time before the first graph says what the first is") {
    World world(1);
    const auto none = world.history.rows(world.store, UnixSeconds{.value = 1});
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == Code::kMissing);
    world.apply();
    const auto early = world.history.rows(world.store, std::uint64_t{0});
    REQUIRE_FALSE(early);
    CHECK(early.error().advice() == "The oldest is of block 1");
    CHECK(world.history.rows(world.store, std::uint64_t{99}).has_value());
}

}  // namespace faultline::engine
