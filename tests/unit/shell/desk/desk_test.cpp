// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/desk/desk.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shell/desk/rows.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::desk;
using namespace std::chrono_literals;
using alerts::Silence;

namespace {

/// Work takes simulated time, as on a worker thread.
class SlowWorkers final : public runtime::Workers {
  public:
    explicit SlowWorkers(runtime::Clock& clock) : clock_(clock) {}

    runtime::Task<> run(std::move_only_function<void()> work) override {
        co_await clock_.sleep(2ms);
        work();
    }

  private:
    runtime::Clock& clock_;
};

struct Bench {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    SlowWorkers workers{clock};
    store::MemoryStore store;
    store::Committer committer{store, workers};
    obs::Metrics metrics;
    std::unique_ptr<Desk> desk = opened();
    int decisions = 0;

    std::unique_ptr<Desk> opened() {
        auto out = Desk::open(
            {.store = store,
             .committer = committer,
             .clock = clock,
             .log = obs::null_log(),
             .metrics = metrics}
        );
        REQUIRE(out.has_value());
        (*out)->on_decision([this] { ++decisions; });
        return *std::move(out);
    }

    /// Power is lost.
    void restart() {
        desk.reset();
        store.crash(0);
        desk = opened();
    }

    template <class T>
    T get(runtime::Task<T> task) {
        std::optional<T> out;
        clock.run(loop, [](runtime::Task<T> one, std::optional<T>& to) -> runtime::Task<> {
            to = co_await std::move(one);
        }(std::move(task), out));
        return *std::move(out);
    }

    /// What several that are asked for at once come to.
    template <class T>
    std::vector<T> all(std::vector<runtime::Task<T>> tasks) {
        std::vector<std::optional<T>> out(tasks.size());
        clock.run(
            loop,
            [](std::vector<runtime::Task<T>> each,
               std::vector<std::optional<T>>& to) -> runtime::Task<> {
                runtime::TaskGroup group;
                for (std::size_t i = 0; i < each.size(); ++i) {
                    group.spawn(
                        "one",
                        [](runtime::Task<T> one, std::optional<T>& into) -> runtime::Task<> {
                            into = co_await std::move(one);
                        }(std::move(each[i]), to[i])
                    );
                }
                co_await group.wait();
            }(std::move(tasks), out)
        );
        std::vector<T> told;
        for (std::optional<T>& one : out) {
            told.push_back(*std::move(one));
        }
        return told;
    }

    Silence silence(const std::string& matcher, Duration length) {
        Silence out;
        out.matchers.push_back(alerts::Matcher::parse(matcher).value());
        out.author = "ann";
        out.reason = "an upgrade";
        out.starts = clock.wall_now();
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length);
        out.ends = {out.starts.value + ms.count()};
        return out;
    }

    [[nodiscard]] bool has_metric(const std::string& line) const {
        return metrics.text().find("\n" + line + "\n") != std::string::npos;
    }
};

const alerts::Labels kLow = {{"rule", "low"}};

}  // namespace

TEST_CASE("A decision that was answered survives power loss, with its trail", "[desk]") {
    Bench bench;
    const auto added = bench.get(bench.desk->add(bench.silence("rule=low", 1h)));
    REQUIRE(added.has_value());
    CHECK(added->id == 1);
    const auto acknowledged = bench.get(bench.desk->acknowledge(
        {.chain = "ethereum",
         .fingerprint = "f",
         .episode = "e",
         .author = "bob",
         .comment = "on it",
         .at = {}},
        "low"
    ));
    REQUIRE(acknowledged.has_value());
    CHECK(bench.decisions == 2);
    bench.restart();
    const UnixMillis now = bench.clock.wall_now();
    CHECK(bench.desk->decisions().silenced_by(kLow, now).size() == 1);
    CHECK(bench.desk->decisions().acknowledged("ethereum", "f", "e")->comment == "on it");
    const auto trail = bench.desk->operations(10);
    REQUIRE(trail.size() == 2);
    CHECK(trail[0].what == "alert_acknowledged");
    CHECK(trail[0].who == "bob");
    CHECK(trail[0].about == "alert f of low on ethereum");
    CHECK(trail[1].about.starts_with("silence 1: rule=\"low\" until 20"));
    CHECK(trail[1].why == "an upgrade");
    CHECK(bench.desk->operations(1).size() == 1);
    CHECK(bench.get(bench.desk->add(bench.silence("rule=high", 1h)))->id == 2);
}

