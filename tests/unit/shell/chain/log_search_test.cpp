// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/chain/scenario.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/log_search.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::chain;
using namespace faultline::chain::test;

namespace {

constexpr eth::BlockNum kEnd = 3000;

struct Searching : Scenario {
    eth::LogFilter filter;
    std::unique_ptr<LogSearch> search;
    std::size_t errors = 0;

    explicit Searching(std::uint64_t seed, eth::BlockNum first) : Scenario(seed) {
        chain.grow(kEnd + 20);
        search = make_log_search(node, clock, filter, first, chain.at(kEnd).header.ref);
    }

    Result<std::vector<rpc::BlockLogs>> next() {
        std::optional<Result<std::vector<rpc::BlockLogs>>> out;
        clock.run(loop, keep(out));
        return *std::move(out);
    }

    /// All of it; what fails is asked again.
    std::vector<rpc::BlockLogs> all() {
        std::vector<rpc::BlockLogs> out;
        while (!search->done()) {
            auto some = next();
            errors += some ? 0 : 1;
            REQUIRE(errors < 1000);
            for (std::size_t i = 0; some && i < some->size(); ++i) {
                out.push_back(std::move((*some)[i]));
            }
        }
        return out;
    }

  private:
    runtime::Task<> keep(std::optional<Result<std::vector<rpc::BlockLogs>>>& out) {
        out = co_await search->next();
    }
};

}  // namespace

TEST_CASE("a search hands over each log of its blocks once, whatever the node refuses", "[chain]") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        runtime::Random random(seed);
        const eth::BlockNum first = random.between(0, kEnd);
        Searching at(seed, first);
        at.node.widest_range = random.chance(0.3) ? 1'000'000 : random.between(1, 700);
        at.node.takes = [&](const std::string&) {
            return std::chrono::milliseconds(random.between(1, 4000));
        };
        at.node.fault = [&](const std::string&) -> std::optional<Error> {
            if (random.chance(0.05)) {
                return Error(Code::kTransient, "fake: down");
            }
            return std::nullopt;
        };
        const auto groups = at.all();
        eth::BlockNum number = first;
        for (const rpc::BlockLogs& group : groups) {
            while (at.chain.at(number).logs.empty()) {
                ++number;
            }
            REQUIRE(group.ref == at.chain.at(number).header.ref);
            REQUIRE(group.logs == at.chain.at(number).logs);
            ++number;
        }
        while (number <= kEnd && at.chain.at(number).logs.empty()) {
            ++number;
        }
        CHECK(number == kEnd + 1);
        CHECK(at.search->position() == kEnd + 1);
    }
}

TEST_CASE("a search that is refused a single block says which, and stays there", "[chain]") {
    Searching at(1, 100);
    at.node.fault = [&](const std::string& method) -> std::optional<Error> {
        if (method == "logs") {
            return Error(Code::kRejected, "fake: no logs here");
        }
        return std::nullopt;
    };
    const auto refused = at.next();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Code::kRejected);
    CHECK(refused.error().message() == "search the logs of blocks 100 to 100: fake: no logs here");
    CHECK(at.search->position() == 100);
    CHECK_FALSE(at.search->done());
}

TEST_CASE("ranges grow while they work: a quiet chain takes few requests", "[chain]") {
    Searching at(1, 0);
    static_cast<void>(at.all());
    CHECK(at.node.calls["logs"] <= 8);
    CHECK(at.node.calls["headers"] == 0);
}
