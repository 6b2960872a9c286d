// SPDX-License-Identifier: Apache-2.0
// `faultline replay --tape` from end to end: the engine, a store in memory, the comparison.
#include "unit/shell/tape/tape_file.hpp"

#include <catch2/catch.hpp>

#include <app/replay.hpp>
#include <cstddef>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

const std::string kTape =
    std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/devnet-mini.jsonl.zst";

const std::string kTape37 =
    std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/aave37-s1.jsonl.zst";

const std::string kTape302 =
    std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/aave302-s1.jsonl.zst";

struct Said {
    int status = 0;
    std::string out;
    std::string err;
};

Said replay(const std::string& file, bool verify = true) {
    std::ostringstream out;
    std::ostringstream err;
    Said said;
    said.status = app::replay_tape({.file = file, .verify = verify}, out, err);
    said.out = out.str();
    said.err = err.str();
    return said;
}

/// The fixture with each line passed through `edit`; an empty line is left out.
void edited(
    const TapeFile& file, const std::function<std::string(std::size_t, std::string)>& edit
) {
    std::vector<std::string> lines;
    std::size_t number = 0;
    for (const std::string& line : read_back(kTape).lines) {
        if (std::string kept = edit(++number, line); !kept.empty()) {
            lines.push_back(std::move(kept));
        }
    }
    file.record(lines);
}

/// Replaces the first `from` at or behind `at`.
std::string replaced(
    std::string line, const std::string& from, const std::string& to, std::size_t at = 0
) {
    const std::size_t found = line.find(from, at);
    return found == std::string::npos ? line : line.replace(found, from.size(), to);
}

std::size_t number_before(const std::string& text, const std::string& word) {
    const std::size_t end = text.find(word);
    REQUIRE(end != std::string::npos);
    const std::size_t begin = text.find_last_of(' ', end - 2);
    return std::stoul(text.substr(begin + 1));
}

}  // namespace

TEST_CASE("the devnet's tape replays without a mismatch, and says what it is and lacks") {
    const Said said = replay(kTape);
    CHECK(said.status == 0);
    CHECK(said.err.empty());
    CHECK_THAT(said.out, Catch::Contains("chain 1, Aave V3.6, Compound-v2 style cTokens"));
    CHECK_THAT(
        said.out, Catch::Contains("replayed 244 blocks, 2 reorgs (5 blocks taken back), 2140 logs")
    );
    CHECK_THAT(said.out, Catch::Contains("begun at block 0"));  // Where Maker stands already.
    CHECK_THAT(said.out, Catch::Contains("market aave: Aave V3, 3.6.0"));
    CHECK_THAT(said.out, Catch::Contains("market ctoken: Compound V2, comptroller 0x"));
    CHECK_THAT(said.out, Catch::Contains("market maker: Maker, vat 0x"));
    CHECK_THAT(said.out, Catch::Contains("not followed by this build: Uniswap"));
    CHECK_THAT(said.out, Catch::Contains("not on the tape: POOL_REVISION(), "));
    CHECK_THAT(said.out, Catch::Contains("verify: 13300 compared, 0 mismatches, 77 not covered"));
    CHECK_THAT(said.out, !Catch::Contains("words of"));
    // Nothing of the tape's truth is passed over in silence.
    CHECK(number_before(said.out, "compared,") + number_before(said.out, "not covered") == 13377);
    CHECK_THAT(
        said.out, Catch::Contains("not covered: uniswapV3.slot0, 33 (no market this build follows")
    );
    WARN(said.out.substr(0, said.out.find("  not covered")));
}

TEST_CASE("a tape of Aave 3.7 replays without a mismatch, every view compared") {
    const Said said = replay(kTape37);
    CHECK(said.status == 0);
    CHECK_THAT(said.out, Catch::Contains("verify: 94470 compared, 0 mismatches, 0 not covered"));
    CHECK_THAT(said.out, !Catch::Contains("words of"));
    CHECK_THAT(said.out, !Catch::Contains("degraded"));
    WARN(said.out);
}