TEST_CASE("A silence is ended by somebody, once, and says why", "[desk]") {
    Bench bench;
    REQUIRE(bench.get(bench.desk->add(bench.silence("rule=low", 1h))).has_value());
    CHECK(bench.get(bench.desk->expire(7, "ann", "x")).error().code() == Code::kMissing);
    CHECK(bench.get(bench.desk->expire(1, "", "x")).error().code() == Code::kInvalid);
    CHECK(bench.get(bench.desk->expire(1, "ann", "")).error().code() == Code::kInvalid);
    CHECK(bench.get(bench.desk->expire(1, " ", "x")).error().code() == Code::kInvalid);
    CHECK(bench.get(bench.desk->expire(1, "ann", " \t")).error().code() == Code::kInvalid);
    REQUIRE(bench.get(bench.desk->expire(1, "bob", "done")).has_value());
    bench.restart();
    CHECK(bench.desk->decisions().silenced_by(kLow, bench.clock.wall_now()).empty());
    CHECK(bench.get(bench.desk->expire(1, "bob", "done")).error().code() == Code::kInvalid);
    CHECK(bench.desk->operations(10).front().what == "silence_expired");
    CHECK(bench.has_metric("faultline_silences{state=\"expired\"} 1"));
}

TEST_CASE("A decision that the disk does not take is not taken", "[desk]") {
    Bench bench;
    bench.store.fail_commits([] {
        return std::optional(Error(Code::kUnavailable, "the disk is full"));
    });
    const auto refused = bench.get(bench.desk->add(bench.silence("rule=low", 1h)));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message().find("the disk is full") != std::string::npos);
    CHECK(bench.desk->decisions().silences().empty());
    CHECK(bench.desk->operations(10).empty());
    CHECK(bench.decisions == 0);
}

TEST_CASE("What silences nothing in particular, or without end, is refused", "[desk]") {
    Bench bench;
    for (const std::string all :
         {"rule=~.*",
          "rule=~.+",
          "rule!=\"\"",
          "rule!~\"\"",
          "account!=x",
          "chain=~.+",
          "rule=~[a-z0-9_-]*",
          "severity=~critical|warning|info",
          "severity!=\"\""}) {
        INFO(all);
        CHECK_FALSE(bench.get(bench.desk->add(bench.silence(all, 1h))).has_value());
    }
    for (const std::string some :
         {"rule=~low.*",
          "account=~.+",
          "severity=~warning|info",
          "severity!=critical",
          "rule!=depeg",
          "chain!=ethereum",
          "rule!~bank.*"}) {
        INFO(some);
        CHECK(bench.get(bench.desk->add(bench.silence(some, 1h))).has_value());
    }
    CHECK_FALSE(bench.get(bench.desk->add(bench.silence("rule=low", 24h * 100))).has_value());
    CHECK(bench.desk->operations(10).size() == 7);
}

TEST_CASE("Silences and their trail have bounds", "[desk]") {
    Bench bench;
    for (std::size_t i = 0; i < Desk::kMostSilences; ++i) {
        REQUIRE(bench.get(bench.desk->add(bench.silence("rule=low", 1h))).has_value());
    }
    CHECK_FALSE(bench.get(bench.desk->add(bench.silence("rule=low", 1h))).has_value());
    runtime::TaskGroup group;
    group.spawn("desk", bench.desk->run());
    bench.clock.run(bench.loop, bench.clock.sleep(2h));
    CHECK(bench.has_metric("faultline_silences{state=\"active\"} 0"));
    CHECK(bench.has_metric("faultline_silences{state=\"expired\"} 1000"));
    group.cancel();
    bench.clock.run(bench.loop, group.wait());
    CHECK(bench.get(bench.desk->add(bench.silence("rule=low", 1h))).has_value());
}

