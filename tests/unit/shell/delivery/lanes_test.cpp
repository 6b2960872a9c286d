// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/random.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <set>
#include <shell/delivery/lanes.hpp>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace std::chrono_literals;

namespace {

struct Bench {
    runtime::Random random{1};
    Lanes lanes{random};
    Instant now{1h};

    Bench(int alerts = 0) {
        for (int i = 0; i < alerts; ++i) {
            add("f" + std::to_string(i), static_cast<std::uint64_t>(i));
        }
    }

    void add(const std::string& fingerprint, std::uint64_t sequence) {
        lanes.add(fingerprint, {.sequence = sequence, .seen = now, .gate = {}});
    }

    void add_gated(
        const std::string& fingerprint,
        std::uint64_t sequence,
        eth::BlockNum block,
        Lanes::Says says = Lanes::Says::kFires
    ) {
        const Lanes::Fact fact{.episode = "e", .block = {.number = block, .hash = {}}};
        lanes.add(
            fingerprint,
            {.sequence = sequence,
             .seen = now,
             .gate = Lanes::Gate{.fact = fact, .level = eth::Finality::kSafe},
             .says = says}
        );
    }

    static Lanes::Failure failure(Duration at_least = {}, bool pause = false) {
        return {.at_least = at_least, .at_most = 24h, .pause_receiver = pause};
    }
};

}  // namespace

TEST_CASE("Rows of different alerts leave in the order they came", "[lanes]") {
    Bench bench(3);
    for (std::uint64_t i = 0; i < 3; ++i) {
        CHECK(bench.lanes.take(bench.now)->row.sequence == i);
    }
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    CHECK_FALSE(bench.lanes.next_due().has_value());
    CHECK(bench.lanes.in_outbox() == 3);
}

TEST_CASE("The second row of an alert waits for the first", "[lanes]") {
    Bench bench;
    bench.add("f", 1);
    bench.add("f", 2);
    const auto first = bench.lanes.take(bench.now);
    REQUIRE(first.has_value());
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    bench.lanes.done(*first, bench.now, true);
    CHECK(bench.lanes.take(bench.now)->row.sequence == 2);
    CHECK(bench.lanes.in_outbox() == 1);
}

TEST_CASE("A failed row comes back first, counted, after its wait", "[lanes]") {
    Bench bench;
    bench.add("f", 1);
    bench.add("f", 2);
    const Duration wait =
        bench.lanes.failed(*bench.lanes.take(bench.now), bench.now, bench.failure());
    CHECK(wait >= 250ms);
    CHECK(bench.lanes.next_due() == bench.now + wait);
    CHECK_FALSE(bench.lanes.take(bench.now + (wait - 1ns)).has_value());
    const auto again = bench.lanes.take(bench.now + wait);
    REQUIRE(again.has_value());
    CHECK(again->row.sequence == 1);
    CHECK(again->failures == 1);
}

TEST_CASE("A wait is bounded from both sides", "[lanes]") {
    Bench bench(2);
    const auto first = bench.lanes.take(bench.now);
    CHECK(bench.lanes.failed(*first, bench.now, bench.failure(5min)) == 5min);
    const auto second = bench.lanes.take(bench.now);
    CHECK(
        bench.lanes.failed(
            *second, bench.now, {.at_least = 48h, .at_most = 3s, .pause_receiver = false}
        ) == 3s
    );
}

TEST_CASE("A pause the receiver asks for holds for every alert", "[lanes]") {
    Bench bench(2);
    bench.lanes.failed(*bench.lanes.take(bench.now), bench.now, bench.failure(90s, true));
    CHECK(bench.lanes.next_due() == bench.now + 90s);
    CHECK_FALSE(bench.lanes.take(bench.now + 89s).has_value());
    CHECK(bench.lanes.take(bench.now + 90s).has_value());
}

TEST_CASE("A success on the way does not end a pause the receiver asked for", "[lanes]") {
    Bench bench(3);
    const auto first = bench.lanes.take(bench.now);
    const auto second = bench.lanes.take(bench.now);
    bench.lanes.failed(*first, bench.now, bench.failure(90s, true));
    bench.lanes.done(*second, bench.now, true);
    CHECK(bench.lanes.next_due() == bench.now + 90s);
}

TEST_CASE("One alert that always fails does not make the receiver down", "[lanes]") {
    Bench bench;
    bench.add("poison", 1);
    for (int i = 0; i < 50; ++i) {
        const auto due = bench.lanes.next_due();
        REQUIRE(due.has_value());
        bench.now = *due;
        bench.lanes.failed(*bench.lanes.take(bench.now), bench.now, bench.failure());
    }
    CHECK_FALSE(bench.lanes.down());
    bench.add("fine", 2);
    CHECK(bench.lanes.take(bench.now)->fingerprint == "fine");
}

TEST_CASE("A receiver that is down is probed by one alert after the other", "[lanes]") {
    Bench bench(10);
    for (std::size_t i = 0; i < Lanes::kDownAfter; ++i) {
        CHECK_FALSE(bench.lanes.down());
        bench.lanes.failed(*bench.lanes.take(bench.now), bench.now, bench.failure());
    }
    CHECK(bench.lanes.down());
    std::set<std::string> probed;
    for (int i = 0; i < 40; ++i) {
        const auto due = bench.lanes.next_due();
        REQUIRE(due.has_value());
        CHECK(*due > bench.now);
        bench.now = *due;
        const auto probe = bench.lanes.take(bench.now);
        REQUIRE(probe.has_value());
        CHECK_FALSE(bench.lanes.take(bench.now).has_value());
        CHECK_FALSE(bench.lanes.next_due().has_value());
        probed.insert(probe->fingerprint);
        bench.lanes.failed(*probe, bench.now, bench.failure());
    }
    CHECK(probed.size() == 10);
    bench.now = *bench.lanes.next_due();
    bench.lanes.done(*bench.lanes.take(bench.now), bench.now, true);
    CHECK_FALSE(bench.lanes.down());
}

