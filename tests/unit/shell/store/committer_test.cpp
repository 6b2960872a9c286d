// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::store;

namespace {

/// Workers that take a second of simulated time, then do the work: a disk that is slow, and that
/// cancellation does not stop.
class SlowWorkers final : public runtime::Workers {
  public:
    explicit SlowWorkers(runtime::Clock& clock) : clock_(clock) {}

    runtime::Task<> run(std::move_only_function<void()> work) override {
        ++running;
        most_running = std::max(most_running, running);
        bool cancelled = false;
        try {
            co_await clock_.sleep(std::chrono::seconds(1));
        } catch (...) {
            cancelled = true;
        }
        --running;
        cancellations += cancelled ? 1 : 0;
        work();
    }

    int running = 0;
    int most_running = 0;
    int cancellations = 0;

  private:
    runtime::Clock& clock_;
};

struct Bench {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    SlowWorkers workers{clock};
    MemoryStore store;
    Committer committer{store, workers};
    std::vector<std::string> ended;

    static Batch batch(const std::string& name) {
        Batch out;
        const Bytes bytes(name.begin(), name.end());
        out.put(Family::kMeta, bytes, bytes);
        return out;
    }

    runtime::Task<> write(std::string name) {
        const auto result = co_await committer.commit(batch(name), Durability::kSynced);
        ended.push_back(name + (result ? "" : ": " + result.error().detail()));
    }

    [[nodiscard]] bool stored(const std::string& name) const {
        return store.get(Family::kMeta, Bytes(name.begin(), name.end())).value().has_value();
    }
};

}  // namespace

TEST_CASE("Commits run one at a time in the order they were started", "[store]") {
    Bench bench;
    runtime::TaskGroup group;
    for (const char* name : {"a", "b", "c", "d"}) {
        group.spawn(name, bench.write(name));
    }
    bench.clock.run(bench.loop, group.wait());
    CHECK(bench.ended == std::vector<std::string>{"a", "b", "c", "d"});
    CHECK(bench.workers.most_running == 1);
    CHECK(bench.clock.now() == Instant{std::chrono::seconds(4)});
}

TEST_CASE("A failed commit is told to its caller and holds nobody up", "[store]") {
    Bench bench;
    int commits = 0;
    bench.store.fail_commits([&]() -> std::optional<Error> {
        if (++commits == 1) {
            return Error(Code::kUnavailable, "disk full");
        }
        return std::nullopt;
    });
    runtime::TaskGroup group;
    group.spawn("a", bench.write("a"));
    group.spawn("b", bench.write("b"));
    bench.clock.run(bench.loop, group.wait());
    CHECK(bench.ended == std::vector<std::string>{"a: disk full", "b"});
    CHECK_FALSE(bench.stored("a"));
    CHECK(bench.stored("b"));
}

TEST_CASE("Cancelling a waiting commit writes nothing, one under way completes", "[store]") {
    Bench bench;
    runtime::TaskGroup doomed;
    runtime::TaskGroup others;
    doomed.spawn("first", bench.write("first"));
    doomed.spawn("second", bench.write("second"));
    bench.loop.poll();
    others.spawn("third", bench.write("third"));
    bench.loop.poll();
    REQUIRE(bench.committer.queued() == 3);
    doomed.cancel();
    bench.clock.run(bench.loop, others.wait());
    CHECK(bench.stored("first"));
    CHECK_FALSE(bench.stored("second"));
    CHECK(bench.stored("third"));
    CHECK(doomed.live() == 0);
    CHECK(bench.workers.cancellations == 1);
    CHECK(bench.committer.queued() == 0);
}
