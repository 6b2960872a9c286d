// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
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
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// An auditor beside an engine, with endpoints whose word the test decides, under simulated time.
namespace faultline::app::test {

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
    int breaks_at = -1;  ///< Of the blocks that are fed, the one whose logs degrade the market.

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
        const protocol::AllViews views(
            engine.fold().protocols(), engine.fold().at(), protocol::Trust::kAsFolded
        );
        const auto figure = *views.answer(read);
        eth::ReadAnswer out{
            .read = std::move(read), .outcome = eth::outcome_of(!figure.ok()), .result = {}
        };
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
            eth::Block block = chain.next(100);
            if (i == breaks_at) {
                aave::TestMarket scratch;
                scratch.borrow(7, aave::kAlice, 1);  // Of a reserve that was never listed.
                block.logs = scratch.pending().logs;
            }
            source.waiting.emplace_back(eth::Applied{block});
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

}  // namespace faultline::app::test
