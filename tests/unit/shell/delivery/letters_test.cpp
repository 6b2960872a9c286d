// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/core/alerts/book.hpp>
#include <faultline/shell/delivery/letters.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;

namespace {

/// A receiver that refuses every body until it is mended.
struct Refusing {
    explicit Refusing(std::vector<Receiver> receivers = {receiver("a"), receiver("b")})
        : bench(std::move(receivers)) {
        bench.client.script = [this](const Attempt& attempt) {
            return Answer{.status = attempt.host == "a.test" && refuses ? 400 : 200};
        };
        bench.start();
    }

    /// As the engine keeps an alert that fires.
    void stands(const alerts::Transition& transition) {
        alerts::AlertRow row;
        row.rule = transition.rule;
        row.phase = alerts::Phase::kFiring;
        row.began.number = 1;
        row.labels = {{.name = "account", .value = "0x01"}};
        store::Batch batch;
        Bytes key = ledger::encode(alerts::kAlertTable);
        const Bytes rest = ledger::encode(alerts::AlertKey{});
        key.insert(key.end(), rest.begin(), rest.end());
        batch.put(Family::kRows, key, ledger::encode(row));
        REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    }

    template <class T>
    T finish(runtime::Task<T> task) {
        std::optional<T> out;
        bench.clock.run(bench.loop, take(std::move(task), out));
        bench.loop.poll();
        return *std::move(out);
    }

    template <class T>
    static runtime::Task<> take(runtime::Task<T> task, std::optional<T>& out) {
        out = co_await std::move(task);
    }

    Result<LetterChange> retry(LetterChoice choice) {
        return finish(bench.delivery().retry(std::move(choice)));
    }

    Result<LetterChange> drop(LetterChoice choice) {
        return finish(bench.delivery().drop(std::move(choice), "told by phone"));
    }

    bool refuses = true;
    Bench bench;
};

std::vector<std::string> accepted(const Bench& bench, const std::string& host) {
    std::vector<std::string> out;
    for (const Attempt& attempt : bench.client.accepted) {
        if (attempt.host == host) {
            out.push_back(attempt.key);
        }
    }
    return out;
}

constexpr const char* kLetters = "faultline_dead_letters{chain=\"devnet\",channel=\"a\"}";

}  // namespace

TEST_CASE("A dead letter that is put back goes to its receiver alone, with its key", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    const auto resolved = transition("f1", 6, Kind::kResolved);
    world.bench.add(firing);
    world.bench.add(resolved);
    world.bench.pass(1s);
    CHECK(world.bench.metric(kLetters) == 2);
    REQUIRE(accepted(world.bench, "b.test").size() == 2);

    world.refuses = false;
    const auto change = world.retry({.receiver = "a", .sequences = {}, .overtaken = false});
    REQUIRE(change.has_value());
    CHECK(change->done == std::vector<std::uint64_t>{0, 1});
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test") == std::vector{firing.key(), resolved.key()});
    CHECK(accepted(world.bench, "b.test").size() == 2);
    CHECK(world.bench.metric(kLetters) == 0);
    CHECK(world.bench.rows(Family::kOutbox) == 0);
    CHECK(world.bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == 0);
    const auto kept = trail(world.bench.store, std::nullopt, 10).value();
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].action == "retried");
}

TEST_CASE("What is put back goes before what waits of its alert", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    const auto resolved = transition("f1", 6, Kind::kResolved);
    world.bench.add(firing);
    world.bench.pass(1s);
    REQUIRE(world.bench.dead_letters().size() == 1);
    world.bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "a.test" ? 503 : 200};
    };
    world.bench.add(resolved);
    world.bench.pass(10s);
    world.bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    // Not overtaken: its end waits for this receiver, too.
    REQUIRE(world.retry({.receiver = "a", .sequences = {0}, .overtaken = false})->done.size() == 1);
    world.bench.pass(2min);
    CHECK(accepted(world.bench, "a.test") == std::vector{firing.key(), resolved.key()});
}

TEST_CASE("What is in flight is waited for before anything is put back", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    const auto resolved = transition("f1", 6, Kind::kResolved);
    world.bench.add(firing);
    world.bench.pass(1s);
    world.bench.client.script = [](const Attempt&) {
        return Answer{.status = 200, .delay = 5s};
    };
    world.bench.add(resolved);
    world.bench.pass(1s);
    const auto change = world.retry({.receiver = "a", .sequences = {0}, .overtaken = false});
    // The end was taken meanwhile: the firing would stand for ever.
    REQUIRE(change.has_value());
    CHECK(change->done.empty());
    CHECK(change->refused.size() == 1);
    world.bench.pass(1min);
    CHECK(accepted(world.bench, "a.test") == std::vector{resolved.key()});
    CHECK(world.bench.client.keys("a.test").size() == 2);
}

