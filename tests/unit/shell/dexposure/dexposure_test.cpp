// SPDX-License-Identifier: Apache-2.0
// Snapshot files: there and back, and where each mistake is said to be.
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/dexposure/reader.hpp>
#include <faultline/shell/dexposure/writer.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::network;

namespace {

Result<std::vector<Snapshot>> read(const std::string& text, std::size_t chunk = 1024) {
    std::istringstream in(text);
    std::vector<Snapshot> weeks;
    auto count = dexposure::read_weeks(
        in,
        "week.json",
        [&weeks](Snapshot&& week) {
            weeks.push_back(std::move(week));
            return Result<void>();
        },
        chunk
    );
    if (!count) {
        return count.error();
    }
    REQUIRE(*count == weeks.size());
    return weeks;
}

std::string written(const std::vector<Snapshot>& weeks) {
    std::ostringstream out;
    dexposure::SnapshotWriter writer(out);
    for (const Snapshot& week : weeks) {
        REQUIRE(writer.add(week));
    }
    REQUIRE(writer.finish());
    return out.str();
}

/// A week with every kind of id and awkward numbers, drawn from `seed`.
Snapshot drawn_week(std::uint64_t seed, Day date) {
    const auto draw = [&seed] {
        seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return seed >> 33U;
    };
    const auto id_of = [](std::uint64_t node) -> SnapshotId {
        switch (node % 4) {
            case 0:
                return node == 0 ? SnapshotId() : std::to_string(node);
            case 1:
                return "\xf0\x9f\x98\x80" + std::to_string(node);
            default:
                return "T\"\\\n\x01\xc3\xa9" + std::to_string(node);
        }
    };
    const auto value = [&draw] {
        return std::ldexp(static_cast<double>(draw()) - 1e9, static_cast<int>(draw() % 60) - 30);
    };
    const auto composition = [&draw, &value] {
        std::vector<TokenValue> out;
        for (std::uint64_t count = draw() % 4; count > 0; --count) {
            out.push_back({.token = "tok" + std::to_string(draw()), .value_usd = value()});
        }
        return out;
    };
    Snapshot week{.date = date, .nodes = {}, .links = {}};
    const std::uint64_t nodes = draw() % 20;
    for (std::uint64_t node = 0; node < nodes; ++node) {
        week.nodes.push_back(
            {.id = id_of(node), .size = std::abs(value()), .composition = composition()}
        );
        week.links.push_back(
            {.source = id_of(draw() % nodes),
             .target = id_of(draw() % nodes),
             .size = std::abs(value()),
             .composition = composition()}
        );
    }
    return week;
}

}  // namespace

TEST_CASE("the published schema is read, members in any order") {
    const auto weeks = read(R"({"data": {"2020-03-23": {
        "nodes": [{"id": "182", "size": 1.5e3, "composition": {"stETH": 1500}},
                  {"composition": {}, "size": 0, "id": null}],
        "links": [{"source": "182", "target": null, "size": 0.25, "composition": {"A\u00e9\ud83d\ude00": -1E-2}}]
    }, "2020-03-30": {"links": [], "nodes": []}}}
)");
    REQUIRE(weeks);
    REQUIRE(weeks->size() == 2);
    const Snapshot& week = weeks->front();
    REQUIRE(week.date.text() == "2020-03-23");
    REQUIRE(
        week.nodes[0] == SnapshotNode{.id = "182", .size = 1500, .composition = {{"stETH", 1500}}}
    );
    REQUIRE(week.nodes[1] == SnapshotNode{.id = std::nullopt, .size = 0, .composition = {}});
    REQUIRE(week.links[0].target == std::nullopt);
    REQUIRE(week.links[0].composition[0] == TokenValue{"A\xc3\xa9\xf0\x9f\x98\x80", -0.01});
    REQUIRE(read(R"({"data":{}})")->empty());
}

