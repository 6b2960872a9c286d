// SPDX-License-Identifier: Apache-2.0
#include "tape_file.hpp"

#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/line_writer.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

using tape::LineKind;

const std::string kManifest = R"({"tape":1,"chainId":"0x1","manifest":{}})";
const std::string kApplied = R"({"header":{},"logs":[],"calls":[]})";
const std::string kReverted = R"({"reverted":{"number":"0x1","hash":"0x00"}})";

/// Text that does not compress to nothing.
std::string applied_line(std::mt19937_64& random, std::size_t size) {
    std::string line = R"({"header":{"x":")";
    for (std::size_t i = 0; i < size; ++i) {
        line += static_cast<char>('a' + (random() % 26));
    }
    return line + R"("},"logs":[]})";
}

std::vector<std::string> some_tape(std::size_t lines, std::size_t size) {
    std::mt19937_64 random(7);
    std::vector<std::string> out{kManifest};
    while (out.size() < lines) {
        out.push_back(applied_line(random, size));
    }
    return out;
}

}  // namespace

TEST_CASE("a tape reads back as it was written, with the kind of each line") {
    const TapeFile file;
    const std::vector<std::string> lines{kManifest, kApplied, kReverted, kApplied};
    file.record(lines);
    const ReadBack back = read_back(file.path());
    CHECK(back.error.empty());
    CHECK(back.cut.empty());
    CHECK(back.lines == lines);
    CHECK(
        back.kinds ==
        std::vector<LineKind>{
            LineKind::kManifest, LineKind::kApplied, LineKind::kReverted, LineKind::kApplied
        }
    );
}

TEST_CASE("lines longer than every buffer, and more lines than a frame has, read back") {
    const TapeFile file;
    std::vector<std::string> lines = some_tape(600, 900);
    std::mt19937_64 random(3);
    lines.push_back(applied_line(random, 3'000'000));
    lines.push_back(kReverted);
    file.record(lines);
    const ReadBack back = read_back(file.path());
    CHECK(back.error.empty());
    CHECK(back.lines == lines);
}

TEST_CASE("the field that comes first does not matter, nor does white space") {
    const TapeFile file;
    file.record({R"( { "seed":7,"tape":1})", R"({ "logs":[],"header":{}})", "{\"truth\":[]}\r"});
    const ReadBack back = read_back(file.path());
    CHECK(back.error.empty());
    CHECK(back.kinds.size() == 3);
}

TEST_CASE("a recording that was killed reads to its last whole line and says so") {
    const TapeFile file;
    const std::vector<std::string> lines = some_tape(300, 2000);
    file.record(lines, false);
    const ReadBack back = read_back(file.path());
    CHECK(back.error.empty());
    CHECK(back.lines == lines);
    CHECK(
        back.cut ==
        file.path() + ": ends within a frame after line 300, as when its recording was killed"
    );
}

TEST_CASE("cut at any byte, a recording gives a prefix of its lines or one clear error") {
    const TapeFile file;
    const std::vector<std::string> lines = some_tape(20, 300);
    file.record(lines);
    const std::string bytes = file.bytes();
    std::size_t errors = 0;
    std::size_t cuts = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        file.put(bytes.substr(0, size));
        const ReadBack back = read_back(file.path());
        REQUIRE(back.lines.size() <= lines.size());
        REQUIRE(std::equal(back.lines.begin(), back.lines.end(), lines.begin()));
        errors += back.error.empty() ? 0 : 1;
        cuts += back.cut.empty() ? 0 : 1;
        // Between two frames nothing is missing that the file could tell.
        REQUIRE((!back.error.empty() || !back.cut.empty() || back.lines.size() == 1));
    }
    CHECK(errors > 0);
    CHECK(errors < 100);  // Within the manifest's frame.
    CHECK(cuts > errors);
}

TEST_CASE("a changed byte never gives other lines without an error") {
    const TapeFile file;
    const std::vector<std::string> lines = some_tape(30, 100);
    file.record(lines);
    const std::string bytes = file.bytes();
    std::mt19937_64 random(11);
    for (int round = 0; round < 500; ++round) {
        std::string damaged = bytes;
        damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
        file.put(damaged);
        const ReadBack back = read_back(file.path());
        // What a frame holds is proven at its end only, so a wrong line can come before the error.
        REQUIRE((!back.error.empty() || !back.cut.empty() || back.lines == lines));
    }
}

TEST_CASE("what is not a tape is refused with what to do") {
    const TapeFile file;
    const std::string at = file.path();
    SECTION("absent") {
        CHECK(
            read_back(at).error ==
            at + ": cannot open it: No such file or directory. check the path"
        );
    }
    SECTION("a folder") {
        CHECK(read_back("/").error == "/: it is a folder. name a tape file");
    }
    SECTION("empty") {
        file.put("");
        CHECK(
            read_back(at).error == at + ": the file is empty, not a tape. copy or record it again"
        );
    }
    SECTION("not compressed") {
        file.put(kManifest + "\n");
        CHECK_THAT(
            read_back(at).error,
            Catch::Contains(at + ": not a tape: it is not compressed with zstd")
        );
    }
    SECTION("another file") {
        file.record({R"({"block":1})"});
        CHECK_THAT(
            read_back(at).error,
            Catch::Contains(at + ":1: not a tape: the first line has no \"tape\" version")
        );
    }
    SECTION("a line of another kind") {
        file.record({kManifest, kApplied, "[1,2]"});
        const ReadBack back = read_back(at);
        CHECK(back.lines.size() == 2);
        CHECK_THAT(back.error, Catch::Contains(at + ":3: the line is neither an applied block"));
    }
    SECTION("a second manifest") {
        file.record({kManifest, kManifest});
        CHECK_THAT(read_back(at).error, Catch::Contains(at + ":2: the line is neither"));
    }
    SECTION("damaged") {
        file.record(some_tape(400, 200));
        std::string bytes = file.bytes();
        bytes.replace(bytes.size() / 2, 64, std::string(64, 'x'));
        file.put(bytes);
        CHECK_THAT(read_back(at).error, Catch::Contains("the compressed data is damaged"));
    }
}

TEST_CASE("a tape is never overwritten, and a folder that is not there is named") {
    const TapeFile file;
    file.put("precious");
    const auto again = tape::create_tape(file.path());
    REQUIRE_FALSE(again.has_value());
    CHECK_THAT(
        again.error().message(), Catch::Contains("there is such a file already. name another one")
    );
    CHECK(file.bytes() == "precious");
    const auto nowhere = tape::create_tape(file.path() + "/x/tape.zst");
    REQUIRE_FALSE(nowhere.has_value());
    CHECK_THAT(nowhere.error().message(), Catch::Contains("cannot create it: Not a directory"));
}

}  // namespace faultline::tests
