// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <unit/shell/runtime/virtual_time.hpp>

using namespace faultline;
using namespace faultline::runtime;
using namespace faultline::runtime::testing;

namespace {

Task<Result<std::string>> answer_after(Clock& clock, Duration duration, std::string answer) {
    co_await clock.sleep(duration);
    co_return answer;
}

Task<Result<std::string>> refuse_after(Clock& clock, Duration duration) {
    co_await clock.sleep(duration);
    co_return Error(Code::kRejected, "no");
}

Task<Result<std::unique_ptr<int>>> move_only() {
    co_return std::make_unique<int>(7);
}

Task<Result<void>> throw_after(Clock& clock, Duration duration) {
    co_await clock.sleep(duration);
    throw std::runtime_error("broken");
}

Task<> ask(
    Clock& clock,
    Duration limit,
    Task<Result<std::string>> task,
    std::optional<Result<std::string>>& into
) {
    into = co_await with_deadline(clock, limit, "the question", std::move(task));
}

Task<> ask_void(Clock& clock, Duration limit, Task<Result<void>> task) {
    (void)co_await with_deadline(clock, limit, "the question", std::move(task));
}

Task<> ask_move_only(Clock& clock, int& into) {
    auto result = co_await with_deadline(clock, 1s, "the question", move_only());
    into = **result;
}

Task<> cancel_after(Clock& clock, Duration duration, TaskGroup& group) {
    co_await clock.sleep(duration);
    group.cancel();
}

Task<> cancel_while_asking(Clock& clock, std::optional<Result<std::string>>& into) {
    TaskGroup group;
    group.spawn("ask", ask(clock, 10s, answer_after(clock, 5s, "late"), into));
    group.spawn("killer", cancel_after(clock, 1s, group));
    co_await group.wait();
}

Task<> go_on_after_a_deadline(Clock& clock, Trace& trace) {
    auto first = co_await with_deadline(clock, 1s, "the question", answer_after(clock, 5s, "late"));
    trace.push_back(first ? *first : first.error().message());
    auto second =
        co_await with_deadline(clock, 10s, "the question", answer_after(clock, 5s, "in time"));
    trace.push_back(second ? *second : second.error().message());
    co_await clock.sleep(1s);
    trace.emplace_back("slept");
}

}  // namespace

TEST_CASE("an answer in time passes through a deadline", "[runtime]") {
    World world;
    std::optional<Result<std::string>> answer;
    world.run(ask(world.clock, 2s, answer_after(world.clock, 1s, "yes"), answer));
    REQUIRE(answer.has_value());
    CHECK(answer->value() == "yes");
    CHECK(world.clock.now() == Instant{1s});
    CHECK(world.clock.sleepers() == 0);
}

TEST_CASE("an error in time passes through a deadline unchanged", "[runtime]") {
    World world;
    std::optional<Result<std::string>> answer;
    world.run(ask(world.clock, 2s, refuse_after(world.clock, 1s), answer));
    REQUIRE(answer.has_value());
    CHECK(answer->error().code() == Code::kRejected);
}

TEST_CASE("a late answer becomes a transient error that names what and how long", "[runtime]") {
    World world;
    std::optional<Result<std::string>> answer;
    world.run(ask(world.clock, 2500ms, answer_after(world.clock, 1h, "late"), answer));
    REQUIRE(answer.has_value());
    CHECK(answer->error().code() == Code::kTransient);
    CHECK(answer->error().message() == "the question took longer than 2.5 s");
    CHECK(world.clock.now() == Instant{2500ms});
    CHECK(world.clock.sleepers() == 0);
}

TEST_CASE("a deadline says short limits in their own unit", "[runtime]") {
    CHECK(detail::too_slow("it", 250us).message() == "it took longer than 250 us");
    CHECK(detail::too_slow("it", 300ms).message() == "it took longer than 300 ms");
    CHECK(detail::too_slow("it", 30s).message() == "it took longer than 30 s");
}

TEST_CASE("a failure of the task passes through a deadline", "[runtime]") {
    World world;
    CHECK_THROWS_WITH(world.run(ask_void(world.clock, 2s, throw_after(world.clock, 1s))), "broken");
}

TEST_CASE("a deadline carries values that can only be moved", "[runtime]") {
    World world;
    int value = 0;
    world.run(ask_move_only(world.clock, value));
    CHECK(value == 7);
}

TEST_CASE("cancelling from outside unwinds through a deadline without an answer", "[runtime]") {
    World world;
    std::optional<Result<std::string>> answer;
    world.run(cancel_while_asking(world.clock, answer));
    CHECK_FALSE(answer.has_value());
    CHECK(world.clock.now() == Instant{1s});
    CHECK(world.clock.sleepers() == 0);
}

TEST_CASE("a coroutine goes on normally after a deadline has cut its await", "[runtime]") {
    World world;
    Trace trace;
    world.run(go_on_after_a_deadline(world.clock, trace));
    CHECK(trace == Trace{"the question took longer than 1 s", "in time", "slept"});
    CHECK(world.clock.now() == Instant{7s});
}

TEST_CASE("an answer due at the very deadline wins or loses by the seed", "[runtime]") {
    int in_time = 0;
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
        World world(seed);
        std::optional<Result<std::string>> answer;
        world.run(ask(world.clock, 1s, answer_after(world.clock, 1s, "yes"), answer));
        REQUIRE(answer.has_value());
        in_time += answer->has_value() ? 1 : 0;
    }
    CHECK(in_time > 16);
    CHECK(in_time < 48);
}