TEST_CASE("what is written reads back equal, however it is cut into chunks") {
    std::vector<Snapshot> weeks;
    for (std::int32_t week = 0; week < 12; ++week) {
        weeks.push_back(drawn_week(static_cast<std::uint64_t>(week) + 1, Day{18'344 + week * 7}));
    }
    const std::string text = written(weeks);
    for (const std::size_t chunk : {1U, 2U, 7U, 64U, 1U << 20U}) {
        const auto back = read(text, chunk);
        REQUIRE(back);
        REQUIRE(*back == weeks);
    }
    REQUIRE(written({}) == "{\"data\":{\n}}\n");
    std::ostringstream out;
    dexposure::SnapshotWriter writer(out);
    weeks[0].nodes = {{.id = "1", .size = std::nan(""), .composition = {}}};
    const auto refused = writer.add(weeks[0]);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().code() == Code::kInvalid);
}

TEST_CASE("a malformed file says line, column and what is wrong") {
    const std::string head = R"({"data":{"2020-03-23":{"nodes":[)";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "week.json:1:1: expected '{', found the end of the file"},
        {"[", "week.json:1:1: expected '{', found '['"},
        {"{\"data\":{}}x", "week.json:1:12: expected the end, found 'x'"},
        {"{}", "week.json:1:2: \"data\" is missing before this"},
        {"{\"data\":{},\n \"more\":1}", "\"more\" is no member that is known here"},
        {"{\"data\":{\"2020-02-30\":{}}}", "week.json:1:10: \"2020-02-30\" is no day YYYY-MM-DD"},
        {"{\"data\":{\"2020-03-23\":{\"nodes\":[],\"links\":[]},\n\"2020-03-23\":{}}}",
         "week.json:2:1: the week \"2020-03-23\" is there twice"},
        {"{\"data\":{\"2020-03-23\":{\"nodes\":[]}}}", "\"links\" is missing"},
        {head + "{\"id\":1", "week.json:1:39: expected a string, found '1'"},
        {head + "\n {\"size\":NaN", "week.json:2:10: expected a number, found 'N'"},
        {head + "{\"size\":01", "expected '}', found '1'"},
        {head + "{\"size\":1.}", "expected a number, found 1...."},
        {head + "{\"size\":1e999", "the number 1e999 is out of range"},
        {head + "{\"size\":1,\"size\":2", "\"size\" is there twice"},
        {head + "{\"id\":\"a", "a string that does not end"},
        {head + "{\"id\":\"a\nb\"", "week.json:1:41: a control character in a string"},
        {head + "{\"id\":\"\\x\"", "no escape that JSON knows"},
        {head + "{\"id\":\"\\ud800\"", "half of a surrogate pair"},
        {head + "{\"id\":\"\\u12g4\"", "expected four hexadecimal digits"},
        {head + "{\"id\":nul", "expected a string or null"},
        {head + "{\"composition\":{\"A\":\"1\"}", "expected a number, found '\"'"},
        {head + "{\"id\":null}]", "\"size\" is missing"},
        {head + "],", "expected a string, found the end of the file"},
    };
    for (const auto& [text, said] : cases) {
        const auto weeks = read(text, 3);
        REQUIRE_FALSE(weeks);
        CAPTURE(text, weeks.error().message());
        REQUIRE(weeks.error().code() == Code::kMalformed);
        REQUIRE(weeks.error().message().find(said) != std::string::npos);
    }
}