TEST_CASE("A firing that is over is not put back unless that is meant", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    world.bench.add(firing);
    world.bench.pass(1s);
    world.refuses = false;
    world.bench.add(transition("f1", 6, Kind::kResolved));
    world.bench.pass(1s);
    const auto refused = world.retry({.receiver = "a", .sequences = {}, .overtaken = false});
    REQUIRE(refused->refused.size() == 1);
    CHECK(refused->done.empty());
    CHECK(refused->refused[0].why.find("has ended since") != std::string::npos);
    CHECK(world.bench.dead_letters().size() == 1);
    CHECK(world.retry({.receiver = "a", .sequences = {}, .overtaken = true})->done.size() == 1);
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test").back() == firing.key());
}

TEST_CASE("A firing that stands is put back", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    world.bench.add(firing);
    world.bench.pass(1s);
    world.stands(firing);
    world.refuses = false;
    CHECK(world.retry({.receiver = "a", .sequences = {0}, .overtaken = false})->done.size() == 1);
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test") == std::vector{firing.key()});
    CHECK(world.bench.dead_letters().empty());
}

TEST_CASE("A letter whose row another receiver still needs is put back", "[letters]") {
    Refusing world;
    world.bench.client.script = [&](const Attempt& attempt) {
        const int status = world.refuses ? 400 : 200;
        return Answer{.status = attempt.host == "a.test" ? status : 503};
    };
    world.bench.add(transition("f1", 5));
    world.bench.pass(1s);
    world.refuses = false;
    const auto change = world.retry({.receiver = "a", .sequences = {}, .overtaken = true});
    REQUIRE(change->done.size() == 1);
    CHECK(change->reappeared.empty());
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test").size() == 1);
    CHECK(world.bench.metric("faultline_outbox_pending{chain=\"devnet\"}") == 1);
    const auto waiting =
        waiting_rows(world.bench.store, {"a", "b"}, {.receiver = "", .after = {}, .exactly = {}});
    REQUIRE(waiting->size() == 1);
    REQUIRE(waiting->at(0).receivers.size() == 1);
    CHECK(waiting->at(0).receivers[0].receiver == "b");
    CHECK(waiting->at(0).receivers[0].first_failure.has_value());
}

TEST_CASE("A letter that is refused again dies again", "[letters]") {
    Refusing world;
    world.bench.add(transition("f1", 5));
    world.bench.pass(1s);
    REQUIRE(world.retry({.receiver = "a", .sequences = {}, .overtaken = true})->done.size() == 1);
    world.bench.pass(1s);
    CHECK(world.bench.dead_letters().size() == 1);
    CHECK(world.bench.metric(kLetters) == 1);
    CHECK(world.bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A letter that is put back survives the end of the process", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    world.bench.add(firing);
    world.bench.pass(1s);
    world.bench.client.script = [](const Attempt&) {
        return Answer{.status = 503};
    };
    REQUIRE(world.retry({.receiver = "a", .sequences = {}, .overtaken = true})->done.size() == 1);
    world.bench.stop();
    world.bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    world.bench.start();
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test") == std::vector{firing.key()});
    CHECK(accepted(world.bench, "b.test").size() == 1);
}

TEST_CASE("A dropped letter is in the trail with its reason", "[letters]") {
    Refusing world;
    const auto firing = transition("f1", 5);
    world.bench.add(firing);
    world.bench.add(transition("f2", 5));
    world.bench.pass(1s);
    REQUIRE(world.drop({.receiver = "a", .sequences = {0}, .overtaken = false})->done.size() == 1);
    CHECK(world.bench.dead_letters().size() == 1);
    CHECK(world.bench.metric(kLetters) == 1);
    const auto kept = trail(world.bench.store, 0, 10).value();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].action == "dropped");
    CHECK(kept[0].reason == "told by phone");
    CHECK(alerts::decode_transition(kept[0].letter.transition).value() == firing);
}

TEST_CASE("What cannot be put back is refused with a reason", "[letters]") {
    Refusing world;
    world.bench.add_bytes({9, 9, 9});
    world.bench.pass(1s);
    const auto unreadable = world.retry({.receiver = "a", .sequences = {0, 7}, .overtaken = false});
    REQUIRE(unreadable->refused.size() == 2);
    CHECK(unreadable->done.empty());
    const auto nobody = world.retry({.receiver = "c", .sequences = {}, .overtaken = false});
    REQUIRE(!nobody.has_value());
    CHECK(nobody.error().code() == Code::kMissing);
}

TEST_CASE("A change that the store does not take changes nothing", "[letters]") {
    Refusing world;
    world.bench.add(transition("f1", 5));
    world.bench.pass(1s);
    world.bench.store.fail_commits([] { return Error(Code::kUnavailable, "disk full"); });
    const auto failed = world.retry({.receiver = "a", .sequences = {}, .overtaken = true});
    REQUIRE(!failed.has_value());
    world.bench.store.fail_commits(nullptr);
    CHECK(world.bench.dead_letters().size() == 1);
    world.refuses = false;
    REQUIRE(world.retry({.receiver = "a", .sequences = {}, .overtaken = true})->done.size() == 1);
    world.bench.pass(1s);
    CHECK(accepted(world.bench, "a.test").size() == 1);
}