namespace {

/// One acknowledgement more than there is room for, as a store of an earlier process has them.
void acknowledge_most(Bench& bench) {
    store::Batch batch;
    for (std::size_t i = 0; i <= alerts::Decisions::kMostAcknowledged; ++i) {
        const std::string name = std::to_string(100'000 + i);
        const alerts::Acknowledgement one{
            .chain = "ethereum",
            .fingerprint = name,
            .episode = "e",
            .author = "ann",
            .comment = "",
            // Those that are called last came first.
            .at = {1'000'000 - static_cast<std::int64_t>(i)}
        };
        batch.put(store::Family::kMeta, rows::acknowledged(one), rows::encode(one));
    }
    REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    bench.restart();
}

alerts::Acknowledgement acknowledged(const std::string& fingerprint, const std::string& comment) {
    return {
        .chain = "ethereum",
        .fingerprint = fingerprint,
        .episode = "e",
        .author = "ann",
        .comment = comment,
        .at = {}
    };
}

}  // namespace

TEST_CASE("After a restart the oldest acknowledgements go, whatever they are called", "[desk]") {
    Bench bench;
    acknowledge_most(bench);
    REQUIRE(bench.get(bench.desk->add(bench.silence("rule=x", 1h))).has_value());
    const std::string last = std::to_string(100'000 + alerts::Decisions::kMostAcknowledged);
    CHECK(bench.desk->decisions().acknowledged("ethereum", "100000", "e") != nullptr);
    CHECK(bench.desk->decisions().acknowledged("ethereum", last, "e") == nullptr);
}

TEST_CASE("What the disk still has is not forgotten when it takes nothing", "[desk]") {
    Bench bench;
    acknowledge_most(bench);
    const std::string oldest = std::to_string(100'000 + alerts::Decisions::kMostAcknowledged);
    bench.store.fail_commits([] {
        return std::optional(Error(Code::kUnavailable, "the disk is full"));
    });
    REQUIRE_FALSE(bench.get(bench.desk->add(bench.silence("rule=x", 1h))).has_value());
    CHECK(bench.desk->decisions().acknowledged("ethereum", oldest, "e") != nullptr);
}

TEST_CASE("The oldest acknowledgement that is given anew stays, on disk as well", "[desk]") {
    Bench bench;
    acknowledge_most(bench);
    const std::string oldest = std::to_string(100'000 + alerts::Decisions::kMostAcknowledged);
    REQUIRE(bench.get(bench.desk->acknowledge(acknowledged(oldest, "now"), "low")).has_value());
    bench.restart();
    CHECK(bench.desk->decisions().acknowledged("ethereum", oldest, "e") != nullptr);
}

TEST_CASE("What is acknowledged again in the same words adds nothing to the trail", "[desk]") {
    Bench bench;
    for (const std::string comment : {"mine", "mine", "selling", "selling"}) {
        REQUIRE(bench.get(bench.desk->acknowledge(acknowledged("f", comment), "low")).has_value());
    }
    CHECK(bench.desk->operations(10).size() == 2);
}

TEST_CASE("Decisions at once are judged one after the other", "[desk]") {
    Bench bench;
    const auto added = bench.get(bench.desk->add(bench.silence("rule=low", 1h)));
    REQUIRE(added.has_value());
    SECTION("one that two end is ended by the first") {
        std::vector<runtime::Task<Result<Silence>>> both;
        both.push_back(bench.desk->expire(added->id, "ann", "done"));
        both.push_back(bench.desk->expire(added->id, "bob", "done, too"));
        const auto told = bench.all(std::move(both));
        CHECK(told[0].has_value());
        REQUIRE_FALSE(told[1].has_value());
        CHECK_THAT(told[1].error().message(), Catch::Contains("is over since"));
        CHECK(bench.desk->operations(10).size() == 2);
    }
    SECTION("what two say in the same words is said once") {
        const alerts::Acknowledgement mine{
            .chain = "ethereum",
            .fingerprint = "f",
            .episode = "e",
            .author = "bob",
            .comment = "on it",
            .at = {}
        };
        std::vector<runtime::Task<Result<void>>> both;
        both.push_back(bench.desk->acknowledge(mine, "low"));
        both.push_back(bench.desk->acknowledge(mine, "low"));
        for (const auto& told : bench.all(std::move(both))) {
            CHECK(told.has_value());
        }
        CHECK(bench.desk->operations(10).size() == 2);
    }
    SECTION("the last place is given once") {
        for (std::size_t i = 2; i < Desk::kMostSilences; ++i) {
            REQUIRE(bench.get(bench.desk->add(bench.silence("rule=low", 1h))).has_value());
        }
        std::vector<runtime::Task<Result<Silence>>> both;
        both.push_back(bench.desk->add(bench.silence("rule=high", 1h)));
        both.push_back(bench.desk->add(bench.silence("rule=other", 1h)));
        const auto told = bench.all(std::move(both));
        CHECK(told[0].has_value());
        REQUIRE_FALSE(told[1].has_value());
        CHECK_THAT(told[1].error().message(), Catch::Contains("1000 silences already"));
    }
    SECTION("one that fails takes nothing of the next with it") {
        bool first = true;
        bench.store.fail_commits([&first]() -> std::optional<Error> {
            return std::exchange(first, false) ? std::optional(Error(Code::kUnavailable, "full"))
                                               : std::nullopt;
        });
        std::vector<runtime::Task<Result<Silence>>> both;
        both.push_back(bench.desk->add(bench.silence("rule=high", 1h)));
        both.push_back(bench.desk->add(bench.silence("rule=other", 1h)));
        const auto told = bench.all(std::move(both));
        CHECK_FALSE(told[0].has_value());
        CHECK(told[1].has_value());
        bench.restart();
        CHECK(bench.desk->decisions().silences().size() == 2);
    }
}