TEST_CASE("what makes no sense says line, column and what is wrong, too") {
    const std::string head = R"({"data":{"2020-03-23":{"nodes":[)";
    const std::string one = R"({"id":"1","size":1,"composition":{}})";
    const std::string ends = R"(,"size":1,"composition":{}}]}}})";
    const std::vector<std::pair<std::string, std::string>> cases{
        {head + "\n{\"id\":\"1\",\"size\":-0.5,", "week.json:2:18: a size below 0"},
        {head + one + "],\n\"links\":[{\"source\":\"1\",\"target\":\"1\",\"size\":-1",
         "week.json:2:44: a size below 0"},
        {head + one + ",\n" + one + "],\"links\":[]}}}",
         "week.json:2:7: the node \"1\" is there twice in its week"},
        {head + "{\"id\":null,\"size\":1,\"composition\":{}},\n"
                "{\"id\":null,\"size\":1,\"composition\":{}}],\"links\":[]}}}",
         "week.json:2:7: the node null is there twice in its week"},
        {head + "{\"id\":\"1\",\"size\":3,\"composition\":{\"A\":1,\n\"B\":1, \"\\u0041\":1}}",
         "week.json:2:8: the token \"A\" is there twice in its composition"},
        {head + one +
             "],\n\"links\":[{\"source\":\"1\",\"target\":\"1\",\"size\":2,"
             "\"composition\":{\"A\":1,\"A\":1}}",
         "week.json:2:67: the token \"A\" is there twice in its composition"},
        {head + one + "],\n\"links\":[{\"source\":\"1\",\"target\":\"2\"" + ends,
         "week.json:2:33: there is no node \"2\" in this week"},
        {"{\"data\":{\"2020-03-23\":{\n\"links\":[{\"source\":\"9\",\"target\":\"1\",\"size\":1,"
         "\"composition\":{}}],\"nodes\":[" +
             one + "]}}}",
         "week.json:2:20: there is no node \"9\" in this week"},
        {"{\"data\":{\"2020-03-30\":{\"nodes\":[],\"links\":[]},\n\"2020-03-23\":{}}}",
         "week.json:2:1: the week \"2020-03-23\" comes after \"2020-03-30\", which is later"},
        {head + "\n{\"id\":7", "week.json:2:7: expected a string, found '7'"},
        {head + "\n{\"id\":\"1\",\"size\":\"1\"", "week.json:2:18: expected a number"},
        {head + "\n{\"id\":\"a\xff\"", "week.json:2:9: bytes in a string that are no UTF-8"},
        {head + "\n{\"id\":\"\xc3\"", "week.json:2:8: bytes in a string that are no UTF-8"},
        {head + "\n{\"id\":\"\xed\xa0\x80\"", "week.json:2:8: bytes in a string that are no"},
        {head + "\n{\"id\":\"\xc0\xaf\"", "week.json:2:8: bytes in a string that are no UTF-8"},
        {head + "\n{\"id\":\"\xf0\x9f\x98\"", "week.json:2:8: bytes in a string that are no"},
    };
    for (const auto& [text, said] : cases) {
        for (const std::size_t chunk : {1U, 3U, 4096U}) {
            const auto weeks = read(text, chunk);
            REQUIRE_FALSE(weeks);
            CAPTURE(text, weeks.error().message());
            REQUIRE(weeks.error().code() == Code::kMalformed);
            REQUIRE(weeks.error().message().find(said) != std::string::npos);
        }
    }
}

TEST_CASE("every cut of a file is refused") {
    const std::string text = written({drawn_week(3, Day{18'344})});
    for (std::size_t length = 0; length + 2 < text.size(); ++length) {
        REQUIRE_FALSE(read(text.substr(0, length)));
    }
}

TEST_CASE("of a file that goes wrong late nothing is imported") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / "faultline_dexposure_test.json";
    const std::string good = written({drawn_week(1, Day{18'344}), drawn_week(2, Day{18'351})});
    std::uint64_t taken = 0;
    const auto take = [&taken](Snapshot&&) {
        ++taken;
        return Result<void>();
    };
    std::ofstream(path) << good.substr(0, good.size() - 4);
    const auto cut = dexposure::import_file(path, take);
    REQUIRE_FALSE(cut);
    REQUIRE(cut.error().message().starts_with("nothing was imported: "));
    REQUIRE(taken == 0);
    const auto once = dexposure::read_file(path, take);
    REQUIRE(once.error().message().starts_with(path.string() + ":"));
    REQUIRE(taken == 2);
    taken = 0;
    std::ofstream(path) << good;
    REQUIRE(dexposure::import_file(path, take) == 2U);
    REQUIRE(taken == 2);
    const auto refused = dexposure::import_file(path, [](Snapshot&&) -> Result<void> {
        return Error(Code::kInvalid, "not wanted");
    });
    REQUIRE(refused.error().detail() == "not wanted");
    std::filesystem::remove(path);
    REQUIRE(dexposure::import_file(path, take).error().code() == Code::kMissing);
}
