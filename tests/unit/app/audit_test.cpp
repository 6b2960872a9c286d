// SPDX-License-Identifier: Apache-2.0
// The auditor beside an engine, with endpoints whose word the test decides, under simulated time.
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/event.hpp>
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

#include <algorithm>
#include <app/audit.hpp>
#include <app/audit_testimony.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using namespace std::chrono_literals;
using runtime::Task;

/// Gives out blocks when the test says so.
class PacedSource final : public chain::Source {
  public:
    Task<Result<eth::ChainEvent>> next() override {
        while (waiting.empty()) {
            co_await more.wait();
        }
        eth::ChainEvent event = std::move(waiting.front());
        waiting.erase(waiting.begin());
        co_return event;
    }

    std::vector<eth::ChainEvent> waiting;
    runtime::Event more;
};

/// How one endpoint answers.
struct Endpoint {
    std::string name;
    bool lies_about_alice = false;
    std::optional<Error> fault;
    std::size_t calls = 0;
};

/// A chain, its engine and its auditor. The truth is what the engine says itself.
struct World {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    runtime::Random random{1};
    std::unique_ptr<runtime::Workers> workers = runtime::make_inline_workers();
    obs::Metrics metrics;
    store::MemoryStore store;
    store::Committer committer{store, *workers};
    engine::ScriptedChain chain;
    PacedSource source;
    engine::Engine engine{
        engine::fold_options(),
        8,
        engine::EngineParts{store, committer, clock, random, obs::null_log(), metrics}
    };
    std::vector<Endpoint> endpoints;
    std::optional<Auditor> auditor;
    eth::BlockNum final_below = 0;  ///< So many blocks below the tip are not final.
    std::size_t most_at_once = 0;

    explicit World(std::vector<std::string> names, std::uint64_t per_minute = 60'000) {
        for (std::string& name : names) {
            endpoints.push_back({.name = std::move(name), .fault = {}});
        }
        engine.keep_blocks({.newest = 100});
        REQUIRE(engine.load());
        auditor.emplace(
            "test",
            AuditSettings{.requests_per_minute = per_minute, .accounts_per_sample = 8},
            AuditParts{
                engine,
                [this](
                    Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides
                ) { return testify(block, std::move(reads), std::move(besides)); },
                endpoints.size(),
                [this](const eth::BlockRef& block) {
                    return block.number + final_below <= engine.tip()->number;
                },
                clock,
                random,
                obs::null_log(),
                metrics
            }
        );
        engine.on_live_block([this](const eth::Block& block) { auditor->saw(block); });
    }

    /// The first endpoint that may be asked and answers.
    Task<Result<rpc::Testimony>> testify(
        Hash32 /*block*/, std::vector<eth::Read> reads, std::vector<std::string> besides
    ) {
        most_at_once = std::max(most_at_once, reads.size());
        std::optional<Error> error;
        for (Endpoint& one : endpoints) {
            if (std::ranges::find(besides, one.name) != besides.end()) {
                continue;
            }
            one.calls += reads.size();
            if (one.fault) {
                error = *one.fault;
                continue;
            }
            rpc::Testimony out{.endpoint = one.name, .answers = {}};
            for (eth::Read& read : reads) {
                out.answers.push_back(answer(one, std::move(read)));
            }
            co_return out;
        }
        co_return error.value_or(Error(Code::kTransient, "nobody is left"));
    }

    eth::ReadAnswer answer(const Endpoint& endpoint, eth::Read read) const {
        const bool lies =
            endpoint.lies_about_alice && read == aave::account_data_read(aave::kPool, aave::kAlice);
        const auto tip = engine.fold().tip();
        eth::Header at;
        at.ref = tip->ref;
        at.timestamp = tip->timestamp;
        const aave::Views views(
            engine.fold().markets().tables(), engine.fold().markets().configs()[0], 0, at
        );
        const auto figure = *views.answer(read);
        eth::ReadAnswer out{.read = std::move(read), .reverted = !figure.ok(), .result = {}};
        for (std::size_t i = 0; i < figure.value.words.size(); ++i) {
            const U256 word = figure.value.words[i].value_or(U256(5));
            const auto bytes = (lies && i == 0 ? wrapping_add(word, U256(1)) : word).to_be_bytes();
            out.result.insert(out.result.end(), bytes.begin(), bytes.end());
        }
        return out;
    }

    /// Runs all for so many blocks, one each `apart`; `between` is called before each.
    void blocks(
        int count, Duration apart = 1s, const std::function<void(int)>& between = [](int) {}
    ) {
        clock.run(loop, live(count, apart, between));
    }

