// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <shell/simnode/playback.hpp>
#include <string>
#include <unit/shell/simnode/tape_lines.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::simnode;
using namespace faultline::simnode::testing;

namespace {

std::string name(const TapeChain& tape, BlockIndex block) {
    return std::to_string(tape[block].ref.number) + tape[block].ref.hash.hex().back();
}

std::vector<std::string> names(const TapeChain& tape, const std::vector<BlockIndex>& blocks) {
    std::vector<std::string> out;
    for (const BlockIndex block : blocks) {
        out.push_back(name(tape, block));
    }
    return out;
}

using Names = std::vector<std::string>;

/// 1 to 3 of branch a; 3 and 2 give way to 2 to 4 of branch b.
std::vector<std::string> with_reorg() {
    auto lines = straight(3);
    lines.push_back(reverted(3, 'a'));
    lines.push_back(reverted(2, 'a'));
    lines.push_back(BlockText{.number = 2, .branch = 'b', .logs = {}, .more = ""}.line());
    lines.push_back(
        BlockText{.number = 3, .branch = 'b', .parent_branch = 'b', .logs = {}, .more = ""}.line()
    );
    lines.push_back(
        BlockText{.number = 4, .branch = 'b', .parent_branch = 'b', .logs = {}, .more = ""}.line()
    );
    return lines;
}

std::string error_of(std::vector<std::string> lines) {
    Lines reader(std::move(lines));
    const auto tape = TapeChain::load(reader);
    REQUIRE_FALSE(tape.has_value());
    CHECK(tape.error().code() == Code::kInvalid);
    return tape.error().message();
}

}  // namespace

TEST_CASE("a tape is played block by block to its end", "[simnode]") {
    const TapeChain tape = load(straight(3));
    Playback playback(tape);
    CHECK(name(tape, playback.chain().back()) == "1a");
    CHECK(names(tape, playback.advance().added) == Names{"2a"});
    CHECK_FALSE(playback.done());
    CHECK(names(tape, playback.advance().added) == Names{"3a"});
    CHECK(playback.done());
    CHECK(playback.advance().empty());
}

TEST_CASE("an orphaned branch gives way in one move, when the next is as long", "[simnode]") {
    const TapeChain tape = load(with_reorg());
    Playback playback(tape);
    playback.advance_to(3);
    CHECK(names(tape, playback.chain()) == Names{"1a", "2a", "3a"});
    const Change change = playback.advance();
    CHECK(names(tape, change.removed) == Names{"3a", "2a"});
    CHECK(names(tape, change.added) == Names{"2b", "3b"});
    CHECK(names(tape, playback.advance().added) == Names{"4b"});
    CHECK(names(tape, playback.chain()) == Names{"1a", "2b", "3b", "4b"});
    CHECK(playback.done());
}

TEST_CASE("a branch that is taken back for a shorter one is a shorter chain", "[simnode]") {
    auto lines = with_reorg();
    lines.resize(lines.size() - 2);
    const TapeChain tape = load(std::move(lines));
    Playback playback(tape);
    playback.advance_to(3);
    playback.advance();
    CHECK(names(tape, playback.chain()) == Names{"1a", "2b"});
}

TEST_CASE("rolled back blocks come back one by one", "[simnode]") {
    const TapeChain tape = load(straight(5));
    Playback playback(tape);
    playback.advance_to(4);
    CHECK(playback.roll_back(2) == 2);
    CHECK(names(tape, playback.chain()) == Names{"1a", "2a"});
    CHECK(playback.roll_back(9) == 1);
    CHECK(names(tape, playback.chain()) == Names{"1a"});
    for (const auto* expected : {"2a", "3a", "4a", "5a"}) {
        CHECK_FALSE(playback.done());
        CHECK(names(tape, playback.advance().added) == Names{expected});
    }
    CHECK(playback.done());
}

TEST_CASE("a branch that comes back is the same blocks", "[simnode]") {
    auto lines = straight(2);
    lines.push_back(reverted(2, 'a'));
    lines.push_back(BlockText{.number = 2, .branch = 'b', .logs = {}, .more = ""}.line());
    lines.push_back(reverted(2, 'b'));
    lines.push_back(BlockText{.number = 2, .logs = {}, .more = ""}.line());
    const TapeChain tape = load(std::move(lines));
    CHECK(tape.blocks().size() == 3);
    Playback playback(tape);
    while (!playback.done()) {
        playback.advance();
    }
    CHECK(names(tape, playback.chain()) == Names{"1a", "2a"});
}

TEST_CASE("what is no chain is refused with the line", "[simnode]") {
    CHECK_THAT(error_of({kManifest}), Catch::Contains("no block"));
    auto gap = straight(2);
    gap.push_back(BlockText{.number = 4, .logs = {}, .more = ""}.line());
    CHECK_THAT(error_of(gap), Catch::Contains("t.zst:4") && Catch::Contains("not the child"));
    auto stranger = straight(2);
    stranger.push_back(BlockText{.number = 3, .parent_branch = 'b', .logs = {}, .more = ""}.line());
    CHECK_THAT(error_of(stranger), Catch::Contains("not the child"));
    auto not_head = straight(3);
    not_head.push_back(reverted(2, 'a'));
    CHECK_THAT(error_of(not_head), Catch::Contains("not the head"));
    CHECK_THAT(error_of({kManifest, R"({"header":{}})"}), Catch::Contains("t.zst:2"));
}