TEST_CASE("Giving a row up does not mean that the receiver is alive", "[lanes]") {
    Bench bench(5);
    for (std::size_t i = 0; i < Lanes::kDownAfter; ++i) {
        bench.lanes.failed(*bench.lanes.take(bench.now), bench.now, bench.failure());
    }
    bench.now = *bench.lanes.next_due();
    bench.lanes.done(*bench.lanes.take(bench.now), bench.now, false);
    CHECK(bench.lanes.down());
}

TEST_CASE("A row behind a gate waits for it, and later rows of its alert behind it", "[lanes]") {
    Bench bench;
    bench.add_gated("f", 1, 10);
    bench.add("f", 2);
    bench.add("g", 3);
    CHECK(bench.lanes.take(bench.now)->row.sequence == 3);
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    CHECK(bench.lanes.gated() == 1);
    bench.lanes.open([](const Lanes::Row&) { return Lanes::Wait::kFinality; }, bench.now);
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    bench.lanes.open([](const Lanes::Row&) { return Lanes::Wait::kNothing; }, bench.now);
    const auto first = bench.lanes.take(bench.now);
    REQUIRE(first.has_value());
    CHECK(first->row.sequence == 1);
    CHECK(bench.lanes.gated() == 0);
    bench.lanes.done(*first, bench.now, true);
    CHECK(bench.lanes.take(bench.now)->row.sequence == 2);
}

TEST_CASE("A gate is looked at when its row comes first", "[lanes]") {
    Bench bench;
    bench.add("f", 1);
    bench.add_gated("f", 2, 10);
    const auto first = bench.lanes.take(bench.now);
    bench.lanes.open([](const Lanes::Row&) { return Lanes::Wait::kNothing; }, bench.now);
    bench.lanes.done(*first, bench.now, true);
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    bench.lanes.open([](const Lanes::Row&) { return Lanes::Wait::kNothing; }, bench.now);
    CHECK(bench.lanes.take(bench.now)->row.sequence == 2);
}

TEST_CASE("What is taken back behind its gate leaves unsent", "[lanes]") {
    Bench bench;
    bench.add_gated("f", 1, 10);
    bench.add_gated("f", 2, 11);
    const auto fact = [](eth::BlockNum block) {
        return Lanes::Fact{.episode = "e", .block = {.number = block, .hash = {}}};
    };
    CHECK(bench.lanes.annul("f", fact(12)).empty());
    CHECK(bench.lanes.annul("g", fact(11)).empty());
    CHECK(bench.lanes.annul("f", fact(11)).at(0).sequence == 2);
    CHECK(bench.lanes.annul("f", fact(10)).at(0).sequence == 1);
    CHECK(bench.lanes.in_outbox() == 0);
    CHECK(bench.lanes.gated() == 0);
    CHECK_FALSE(bench.lanes.gated_since().has_value());
    bench.add("f", 3);
    CHECK(bench.lanes.take(bench.now)->row.sequence == 3);
}

TEST_CASE("A repeat leaves from anywhere, and with the firing that it repeats", "[lanes]") {
    Bench bench;
    const auto fact = [](eth::BlockNum block) {
        return Lanes::Fact{.episode = "e", .block = {.number = block, .hash = {}}};
    };
    bench.add_gated("f", 1, 10, Lanes::Says::kOther);
    bench.add("f", 2);
    CHECK_FALSE(bench.lanes.take(bench.now).has_value());
    CHECK(bench.lanes.annul("f", fact(10)).at(0).sequence == 1);
    CHECK_FALSE(bench.lanes.any_gate());
    CHECK(bench.lanes.take(bench.now)->row.sequence == 2);

    bench.add_gated("g", 3, 11);
    bench.add_gated("g", 4, 12, Lanes::Says::kOther);
    bench.add_gated("g", 5, 13, Lanes::Says::kOther);
    CHECK(bench.lanes.untried("g")->sequence == 3);
    CHECK(bench.lanes.annul("g", fact(12)).at(0).sequence == 4);
    const std::vector<Lanes::Row> left = bench.lanes.annul("g", fact(11));
    REQUIRE(left.size() == 2);
    CHECK(left[0].sequence == 3);
    CHECK(left[1].sequence == 5);
    CHECK_FALSE(bench.lanes.has("g"));
    CHECK(bench.lanes.gated() == 0);
    CHECK(bench.lanes.in_outbox() == 1);
}

TEST_CASE("What passed its gate is not annulled any more", "[lanes]") {
    Bench bench;
    bench.add_gated("f", 1, 10);
    bench.lanes.open([](const Lanes::Row&) { return Lanes::Wait::kNothing; }, bench.now);
    const Lanes::Fact fact{.episode = "e", .block = {.number = 10, .hash = {}}};
    CHECK(bench.lanes.annul("f", fact).empty());
    CHECK(bench.lanes.take(bench.now)->row.sequence == 1);
}