    Task<> live(int count, Duration apart, std::function<void(int)> between) {
        runtime::TaskGroup group;
        group.spawn("follow", follow());
        group.spawn("audit", auditor->run());
        group.spawn("blocks", feed(count, apart, std::move(between), group));
        co_await group.wait();
    }

    Task<> follow() { static_cast<void>(co_await engine.run(source)); }

    Task<> feed(
        int count, Duration apart, std::function<void(int)> between, runtime::TaskGroup& group
    ) {
        for (int i = 0; i < count; ++i) {
            between(i);
            source.waiting.emplace_back(eth::Applied{chain.next(100)});
            source.more.notify();
            co_await clock.sleep(apart);
        }
        group.cancel();
    }

    double checks(const std::string& result) {
        return metrics
            .counter(
                "faultline_audit_checks_total",
                "",
                {{"chain", "test"}, {"market", "test"}, {"result", result}}
            )
            .value();
    }

    double mismatches() {
        return metrics
            .counter(
                "faultline_audit_mismatches_total", "", {{"chain", "test"}, {"market", "test"}}
            )
            .value();
    }

    /// Of audits, in the order in which they were told.
    std::vector<alerts::Transition> told() {
        std::vector<alerts::Transition> out;
        REQUIRE(store.scan(store::Family::kOutbox, {}, [&](BytesView, BytesView value) {
            auto transition = *alerts::decode_transition(value);
            if (transition.rule == "audit_mismatch") {
                out.push_back(std::move(transition));
            }
            return true;
        }));
        return out;
    }
};

constexpr double kAccounts = 2;

eth::ReadAnswer says(std::uint64_t word) {
    const auto bytes = U256(word).to_be_bytes();
    return {.read = {}, .reverted = false, .result = Bytes(bytes.begin(), bytes.end())};
}

}  // namespace

TEST_CASE("one answer that is ours settles it, two that are the same are believed", "[audit]") {
    const auto ours = Figure<aave::ViewFigure>::of({.words = {U256(1)}});
    CHECK(weigh(ours, {says(1)}, 3) == Weighed::kEqual);
    CHECK(weigh(ours, {says(2)}, 3) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(1)}, 3) == Weighed::kEqual);
    CHECK(weigh(ours, {says(2), says(3)}, 3) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(3), says(4)}, 3) == Weighed::kDiffers);
    CHECK(weigh(ours, {says(2), says(2)}, 3) == Weighed::kDiffers);
    // The only endpoint is asked twice.
    CHECK(weigh(ours, {says(2)}, 1) == Weighed::kUndecided);
    CHECK(weigh(ours, {says(2), says(2)}, 1) == Weighed::kDiffers);
    CHECK(weigh(ours, {says(2), says(1)}, 1) == Weighed::kEqual);
    const auto withheld = Figure<aave::ViewFigure>::without(FigureStatus::kStale, "old");
    CHECK(weigh(withheld, {says(2)}, 1) == Weighed::kLeftOut);
}

TEST_CASE("audits that find everything equal are counted and tell nobody", "[audit]") {
    World world({"a", "b"});
    CHECK(world.mismatches() == 0);
    CHECK_THAT(world.metrics.text(), Catch::Contains("faultline_audit_mismatches_total{"));
    world.blocks(20);
    CHECK(world.checks("equal") > 20 * kAccounts);
    CHECK(world.checks("mismatch") + world.checks("failed") + world.checks("skipped") == 0);
    CHECK(world.mismatches() == 0);
    CHECK(world.told().empty());
    CHECK(world.endpoints[1].calls == 0);
    CHECK(world.most_at_once <= 4);
    CHECK(
        world.metrics
            .gauge(
                "faultline_audit_last_success_timestamp_seconds",
                "",
                {{"chain", "test"}, {"market", "test"}}
            )
            .value() > 0
    );
}

TEST_CASE("the budget of requests is kept", "[audit]") {
    World slow({"a"}, 60);
    slow.blocks(120);
    // A call a second; the first request goes at once.
    CHECK(slow.endpoints[0].calls > 60);
    CHECK(slow.endpoints[0].calls <= 124);
}

TEST_CASE("a budget of 0 turns audits off", "[audit]") {
    World off({"a"}, 0);
    off.blocks(20);
    CHECK(off.endpoints[0].calls == 0);
}

