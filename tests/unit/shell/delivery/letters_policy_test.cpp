// SPDX-License-Identifier: Apache-2.0
// Dead letters, and what is held back.
#include "bench.hpp"

#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/delivery/letters.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;
using Keys = std::vector<std::string>;

namespace {

const LetterQuery kAll{.receiver = "", .after = {}, .exactly = {}};

void silence(Bench& bench, Duration length) {
    alerts::Silence out;
    out.id = 1;
    out.matchers = {alerts::Matcher::parse("rule=low_health").value()};
    out.starts = bench.clock.wall_now();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length);
    out.ends = {out.starts.value + ms.count()};
    bench.decisions.put(std::move(out));
    bench.decided();
}

runtime::Task<> take(
    runtime::Task<Result<LetterChange>> task, std::optional<Result<LetterChange>>& out
) {
    out = co_await std::move(task);
}

LetterChange retry(Bench& bench) {
    std::optional<Result<LetterChange>> out;
    auto change = bench.delivery().retry({.receiver = "a", .sequences = {}, .overtaken = true});
    bench.clock.run(bench.loop, take(std::move(change), out));
    bench.loop.poll();
    return out->value();
}

/// Its firing was refused and is a dead letter.
void refuse(Bench& bench, const alerts::Transition& firing) {
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "a.test" ? 400 : 200};
    };
    bench.add(firing);
    bench.pass(1s);
    REQUIRE(bench.dead_letters().size() == 1);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.client.attempts.clear();
}

}  // namespace

TEST_CASE("What is held back is seen among what waits, by whom and once", "[letters][policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 503 : 200};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    silence(bench, 1h);
    bench.add(transition("f2", 6));
    bench.pass(1s);
    const auto waiting = waiting_rows(bench.store, {"a", "b"}, kAll).value();
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].sequence == 0);
    REQUIRE(waiting[0].receivers.size() == 1);
    CHECK_FALSE(waiting[0].receivers[0].held);
    CHECK(waiting[1].sequence == 1);
    REQUIRE(waiting[1].receivers.size() == 2);
    CHECK(waiting[1].receivers[0].held);
    CHECK(waiting[1].receivers[1].held);
    CHECK(waiting[1].transition == transition("f2", 6));

    LetterQuery query = kAll;
    query.receiver = "b";
    query.after = 0;
    const auto later = waiting_rows(bench.store, {"a", "b"}, query).value();
    REQUIRE(later.size() == 1);
    CHECK(later[0].receivers.size() == 1);
    query.limit = 1;
    query.after.reset();
    CHECK(waiting_rows(bench.store, {"a", "b"}, query)->at(0).sequence == 0);
    CHECK(bench.delivery().standings().at(0).held == 1);
}

TEST_CASE("A letter that is put back stays silent while a silence lasts", "[letters][policy]") {
    Bench bench({receiver("a")});
    bench.start();
    refuse(bench, transition("f1", 5));
    silence(bench, 1h);
    CHECK(retry(bench).done.size() == 1);
    bench.pass(59min);
    CHECK(bench.client.attempts.empty());
    CHECK(waiting_rows(bench.store, {"a"}, kAll)->at(0).receivers[0].held);
    bench.crash(100);
    bench.start();
    bench.pass(2min);
    CHECK(bench.client.keys() == Keys{transition("f1", 5).key()});
    CHECK(bench.rows(Family::kMeta) == 1);  // The trail.
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A letter does not come back before a later firing that is held", "[letters][policy]") {
    Bench bench({receiver("a")});
    bench.start();
    refuse(bench, transition("f1", 5));
    silence(bench, 1h);
    alerts::Transition later = transition("f1", 7);
    later.episode = "7-00000000";
    bench.add(later);
    bench.pass(1s);
    const LetterChange change = retry(bench);
    CHECK(change.done.empty());
    REQUIRE(change.refused.size() == 1);
    CHECK(change.refused[0].why.find("held back") != std::string::npos);
    CHECK(bench.dead_letters().size() == 1);
    bench.stop();
    bench.start();
    bench.pass(1h);
    CHECK(bench.client.keys() == Keys{later.key()});
}

TEST_CASE("A letter is its receiver's whatever routes say by now", "[letters][policy]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.start();
    refuse(bench, transition("f1", 5));
    bench.stop();
    bench.routes = alerts::Routes({{.match = {}, .receivers = {"b"}, .escalation = {}}});
    bench.start();
    CHECK(retry(bench).done.size() == 1);
    bench.pass(1s);
    CHECK(bench.client.keys("a.test") == Keys{transition("f1", 5).key()});
    // Who was told is told of the end.
    bench.add(transition("f1", 8, Kind::kResolved));
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 2);
}