TEST_CASE("a tape of Aave 3.0.2 replays without a mismatch, but for what no figure needs") {
    const Said said = replay(kTape302);
    CHECK(said.status == 0);
    CHECK_THAT(
        said.out, Catch::Contains("verify: 108833 compared, 0 mismatches, 3444 not covered")
    );
    // The index at a token's last log about an account: four kinds of view, and nothing else.
    for (const std::string token : {"aToken.USDC", "aToken.WETH", "vToken.USDC", "vToken.WETH"}) {
        CHECK_THAT(
            said.out, Catch::Contains("not covered: " + token + ".getPreviousIndex, 861 (no_data")
        );
    }
    CHECK_THAT(said.out, !Catch::Contains("words of"));
    CHECK_THAT(said.out, !Catch::Contains("degraded"));
    WARN(said.out);
}

TEST_CASE("one changed answer on a tape is one mismatch, shown in full, and status 1") {
    const TapeFile file;
    bool changed = false;
    edited(file, [&](std::size_t, std::string line) {
        const std::size_t truth = line.find("\"truth\":[");
        const std::size_t label = line.find("aToken.WETH.scaledTotalSupply");
        if (changed || truth == std::string::npos || label == std::string::npos ||
            line.size() < 300'000) {
            return line;
        }
        // The result stands before its label; its last digit is one of the amount's.
        const std::size_t end = line.rfind("\",\"label\"", label);
        changed = true;
        line[end - 1] = line[end - 1] == '0' ? '1' : '0';
        return line;
    });
    REQUIRE(changed);
    const Said said = replay(file.path());
    CHECK(said.status == 1);
    CHECK_THAT(said.out, Catch::Contains(" 1 mismatches"));
    CHECK_THAT(said.out, Catch::Contains("mismatch at block "));
    CHECK_THAT(said.out, Catch::Contains("): aToken.WETH.scaledTotalSupply"));
    CHECK_THAT(said.out, Catch::Contains("call     scaledTotalSupply() of 0x"));
    CHECK_THAT(said.out, Catch::Contains("expected "));
    CHECK_THAT(said.out, Catch::Contains("ours     "));
    CHECK(replay(file.path(), false).status == 0);
}

TEST_CASE("a price that the tape lacks is a hole, and what needs it is withheld") {
    const TapeFile file;
    edited(file, [&](std::size_t, std::string line) {
        // getAssetsPrices becomes a call that nobody asks for; truth keeps its own.
        const std::size_t calls = line.find("\"calls\":[");
        const std::size_t truth = line.find("\"truth\":[");
        const std::size_t found = line.find("0x9d23d9f2", calls == std::string::npos ? 0 : calls);
        return found != std::string::npos && found < truth
                   ? replaced(line, "0x9d23d9f2", "0x00000000", calls)
                   : line;
    });
    const Said said = replay(file.path());
    CHECK(said.status == 0);
    CHECK(number_before(said.out, "mismatches,") == 0);
    CHECK_THAT(said.out, Catch::Contains("not on the tape: getAssetsPrices(address[]), "));
    CHECK_THAT(said.out, Catch::Contains("not covered: aave.getUserAccountData, "));
    CHECK_THAT(said.out, Catch::Contains("prices were never read"));
}

TEST_CASE("tapes of Compound and Maker replay without a mismatch, and say what no log tells") {
    const auto said_of = [](const std::string& name) {
        const Said said = replay(
            std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/" + name + ".jsonl.zst"
        );
        CHECK(said.status == 0);
        return said.out;
    };
    const std::string comet = said_of("comet-s1");
    CHECK_THAT(comet, Catch::Contains("verify: 21490 compared, 0 mismatches, 0 not covered"));
    CHECK_THAT(comet, Catch::Contains("laws: held at 354 of 354 blocks"));
    CHECK_THAT(comet, Catch::Contains("not covered: 3698 words of comet.userBasic"));
    const std::string ctokens = said_of("compoundv2-s1");
    CHECK_THAT(ctokens, Catch::Contains("verify: 46220 compared, 0 mismatches, 0 not covered"));
    CHECK_THAT(ctokens, Catch::Contains("laws: held at 337 of 337 blocks"));
    const std::string maker = said_of("maker-dss-s1");
    CHECK_THAT(maker, Catch::Contains("verify: 19577 compared, 0 mismatches, 576 not covered"));
    CHECK_THAT(maker, Catch::Contains("laws: held at 438 of 438 blocks"));
    CHECK_THAT(maker, Catch::Contains("clip.ETH-A.chost, 44 (no_data: upchost() logs nothing"));
}

