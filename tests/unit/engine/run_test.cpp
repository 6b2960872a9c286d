// SPDX-License-Identifier: Apache-2.0
// History that becomes durable in runs ends in the rows that one block at a time ends in.
#include "core/protocols/aave/events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::uint64_t kWindow = 4;
constexpr std::size_t kDeepBlocks = 40;
constexpr std::size_t kLiveBlocks = 12;
constexpr std::size_t kOutageBlocks = 20;
constexpr std::size_t kBlocks = kDeepBlocks + (2 * kLiveBlocks) + kOutageBlocks;

using Entries = std::vector<store::Entry>;

/// Hands out blocks; whether more history follows at once is drawn with `eagerness`.
class BlockSource final : public chain::Source {
  public:
    BlockSource(std::span<const eth::Block> blocks, runtime::Random& random, double eagerness)
        : blocks_(blocks), random_(random), eagerness_(eagerness) {}

    runtime::Task<Result<eth::ChainEvent>> next() override {
        if (blocks_.empty()) {
            co_return Error(Code::kRejected, "the list is over");
        }
        const eth::Block block = blocks_.front();
        blocks_ = blocks_.subspan(1);
        co_return eth::Applied{block};
    }

    [[nodiscard]] bool has_history() const override {
        return !blocks_.empty() && blocks_.front().deep && random_.chance(eagerness_);
    }

  private:
    std::span<const eth::Block> blocks_;
    runtime::Random& random_;
    double eagerness_;
};

/// Deep history in which accounts come and go, then live blocks in which Alice gets into trouble;
/// then both again, with a market that is changed meanwhile.
std::vector<eth::Block> story(runtime::Random& random) {
    ScriptedChain chain;
    std::vector<eth::Block> blocks;
    for (std::size_t i = 0; i < kBlocks; ++i) {
        const bool outage = i >= kDeepBlocks + kLiveBlocks && i < kBlocks - kLiveBlocks;
        const bool deep = i < kDeepBlocks || outage;
        eth::Block block = chain.next(random.chance(0.5) ? 100 : 86);
        if (deep) {
            // The first one says which versions run, without which nothing is judged.
            if (i != 0) {
                block.reads = {};
            }
            block.live = false;
            block.deep = true;
        }
        if (i > 0 && random.chance(0.7)) {
            Address account;
            account.bytes[19] = static_cast<std::uint8_t>(random.between(1, 6));
            aave::TestMarket market;
            market.supply(0, account, random.between(1, 1000) * kToken);
            if (random.chance(0.3)) {
                market.log<aave::events::CollateralConfigurationChanged>(
                    aave::kConfigurator,
                    {aave::asset(0), U256(4000), U256(random.between(8000, 8500)), U256(10500)}
                );
            }
            block.logs = market.pending().logs;
        }
        blocks.push_back(std::move(block));
    }
    return blocks;
}

struct World {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    runtime::Random random;
    std::unique_ptr<runtime::Workers> workers = runtime::make_inline_workers();
    obs::Metrics metrics;
    store::MemoryStore store;
    store::Committer committer{store, *workers};
    std::unique_ptr<Engine> engine;

    explicit World(std::uint64_t seed) : random(seed) { restart(); }

    void restart() {
        engine.reset();
        engine = std::make_unique<Engine>(
            fold_options(),
            kWindow,
            EngineParts{store, committer, clock, random, obs::null_log(), metrics}
        );
        REQUIRE(engine->load());
    }

    void run(std::span<const eth::Block> blocks, double eagerness) {
        BlockSource source(blocks, random, eagerness);
        clock.run(loop, drive(source));
    }

    runtime::Task<> drive(BlockSource& source) {
        const auto ended = co_await engine->run(source);
        CHECK_FALSE(ended.has_value());
    }

    Entries entries(store::Family family) const {
        Entries out;
        REQUIRE(store.scan(family, {}, [&](BytesView key, BytesView value) {
            out.push_back({Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
            return true;
        }));
        return out;
    }

    /// Rows, outbox and undo records.
    std::array<Entries, 3> state() const {
        return {
            entries(store::Family::kRows),
            entries(store::Family::kOutbox),
            entries(store::Family::kUndo)
        };
    }
};

std::array<Entries, 3> one_at_a_time(const std::vector<eth::Block>& blocks) {
    World world(1);
    world.run(blocks, 0);
    return world.state();
}

}  // namespace

TEST_CASE("however history is cut into runs, and wherever the process dies, the rows are the same"
) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        runtime::Random random(seed);
        const std::vector<eth::Block> blocks = story(random);
        const std::array<Entries, 3> whole = one_at_a_time(blocks);

        World cut(seed);
        const double eagerness = static_cast<double>(cut.random.between(3, 10)) / 10;
        std::size_t next = 0;
        // Ends: an attempt gets further, or draws again.
        while (next < blocks.size()) {
            const std::size_t most = blocks.size() - next;
            const std::size_t some = std::min<std::size_t>(most, cut.random.between(1, 30));
            cut.run(std::span(blocks).subspan(next, some), eagerness);
            cut.store.crash(cut.random.between(0, cut.store.buffered()));
            cut.restart();
            const auto tip = cut.engine->tip();
            next = tip ? tip->number - blocks.front().ref().number + 1 : 0;
        }
        CHECK(cut.state() == whole);
        CHECK(whole[1].size() > 1);
    }
}

TEST_CASE("a run is one batch, and its last block can be taken back") {
    World world(1);
    const std::vector<eth::Block> blocks = story(world.random);
    const auto deep = std::span(blocks).first(kDeepBlocks);
    world.run(deep, 1);
    CHECK(world.store.buffered() == 1);
    CHECK(world.engine->progress().events == kDeepBlocks);
    CHECK(world.engine->tip() == deep.back().ref());
    CHECK(world.engine->applied(deep.back().ref().number) == deep.back().ref());
    CHECK_FALSE(world.engine->applied(deep.back().ref().number - 1).has_value());
    CHECK(world.entries(store::Family::kUndo).size() == 1);
}

}  // namespace faultline::engine
