// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/obs/log.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <shell/obs/event_limiter.hpp>
#include <shell/obs/log_line.hpp>
#include <shell/obs/sink_log.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace faultline;
using namespace faultline::obs;

namespace {

// 2026-11-21T02:03:04.123Z
constexpr UnixMillis kAt{1'795'226'584'123};

Entry entry(std::string_view text, std::span<const Field> fields) {
    return {
        .at = kAt, .level = Level::kInfo, .event = "block_applied", .text = text, .fields = fields
    };
}

/// A log whose clocks the test moves and whose lines it keeps.
struct Bench {
    std::vector<std::string> lines;
    Instant now{std::chrono::hours(1)};

    SinkLog log(SinkLogOptions options = {}) {
        return {
            options,
            {.wall = [] { return kAt; },
             .monotonic = [this] { return now; },
             .write =
                 [this](const std::string& line) {
                     lines.push_back(line);
                 }}
        };
    }
};

}  // namespace

TEST_CASE("A text line reads time, level, event, sentence, fields", "[log]") {
    const std::array fields{Field("chain", "devnet"), Field("logs", 12), Field("live", true)};
    CHECK(
        text_line(entry("Applied block 123 (0xabc…)", fields), false) ==
        "2026-11-21T02:03:04.123Z INFO  block_applied  Applied block 123 (0xabc…) chain=devnet "
        "logs=12 live=true"
    );
}

TEST_CASE("A text line colours nothing but the level", "[log]") {
    CHECK(
        text_line(entry("x", {}), true) ==
        "2026-11-21T02:03:04.123Z \x1b[32mINFO \x1b[0m block_applied  x"
    );
}

TEST_CASE("A JSON line is one object with the same content", "[log]") {
    const std::array fields{Field("chain", "devnet"), Field("logs", 12)};
    CHECK(
        json_line(entry("Applied", fields)) ==
        R"({"time":"2026-11-21T02:03:04.123Z","level":"info","event":"block_applied",)"
        R"("text":"Applied","fields":{"chain":"devnet","logs":"12"}})"
    );
}

TEST_CASE("Whatever a value holds, an event stays one line", "[log]") {
    const std::array fields{
        Field("a", "two words"), Field("b", ""), Field("c", "q\"b\\"), Field("d", "x\ny\x1b[0m")
    };
    CHECK(
        text_line(entry("evil\r\nWARN fake", fields), false) ==
        "2026-11-21T02:03:04.123Z INFO  block_applied  evil\\r\\nWARN fake a=\"two words\" b=\"\" "
        "c=\"q\\\"b\\\\\" d=\"x\\ny\\u001b[0m\""
    );
    CHECK(
        json_line(entry("evil\n\"", fields)) ==
        R"({"time":"2026-11-21T02:03:04.123Z","level":"info","event":"block_applied",)"
        R"("text":"evil\n\"","fields":{"a":"two words","b":"","c":"q\"b\\","d":"x\ny\u001b[0m"}})"
    );
}

TEST_CASE("Bytes that are not UTF-8 are replaced", "[log]") {
    const auto text_of = [](std::string_view text) {
        const std::string line = json_line(entry(text, {}));
        const std::size_t begin = line.find("\"text\":\"") + 8;
        return line.substr(begin, line.find("\",\"fields\"") - begin);
    };
    const std::string bad = "\xEF\xBF\xBD";
    CHECK(
        text_of("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x80") ==
        "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x80"
    );
    CHECK(text_of("\xC3") == bad);
    CHECK(text_of("\x80z") == bad + "z");
    CHECK(text_of("\xC0\xAF") == bad + bad);
    CHECK(text_of("\xED\xA0\x80") == bad + bad + bad);
    CHECK(text_of("\xF5\x80\x80\x80") == bad + bad + bad + bad);
    CHECK(text_of("\xE2\x82") == bad + bad);
}

TEST_CASE("Times are UTC with milliseconds", "[log]") {
    CHECK(utc_text({0}) == "1970-01-01T00:00:00.000Z");
    CHECK(utc_text({951'782'400'000}) == "2000-02-29T00:00:00.000Z");
    CHECK(utc_text({4'107'542'399'999}) == "2100-02-28T23:59:59.999Z");
}

TEST_CASE("Events below the least level are not written", "[log]") {
    Bench bench;
    auto log = bench.log({.least = Level::kWarn});
    log.debug("a", "x");
    log.info("b", "x");
    log.warn("c", "x");
    log.error("d", "x");
    REQUIRE(bench.lines.size() == 2);
    CHECK(bench.lines[0].find(" WARN  c ") != std::string::npos);
    CHECK(bench.lines[1].find(" ERROR d ") != std::string::npos);
}

TEST_CASE("Each event name writes ten lines a second and the surplus is reported", "[log]") {
    Bench bench;
    {
        auto log = bench.log();
        for (int n = 0; n < 25; ++n) {
            log.info("busy", "x");
        }
        log.info("quiet", "x");
        CHECK(bench.lines.size() == 11);

        bench.now = bench.now + std::chrono::seconds(1);
        log.info("quiet", "y");
        REQUIRE(bench.lines.size() == 13);
        CHECK(
            bench.lines[11] ==
            "2026-11-21T02:03:04.123Z WARN  log_suppressed  Left out lines of an event that came "
            "too often suppressed_event=busy lines=15"
        );
        for (int n = 0; n < 12; ++n) {
            log.info("busy", "x");
        }
        CHECK(bench.lines.size() == 23);
    }
    REQUIRE(bench.lines.size() == 24);
    CHECK(bench.lines.back().find("suppressed_event=busy lines=2") != std::string::npos);
}

TEST_CASE("No suppressed line is lost or counted twice in an endless stream", "[log]") {
    EventLimiter limiter;
    Instant now{std::chrono::seconds(5)};
    std::uint64_t written = 0;
    std::uint64_t suppressed = 0;
    const int calls = 3'000;
    for (int n = 0; n < calls; ++n) {
        now = now + std::chrono::milliseconds(7);
        for (const Suppressed& one : limiter.take_due(now)) {
            suppressed += one.count;
        }
        written += limiter.allow("busy", now) ? 1U : 0U;
    }
    CHECK(suppressed > 2'500);
    for (const Suppressed& one : limiter.take_all()) {
        suppressed += one.count;
    }
    CHECK(written + suppressed == calls);
    CHECK(written <= 10 * 22);
    CHECK(limiter.take_all().empty());
}

TEST_CASE("Several threads may write at once", "[log]") {
    Bench bench;
    auto log = bench.log();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&log, t] {
            const std::string name = "thread_" + std::to_string(t);
            for (int n = 0; n < 10; ++n) {
                log.info(name, "x", {{"n", n}});
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(bench.lines.size() == 40);
}

TEST_CASE("The null log takes everything and keeps nothing", "[log]") {
    null_log().error("x", "y", {{"a", 1}});
    CHECK(&null_log() == &null_log());
}