TEST_CASE("a version that is not accounted for is degraded and never compared") {
    const TapeFile file;
    edited(file, [&](std::size_t number, std::string line) {
        return number == 1
                   ? replaced(
                         line, "\"version\":\"3.6.0\"", "\"version\":\"3.8 (POOL_REVISION 12)\""
                     )
                   : line;
    });
    const Said said = replay(file.path());
    CHECK(said.status == 0);
    CHECK_THAT(said.out, Catch::Contains("degraded: market \"aave\", block "));
    CHECK_THAT(said.out, Catch::Contains("is of revision 12"));
    // Of Aave the blocks before the pool exists; and what other protocols say.
    CHECK(number_before(said.out, "compared,") < 3600);
    CHECK_THAT(said.out, Catch::Contains("not covered: aave.getUserAccountData, 242 (error: "));
}

TEST_CASE("a tape without a market of ours says so") {
    const TapeFile file;
    edited(file, [&](std::size_t number, std::string line) {
        for (const char* protocol : {"aave", "ctoken", "maker"}) {
            const std::string of = "\"" + std::string(protocol) + "\":{";
            line = number == 1 ? replaced(line, of, "\"other_" + of.substr(1)) : line;
        }
        return line;
    });
    const Said said = replay(file.path());
    CHECK(said.status == 0);
    CHECK_THAT(
        said.out, Catch::Contains("no market this build follows (the manifest names Uniswap)")
    );
    CHECK_THAT(said.out, Catch::Contains("verify: 0 compared, 0 mismatches, 13377 not covered"));
    CHECK_THAT(said.err, Catch::Contains("nothing was compared"));
}

TEST_CASE("bad tapes end with status 1, file and line, and what to do") {
    const TapeFile file;
    const auto refused = [&](const std::string& part) {
        const Said said = replay(file.path());
        CHECK(said.status == 1);
        CHECK_THAT(said.err, Catch::StartsWith("faultline: " + file.path()));
        CHECK_THAT(said.err, Catch::Contains(part));
    };
    SECTION("a block is missing") {
        edited(file, [](std::size_t number, std::string line) { return number == 40 ? "" : line; });
        refused(":40: block 39 (0x");
    }
    SECTION("a block comes twice") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 40 ? line : line;
        });
        std::vector<std::string> lines = read_back(file.path()).lines;
        lines.insert(lines.begin() + 40, lines[39]);
        std::filesystem::remove(file.path());
        file.record(lines);
        refused(":41: block 38 (0x");
    }
    SECTION("a revert of another block") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 50 ? std::string(R"({"reverted":{"number":"0x1","hash":"0x)") +
                                      std::string(64, 'a') + "\"}}"
                                : line;
        });
        refused(":50: block 1 (0xaaaaaaaa…) is taken back, and the last one before it is 47 (0x");
    }
    SECTION("no JSON") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 50 ? R"({"header":)" : line;
        });
        refused(":50: the line: is not JSON");
    }
    SECTION("a header without a hash") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 50 ? replaced(line, R"({"header":{"hash")", R"({"header":{"hush")")
                                : line;
        });
        refused(":50: header: the field hash is missing. copy or record the tape again");
    }
    SECTION("a log of another block") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 50 ? replaced(line, R"("blockNumber":"0x)", R"("blockNumber":"0xf)")
                                : line;
        });
        refused(":50: eth_getLogs: asked for the logs of block 48");
    }
    SECTION("another version") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 1 ? replaced(line, R"({"tape":1)", R"({"tape":2)") : line;
        });
        refused(
            ":1: the tape is of version 2, and this build reads version 1. use the faultline that "
            "wrote it"
        );
    }
    SECTION("a manifest without the pool's oracle") {
        edited(file, [](std::size_t number, std::string line) {
            return number == 1 ? replaced(line, R"("oracle":"0x9d4454)", R"("orakle":"0x9d4454)")
                               : line;
        });
        refused(":1: the manifest has no aave.oracle. copy or record the tape again");
    }
}

TEST_CASE("a recording that was killed replays to its last line, with a warning") {
    const TapeFile file;
    const std::vector<std::string> lines = read_back(kTape).lines;
    file.record({lines.begin(), lines.begin() + 200}, false);
    const Said said = replay(file.path());
    CHECK(said.status == 0);
    CHECK_THAT(
        said.err,
        Catch::Contains("warning: " + file.path() + ": ends within a frame after line 200")
    );
    CHECK_THAT(said.out, Catch::Contains("replayed 198 blocks"));
}

}  // namespace faultline::tests
