// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/chain/scenario.hpp"

#include <faultline/shell/runtime/task_group.hpp>

using namespace faultline;
using namespace faultline::chain::test;

namespace {

/// Runs the subscription and the stream side by side for a while of simulated time.
struct Listening {
    Scenario scenario;

    Listening() {
        scenario.chain.grow(3);
        scenario.options.poll_interval = 60s;
        scenario.make(true);
    }

    /// `script` runs beside the daemon; all ends when it does.
    void during(runtime::Task<> script) {
        scenario.clock.run(scenario.loop, all(std::move(script)));
    }

    runtime::Task<> pull() {
        for (;;) {
            auto event = co_await scenario.follower->next();
            if (!event) {
                co_return;
            }
            scenario.recorder.take(*std::move(event));
        }
    }

    [[nodiscard]] double reconnects(const std::string& reason) {
        return scenario.metrics
            .counter(
                "faultline_ws_reconnects_total",
                "",
                {{"chain", "test"}, {"provider", "fake"}, {"reason", reason}}
            )
            .value();
    }

  private:
    runtime::Task<> all(runtime::Task<> script) {
        runtime::TaskGroup group;
        group.spawn("hints", scenario.follower->run_hints());
        group.spawn("stream", pull());
        group.spawn("script", end_with(std::move(script), group));
        co_await group.wait();
    }

    static runtime::Task<> end_with(runtime::Task<> script, runtime::TaskGroup& group) {
        co_await std::move(script);
        group.cancel();
    }
};

runtime::Task<> announce_one(Listening& at) {
    co_await at.scenario.clock.sleep(10s);
    CHECK(at.scenario.recorder.tip()->number == 3);
    at.scenario.chain.grow(1);
    at.scenario.connector.announce(at.scenario.chain.at(4).header);
    co_await at.scenario.clock.sleep(1s);
    CHECK(at.scenario.recorder.tip()->number == 4);
}

runtime::Task<> storm(Listening& at) {
    co_await at.scenario.clock.sleep(10s);
    const int before = at.scenario.node.calls["head"];
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        eth::Header lie = at.scenario.chain.at(3).header;
        lie.ref.number = 1'000'000 + i;
        at.scenario.connector.announce(lie);
        if (i % 100 == 0) {
            co_await at.scenario.clock.sleep(1ms);
        }
    }
    co_await at.scenario.clock.sleep(1s);
    CHECK(at.scenario.node.calls["head"] - before < 30);
    CHECK(at.scenario.recorder.tip()->number == 3);
}

runtime::Task<> drop(Listening& at) {
    co_await at.scenario.clock.sleep(10s);
    at.scenario.connector.close();
    co_await at.scenario.clock.sleep(2s);
    CHECK(at.scenario.connector.connects == 2);
    at.scenario.chain.grow(1);
    at.scenario.connector.announce(at.scenario.chain.at(4).header);
    co_await at.scenario.clock.sleep(1s);
    CHECK(at.scenario.recorder.tip()->number == 4);
    CHECK(at.reconnects("closed") == 1);
}

runtime::Task<> silent_while_chain_moves(Listening& at) {
    for (int i = 0; i < 30; ++i) {
        co_await at.scenario.clock.sleep(12s);
        at.scenario.chain.grow(1);
    }
    CHECK(at.scenario.connector.connects > 1);
    CHECK(at.reconnects("silent") >= 1);
    CHECK(at.reconnects("silent") <= 6);
    CHECK(at.scenario.recorder.tip()->number >= 28);
}

runtime::Task<> silent_from_now_on(Listening& at) {
    co_await at.scenario.clock.sleep(12s);
    at.scenario.chain.grow(1);
    at.scenario.connector.announce(at.scenario.chain.at(4).header);
    co_await at.scenario.clock.sleep(1s);
    const int before = at.scenario.connector.connects;
    for (int i = 0; i < 59; ++i) {
        co_await at.scenario.clock.sleep(1s);
        if (i % 12 == 0) {
            at.scenario.chain.grow(1);
        }
    }
    CHECK(at.scenario.connector.connects == before + 1);
    CHECK(at.reconnects("silent") == 1);
}

runtime::Task<> count_sockets(Listening& at) {
    co_await at.scenario.clock.sleep(10s);
    CHECK(at.scenario.connector.connects == 2);
}

runtime::Task<> silent_while_chain_stands(Listening& at) {
    co_await at.scenario.clock.sleep(1h);
    CHECK(at.scenario.connector.connects == 1);
}

runtime::Task<> refused(Listening& at) {
    at.scenario.connector.refuses = true;
    for (int i = 0; i < 20; ++i) {
        co_await at.scenario.clock.sleep(60s);
        at.scenario.chain.grow(1);
    }
    CHECK(at.scenario.recorder.tip()->number >= 21);
    CHECK(at.scenario.connector.connects > 20);
    CHECK(at.scenario.connector.connects < 120);
    CHECK(at.scenario.log.count("newheads_lost") == 1);
}

}  // namespace

TEST_CASE("a notification is followed long before the next poll", "[chain][hints]") {
    Listening at;
    at.during(announce_one(at));
}

TEST_CASE("a storm of false notifications costs few polls and moves nothing", "[chain][hints]") {
    Listening at;
    at.during(storm(at));
}

TEST_CASE("a dropped socket is opened again", "[chain][hints]") {
    Listening at;
    at.during(drop(at));
}

TEST_CASE("a socket silent while polling sees the chain move is opened again", "[chain][hints]") {
    Listening at;
    at.scenario.options.poll_interval = 4s;
    at.scenario.make(true);
    at.during(silent_while_chain_moves(at));
}

TEST_CASE("a socket that falls silent is opened again within a minute", "[chain][hints]") {
    Listening at;
    at.scenario.options.poll_interval = 4s;
    at.scenario.make(true);
    at.during(silent_from_now_on(at));
}

TEST_CASE("every endpoint with a socket is listened to", "[chain][hints]") {
    Listening at;
    at.scenario.make(true, 2);
    at.during(count_sockets(at));
}

TEST_CASE("a socket silent on a chain that stands still is left alone", "[chain][hints]") {
    Listening at;
    at.during(silent_while_chain_stands(at));
}

TEST_CASE("polling alone follows the chain while the socket is refused", "[chain][hints]") {
    Listening at;
    at.during(refused(at));
}

TEST_CASE("without a WebSocket URL there is nothing to listen to", "[chain][hints]") {
    Scenario scenario;
    scenario.make(false);
    scenario.clock.run(scenario.loop, scenario.follower->run_hints());
    CHECK(scenario.connector.connects == 0);
}
