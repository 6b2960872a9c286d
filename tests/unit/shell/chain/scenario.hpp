// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/shell/chain/fake_chain.hpp"
#include "unit/shell/chain/fake_node.hpp"
#include "unit/shell/chain/fake_socket.hpp"
#include "unit/shell/chain/recorder.hpp"

#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::chain::test {

using namespace std::chrono_literals;

/// Keeps the names of the events that were logged.
class EventLog final : public obs::Log {
  public:
    std::vector<std::string> events;
    std::vector<std::string> lines;  ///< The text of each and its fields.

    void write(
        obs::Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<obs::Field> fields
    ) override {
        static_cast<void>(level);
        events.emplace_back(event);
        std::string line(text);
        for (const obs::Field& field : fields) {
            line += " " + std::string(field.key) + "=" + field.value;
        }
        lines.push_back(std::move(line));
    }

    /// Lines with these words, fields included.
    [[nodiscard]] std::ptrdiff_t said(std::string_view words) const {
        return std::ranges::count_if(lines, [words](const std::string& line) {
            return line.contains(words);
        });
    }

    [[nodiscard]] std::ptrdiff_t count(const std::string& event) const {
        return std::ranges::count(events, event);
    }
};

/// A follower on a fake node under simulated time.
struct Scenario {
    runtime::Loop loop;
    runtime::VirtualClock clock;
    runtime::Random random;
    FakeChain chain;
    FakeNode node;
    FakeConnector connector;
    EventLog log;
    obs::Metrics metrics;
    FollowerOptions options;
    Recorder recorder;
    std::unique_ptr<Follower> follower;
    std::size_t promises = 0;  ///< How often has_history() announced the next event, and was right.

    explicit Scenario(std::uint64_t seed = 1, eth::BlockNum start = 0, std::uint64_t window = 64)
        : clock(seed), random(seed), node(chain, clock), connector(clock), recorder(start, window) {
        options.chain_name = "test";
        options.chain_id = 1;
        options.start_block = start;
        options.undo_window_blocks = window;
        options.filter = eth::LogFilter::of_topics({watched_topic()});
    }

    Follower& make(bool with_socket = false, std::size_t sockets = 1) {
        rpc::EndpointOptions endpoint;
        endpoint.name = "fake";
        endpoint.http = *net::Url::parse("http://node.test/");
        if (with_socket) {
            endpoint.ws = *net::Url::parse("ws://node.test/");
        }
        follower = make_follower(
            options,
            {.node = node,
             .endpoints = std::vector<rpc::EndpointOptions>(sockets, endpoint),
             .connector = connector,
             .clock = clock,
             .random = random,
             .applied = recorder,
             .log = log,
             .metrics = metrics}
        );
        return *follower;
    }

    /// Takes events until `done`, or until the source gives up; fails the test when simulated hours
    /// pass without that.
    Result<void> pull_until(const std::function<bool()>& done) {
        if (!follower) {
            make();
        }
        Result<void> result;
        clock.run(loop, bounded(done, result));
        CHECK(recorder.breach.empty());
        return result;
    }

    /// Follows until the tip is the chain's head.
    void catch_up() {
        const Result<void> result =
            pull_until([this] { return recorder.tip() == chain.at(chain.head()).header.ref; });
        INFO((result ? std::string() : result.error().message()));
        REQUIRE(result.has_value());
        CHECK(recorder.refs() == chain.refs(options.start_block));
    }

    /// What next() gives up with.
    Error refusal() {
        const Result<void> result = pull_until([] { return false; });
        REQUIRE_FALSE(result.has_value());
        return result.error();
    }

  private:
    runtime::Task<> bounded(std::function<bool()> done, Result<void>& result) {
        auto pulling = pull(std::move(done));
        result = co_await runtime::with_deadline(clock, 10h, "following", std::move(pulling));
    }

    runtime::Task<Result<void>> pull(std::function<bool()> done) {
        while (!done()) {
            const bool promised = follower->has_history();
            const Instant asked = clock.now();
            FAULTLINE_CO_TRY(eth::ChainEvent event, co_await follower->next());
            if (promised) {
                ++promises;
                const auto* applied = std::get_if<eth::Applied>(&event);
                CHECK((applied != nullptr && applied->block.deep && clock.now() == asked));
            }
            recorder.take(std::move(event));
        }
        co_return Result<void>();
    }
};

}  // namespace faultline::chain::test