TEST_CASE("nothing is asked of a block before it is final", "[audit]") {
    World world({"a"});
    world.final_below = 30;
    world.blocks(25);
    CHECK(world.endpoints[0].calls == 0);
    world.blocks(15);
    CHECK(world.endpoints[0].calls > 0);
}

TEST_CASE("one endpoint that lies raises nothing while another one tells the truth", "[audit]") {
    World world({"liar", "honest"});
    world.endpoints[0].lies_about_alice = true;
    world.blocks(20);
    CHECK(world.checks("equal") > 0);
    CHECK(world.checks("mismatch") + world.checks("failed") == 0);
    CHECK(world.endpoints[1].calls > 0);
    CHECK(world.told().empty());
}

TEST_CASE("what two endpoints say against us is told once, with both figures and logs", "[audit]") {
    World world({"a", "b"});
    world.endpoints[0].lies_about_alice = true;
    world.endpoints[1].lies_about_alice = true;
    world.blocks(20);
    const auto told = world.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == alerts::Kind::kFiring);
    CHECK(told[0].labels.at("account") == aave::kAlice.hex());
    CHECK(told[0].evidence.endpoints == std::vector<std::string>{"a", "b"});
    CHECK(told[0].figures.contains("ours_word_0"));
    CHECK(told[0].figures.at("ours_word_0") != told[0].figures.at("chain_word_0"));
    // Block 1 is where Alice supplied and borrowed.
    CHECK_THAT(told[0].summary, Catch::Contains("last logs: block 1 transaction 0x"));
    CHECK(world.mismatches() > 1);
    CHECK(world.mismatches() == world.checks("mismatch"));
    // Until it is equal again.
    world.blocks(20, 1s, [&](int /*block*/) {
        world.endpoints[0].lies_about_alice = false;
        world.endpoints[1].lies_about_alice = false;
    });
    REQUIRE(world.told().size() == 2);
    CHECK(world.told()[1].kind == alerts::Kind::kResolved);
    CHECK(world.engine.fold().audits().size() == 0);
}

TEST_CASE("the only endpoint is asked twice and then believed", "[audit]") {
    World world({"only"});
    world.endpoints[0].lies_about_alice = true;
    world.blocks(20);
    REQUIRE(world.told().size() == 1);
    CHECK(world.told()[0].evidence.endpoints == std::vector<std::string>{"only"});
}

TEST_CASE("a mismatch nobody can confirm is told after three samples, and says so", "[audit]") {
    World world({"a", "down"});
    world.endpoints[0].lies_about_alice = true;
    world.endpoints[1].fault = Error(Code::kTransient, "it is down");
    double failed_before = 0;
    world.blocks(40, 1s, [&](int /*block*/) {
        if (world.told().empty()) {
            failed_before = world.checks("failed");
        }
    });
    REQUIRE(world.told().size() == 1);
    CHECK_THAT(world.told()[0].summary, Catch::Contains("no other endpoint could be asked"));
    CHECK(failed_before == 2);
}

TEST_CASE("requests that fail are no mismatch", "[audit]") {
    World failing({"a"});
    failing.endpoints[0].fault = Error(Code::kTransient, "it is down");
    failing.blocks(60);
    CHECK(failing.checks("failed") > 0);
    CHECK(failing.checks("equal") + failing.checks("mismatch") + failing.checks("skipped") == 0);
}

TEST_CASE("state that is gone is skipped", "[audit]") {
    World pruned({"a"});
    pruned.endpoints[0].fault = Error(Code::kMissing, "missing trie node");
    pruned.blocks(20);
    CHECK(pruned.checks("skipped") > 0);
    CHECK(pruned.checks("equal") + pruned.checks("mismatch") + pruned.checks("failed") == 0);
    CHECK(pruned.told().empty());
}

TEST_CASE("a block whose finality nobody tells counts as final far below the tip", "[audit]") {
    World world({"a"});
    world.blocks(70);
    const auto at = [&](eth::BlockNum number) {
        return world.chain.blocks().at(number - 1).ref();
    };
    chain::HeadStatus status;
    CHECK(may_audit(status, world.engine, at(6)));
    CHECK_FALSE(may_audit(status, world.engine, at(7)));
    status.finalized = at(68);
    CHECK(may_audit(status, world.engine, at(68)));
    CHECK_FALSE(may_audit(status, world.engine, at(69)));
    // Another branch.
    eth::BlockRef other = at(68);
    other.hash.bytes[5] = 1;
    CHECK_FALSE(may_audit(status, world.engine, other));
    status.finalized = other;
    CHECK_FALSE(may_audit(status, world.engine, at(60)));
}

}  // namespace faultline::app
