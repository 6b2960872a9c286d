// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/history_fetcher.hpp"

#include "shell/chain/backfill_progress.hpp"
#include "unit/shell/chain/scenario.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::chain;
using namespace faultline::chain::test;

namespace {

constexpr eth::BlockNum kEnd = 1500;

/// A fetcher over a chain of `kEnd` blocks.
struct Fetching : Scenario {
    FollowerParts parts;
    ChainMetrics chain_metrics;
    HeadStatus status;
    VerifiedFetch verified;
    HistoryFetcher fetcher;

    explicit Fetching(std::uint64_t seed = 1)
        : Scenario(seed),
          parts{
              .node = node,
              .endpoints = {},
              .connector = connector,
              .clock = clock,
              .random = random,
              .applied = recorder,
              .log = log,
              .metrics = metrics
          },
          chain_metrics(metrics, "test", "fake", {}),
          verified(options, parts, chain_metrics, status),
          fetcher(options, parts, chain_metrics, verified) {
        chain.grow(kEnd);
    }

    Result<std::vector<FetchedBlock>> fetch(eth::BlockNum next) {
        std::optional<Result<std::vector<FetchedBlock>>> out;
        clock.run(loop, keep(next, out));
        return *std::move(out);
    }

  private:
    runtime::Task<> keep(
        eth::BlockNum next, std::optional<Result<std::vector<FetchedBlock>>>& out
    ) {
        out = co_await fetcher.fetch(next, kEnd);
    }
};

/// Fails unless these are the chain's own blocks from `next` on; returns the number after them.
eth::BlockNum follow(Fetching& at, eth::BlockNum next, const std::vector<FetchedBlock>& blocks) {
    for (const FetchedBlock& block : blocks) {
        REQUIRE(block.header == at.chain.at(next).header);
        REQUIRE(block.logs == at.chain.at(next).logs);
        ++next;
    }
    return next;
}

}  // namespace

TEST_CASE("history comes in order, once and whole, whatever comes late or fails", "[chain]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Fetching at(seed);
        runtime::Random random(seed);
        at.node.widest_range = random.chance(0.5) ? 1000 : random.between(2, 90);
        at.node.takes = [&](const std::string&) {
            return std::chrono::milliseconds(random.between(1, 400));
        };
        const double failing = random.chance(0.5) ? 0.0 : 0.1;
        at.node.fault = [&](const std::string&) -> std::optional<Error> {
            return random.chance(failing) ? std::optional(Error(Code::kTransient, "fake: reset"))
                                          : std::nullopt;
        };
        eth::BlockNum next = 0;
        for (int rounds = 0; next <= kEnd; ++rounds) {
            REQUIRE(rounds < 4000);
            const auto blocks = at.fetch(next);
            if (blocks && !blocks->empty()) {
                next = follow(at, next, *blocks);
            } else if (!at.fetcher.asks_for_ranges()) {
                at.fetcher.single_worked();
                ++next;  // Whoever follows asks for this one alone.
            }
        }
        CHECK(next == kEnd + 1);
    }
}

TEST_CASE("several ranges are under way at once", "[chain]") {
    Fetching at;
    std::size_t under_way = 0;
    std::size_t most = 0;
    at.node.takes = [&](const std::string& method) {
        most = std::max(most, method == "headers" ? ++under_way : under_way);
        under_way -= method == "logs" ? 1 : 0;
        return 100ms;
    };
    REQUIRE(at.fetch(0));
    CHECK(most == 4);
}

TEST_CASE("fewer ranges are under way when the rate is limited", "[chain]") {
    Fetching limited;
    std::vector<std::size_t> requests;
    limited.node.fault = [&](const std::string& method) -> std::optional<Error> {
        return method == "headers" ? std::optional(Error(Code::kRateLimited, "fake: 429"))
                                   : std::nullopt;
    };
    for (int i = 0; i < 4; ++i) {
        limited.node.calls.clear();
        CHECK(limited.fetch(0).error().code() == Code::kRateLimited);
        requests.push_back(static_cast<std::size_t>(limited.node.calls["headers"]));
    }
    CHECK(requests.front() == 4);
    CHECK(requests.back() == 1);
}

TEST_CASE("an error behind what came is told when its turn comes, and only then", "[chain]") {
    Fetching at;
    at.node.takes = [&](const std::string&) {
        return 10ms;
    };
    int calls = 0;
    at.node.fault = [&](const std::string& method) -> std::optional<Error> {
        return method == "headers" && ++calls == 3
                   ? std::optional(Error(Code::kTransient, "fake: reset"))
                   : std::nullopt;
    };
    const auto first = at.fetch(0);
    REQUIRE(first);
    const eth::BlockNum next = follow(at, 0, *first);
    CHECK(next == 128);
    const auto failed = at.fetch(next);
    REQUIRE_FALSE(failed);
    CHECK_THAT(failed.error().message(), Catch::Contains("fetch blocks 128 to 191: fake: reset"));
    // The fourth range came meanwhile and is not asked for again.
    at.node.calls.clear();
    const auto rest = at.fetch(next);
    REQUIRE(rest);
    CHECK(follow(at, next, *rest) > 256);
}

TEST_CASE("blocks of another branch than the ones before are not handed out with them", "[chain]") {
    Fetching at;
    bool moved = false;
    at.node.takes = [&](const std::string&) {
        return 10ms;
    };
    at.node.before = [&](const std::string& method) {
        if (!moved && method == "headers" && at.node.calls["headers"] >= 4) {
            moved = true;
            at.chain.reorg(kEnd - 100, kEnd - 100, 7);
        }
    };
    const auto blocks = at.fetch(0);
    if (blocks) {
        for (std::size_t i = 1; i < blocks->size(); ++i) {
            REQUIRE((*blocks)[i].header.parent == (*blocks)[i - 1].header.ref.hash);
        }
    }
    at.fetcher.forget();
    const auto again = at.fetch(0);
    REQUIRE(again);
    CHECK(follow(at, 0, *again) > 64);
}

TEST_CASE("progress tells the pace and the time left, and ends at nothing left", "[chain]") {
    Fetching at;
    BackfillProgress progress(at.parts, at.chain_metrics);
    const auto wait = [&](Duration time) {
        at.clock.run(at.loop, at.clock.sleep(time));
    };
    progress.fetched(1, 100, 1000, 50);
    CHECK(at.chain_metrics.backfill_remaining_blocks.value() == 900);
    wait(10s);
    progress.fetched(101, 200, 1000, 50);
    // 200 blocks and 100 logs in 10 s.
    CHECK(at.chain_metrics.backfill_eta.value() == 40);
    CHECK(at.log.said("blocks_per_second=20 logs_per_second=10 seconds_left=40") == 1);
    CHECK(at.log.said("block=200 end=1000 percent=20") == 1);
    wait(30s);
    progress.fetched(201, 1000, 1000, 0);
    CHECK(at.chain_metrics.backfill_eta.value() == 0);
    CHECK(at.chain_metrics.backfill_remaining_blocks.value() == 0);
    CHECK(at.log.said("history is fetched") == 1);
}
