// SPDX-License-Identifier: Apache-2.0
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::uint64_t kWindow = 4;

/// Gives out a list of events, then says that the chain is over.
class ListSource final : public chain::Source {
  public:
    explicit ListSource(std::deque<eth::ChainEvent> events) : events_(std::move(events)) {}

    runtime::Task<Result<eth::ChainEvent>> next() override {
        if (events_.empty()) {
            co_return Error(Code::kRejected, "the list is over");
        }
        eth::ChainEvent event = std::move(events_.front());
        events_.pop_front();
        co_return event;
    }

  private:
    std::deque<eth::ChainEvent> events_;
};

/// Work takes simulated time, as on a worker thread.
class SlowWorkers final : public runtime::Workers {
  public:
    explicit SlowWorkers(runtime::Clock& clock) : clock_(clock) {}

    runtime::Task<> run(std::move_only_function<void()> work) override {
        co_await clock_.sleep(std::chrono::milliseconds(2));
        work();
    }

  private:
    runtime::Clock& clock_;
};

/// An engine on a store in memory; a new one on the same store is a restarted process.
struct World {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    runtime::Random random{1};
    SlowWorkers workers{clock};
    obs::Metrics metrics;
    store::MemoryStore store;
    store::Committer committer{store, workers};
    ScriptedChain chain;
    std::unique_ptr<Engine> engine;

    World() { restart(); }

    void restart() {
        engine.reset();
        engine = std::make_unique<Engine>(
            fold_options(),
            kWindow,
            EngineParts{store, committer, clock, random, obs::null_log(), metrics}
        );
        REQUIRE(engine->load());
    }

    void run(std::deque<eth::ChainEvent> events) {
        ListSource source(std::move(events));
        clock.run(loop, drive(source));
    }

    runtime::Task<> drive(ListSource& source) {
        auto ended = co_await engine->run(source);
        last_error = ended ? std::string() : ended.error().message();
    }

    std::vector<alerts::Transition> outbox() {
        std::vector<alerts::Transition> out;
        REQUIRE(store.scan(store::Family::kOutbox, {}, [&](BytesView, BytesView value) {
            out.push_back(*alerts::decode_transition(value));
            return true;
        }));
        return out;
    }

    std::string last_error;
};

Result<void> load_anew(World& world) {
    Engine engine(
        fold_options(),
        kWindow,
        EngineParts{
            world.store, world.committer, world.clock, world.random, obs::null_log(), world.metrics
        }
    );
    return engine.load();
}

}  // namespace

TEST_CASE("what was committed is there after a restart, and the chain goes on from it") {
    World world;
    world.run({eth::Applied{world.chain.next(100)}, eth::Applied{world.chain.next(86)}});
    const auto rows = world.engine->fold().dump();
    world.restart();
    REQUIRE(world.engine->fold().dump() == rows);
    REQUIRE(world.engine->tip() == world.chain.blocks().back().ref());
    world.run({eth::Applied{world.chain.next(86)}});
    REQUIRE(world.outbox().size() == 2);
    CHECK(world.outbox()[1].kind == alerts::Kind::kFiring);
    CHECK(world.last_error == "the list is over");
}

TEST_CASE("a commit that fails is repeated until it works; nothing is lost and readers are told") {
    World world;
    int failures = 5;
    world.store.fail_commits([&]() -> std::optional<Error> {
        return failures-- > 0 ? std::optional(Error(Code::kUnavailable, "disk full"))
                              : std::nullopt;
    });
    world.run({eth::Applied{world.chain.next(100)}, eth::Applied{world.chain.next(86)}});
    CHECK(failures < 0);
    CHECK(world.engine->progress().storage_error.empty());
    world.restart();
    CHECK(world.engine->tip() == world.chain.blocks().back().ref());
}

TEST_CASE("a reorg after a restart finds its undo records and queues the retraction") {
    World world;
    world.run(
        {eth::Applied{world.chain.next(100)},
         eth::Applied{world.chain.next(86)},
         eth::Applied{world.chain.next(86)}}
    );
    world.restart();
    const eth::BlockRef lost = world.chain.blocks().back().ref();
    world.chain.drop_tip();
    world.run({eth::Reverted{lost}, eth::Applied{world.chain.next(100, 1)}});
    const auto outbox = world.outbox();
    REQUIRE(outbox.size() == 4);
    CHECK(outbox[2].kind == alerts::Kind::kRetracted);
    CHECK(outbox[2].block == lost);
    CHECK(outbox[3].kind == alerts::Kind::kResolved);
    CHECK(outbox[3].retracts == alerts::Kind::kPending);
}

TEST_CASE("a reorg as deep as the undo window finds the block it leaves from, and no deeper one") {
    World world;
    std::deque<eth::ChainEvent> events;
    for (std::uint64_t i = 0; i < 2 * kWindow; ++i) {
        events.emplace_back(eth::Applied{world.chain.next(100)});
    }
    world.run(std::move(events));
    world.restart();
    CHECK(world.engine->applied(2 * kWindow).has_value());
    CHECK(world.engine->applied(kWindow).has_value());
    CHECK_FALSE(world.engine->applied(kWindow - 1).has_value());

    events.clear();
    for (std::uint64_t depth = 0; depth < kWindow; ++depth) {
        events.emplace_back(eth::Reverted{world.chain.blocks().back().ref()});
        world.chain.drop_tip();
    }
    world.run(std::move(events));
    CHECK(world.last_error == "the list is over");
    CHECK(world.engine->tip() == world.chain.blocks().back().ref());
}

TEST_CASE("readers get a turn between any two blocks, however fast these come") {
    World world;
    std::deque<eth::ChainEvent> events;
    for (int i = 0; i < 200; ++i) {
        events.emplace_back(eth::Applied{world.chain.next(100)});
    }
    ListSource source(std::move(events));
    std::size_t reads = 0;
    std::size_t consistent = 0;
    const auto read = [&]() -> runtime::Task<> {
        while (world.last_error.empty()) {
            const bool settled = co_await world.engine->settled(std::chrono::seconds(1));
            ++reads;
            const std::optional<TipRow>& committed = world.engine->progress().committed;
            const auto durable = committed ? std::optional(committed->ref) : std::nullopt;
            consistent += settled && durable == world.engine->tip() ? 1 : 0;
            co_await world.clock.sleep(std::chrono::milliseconds(1));
        }
    };
    world.clock.run(world.loop, [&]() -> runtime::Task<> {
        runtime::TaskGroup group;
        group.spawn("engine", world.drive(source));
        group.spawn("reader", read());
        co_await group.wait();
    }());
    CHECK(reads > 100);
    CHECK(consistent == reads);
}

TEST_CASE("a tip without an undo record of its own stops the start") {
    World world;
    const eth::Block block = world.chain.next(100);
    world.run({eth::Applied{block}});
    store::Batch damage;
    damage.erase(store::Family::kUndo, ledger::encode(block.ref().number));
    REQUIRE(world.store.commit(damage, store::Durability::kSynced));
    const auto loaded = load_anew(world);
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().message(), Catch::Contains("has no undo record of its own"));
}

TEST_CASE("a damaged row stops the start with what to do") {
    World world;
    world.run({eth::Applied{world.chain.next(100)}});
    store::Batch damage;
    damage.put(store::Family::kRows, Bytes{1, 1, 0, 0}, Bytes{9});
    REQUIRE(world.store.commit(damage, store::Durability::kSynced));
    const auto loaded = load_anew(world);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code() == Code::kCorrupt);
    CHECK_THAT(loaded.error().message(), Catch::Contains("run `faultline resync`"));
}

}  // namespace faultline::engine
