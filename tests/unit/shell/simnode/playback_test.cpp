// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/trie_root.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

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
    TapeChain tape = load(straight(3));
    Playback playback(tape);
    CHECK(name(tape, playback.chain().back()) == "1a");
    CHECK(names(tape, playback.advance().added) == Names{"2a"});
    CHECK_FALSE(playback.done());
    CHECK(names(tape, playback.advance().added) == Names{"3a"});
    CHECK(playback.done());
    CHECK(playback.advance().empty());
}

TEST_CASE("an orphaned branch gives way in one move, when the next is as long", "[simnode]") {
    TapeChain tape = load(with_reorg());
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
    TapeChain tape = load(std::move(lines));
    Playback playback(tape);
    playback.advance_to(3);
    playback.advance();
    CHECK(names(tape, playback.chain()) == Names{"1a", "2b"});
}

TEST_CASE("rolled back blocks come back one by one", "[simnode]") {
    TapeChain tape = load(straight(5));
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

TEST_CASE("replaced blocks are empty ones for a move, and come back with the next", "[simnode]") {
    TapeChain tape = load(straight(5));
    Playback playback(tape);
    playback.advance_to(4);
    const auto replaced = playback.replace(2);
    REQUIRE(replaced.has_value());
    CHECK(names(tape, replaced->removed) == Names{"4a", "3a"});
    REQUIRE(replaced->added.size() == 2);
    CHECK(playback.head().ref.number == 4);
    CHECK(tape[replaced->added[0]].parent.hex() == hash(2));
    CHECK(tape[replaced->added[1]].parent == tape[replaced->added[0]].ref.hash);
    for (const BlockIndex twin : replaced->added) {
        CHECK(tape[twin].logs.empty());
        CHECK(tape.find(tape[twin].ref.hash) == twin);
    }
    CHECK(playback.replace(1)->empty());
    CHECK_FALSE(playback.done());
    const Change back = playback.advance();
    CHECK(back.removed == std::vector<BlockIndex>{replaced->added[1], replaced->added[0]});
    CHECK(names(tape, back.added) == Names{"3a", "4a", "5a"});
    CHECK(names(tape, playback.chain()) == Names{"1a", "2a", "3a", "4a", "5a"});
    // The same blocks give the same twins, and the first block stays.
    CHECK(playback.replace(9)->added.size() == 4);
    CHECK_FALSE(playback.done());
    CHECK(names(tape, playback.advance().added) == Names{"2a", "3a", "4a", "5a"});
    CHECK(playback.done());
}

TEST_CASE("blocks that the tape takes off after a replacement are not shown again", "[simnode]") {
    TapeChain tape = load(with_reorg());
    Playback playback(tape);
    playback.advance_to(3);
    const auto replaced = playback.replace(1);
    const Change back = playback.advance();
    CHECK(back.removed.front() == replaced->added.front());
    CHECK(names(tape, {back.removed[1]}) == Names{"2a"});
    CHECK(names(tape, back.added) == Names{"2b", "3b"});
}

TEST_CASE("the twin of a real block has the hash of its own fields", "[simnode]") {
    const auto hex = [](std::size_t digits) {
        return "\"0x" + std::string(digits, '0') + "\"";
    };
    const std::string header =
        R"({"number":"0x2","hash":")" + hash(2) + R"(","parentHash":")" + hash(1) +
        R"(","sha3Uncles":)" + hex(64) + R"(,"miner":)" + hex(40) + R"(,"stateRoot":)" + hex(64) +
        R"(,"transactionsRoot":)" + hex(64) + R"(,"receiptsRoot":)" + hex(64) + R"(,"logsBloom":)" +
        hex(512) + R"(,"difficulty":"0x0","gasLimit":"0x1","gasUsed":"0x1","timestamp":"0x1",)" +
        R"("extraData":"0x","mixHash":)" + hex(64) + R"(,"nonce":)" + hex(16) +
        R"(,"transactions":["0x12"]})";
    auto original = rpc::read_tape_block("{\"header\":" + header + ",\"logs\":[]}");
    auto fork = rpc::read_tape_block(BlockText{.number = 1, .logs = {}, .more = ""}.line());
    REQUIRE(original.has_value());
    const auto twin = rpc::empty_twin(*original, fork->ref.hash, *fork);
    REQUIRE(twin.has_value());
    // keccak256(rlp(fields)), by a program that shares nothing with ours.
    CHECK(
        twin->ref.hash.hex() == "0x64f34548075364c59a0b0dc163f488e0f1f2fe6c619f656a20ca6c69cfcf4393"
    );
    CHECK_THAT(std::string(twin->header), Catch::Contains("\"transactions\":[]"));
    CHECK_THAT(
        std::string(twin->header),
        Catch::Contains("\"receiptsRoot\":\"" + eth::kEmptyTrieRoot.hex())
    );
}

TEST_CASE("a branch that comes back is the same blocks", "[simnode]") {
    auto lines = straight(2);
    lines.push_back(reverted(2, 'a'));
    lines.push_back(BlockText{.number = 2, .branch = 'b', .logs = {}, .more = ""}.line());
    lines.push_back(reverted(2, 'b'));
    lines.push_back(BlockText{.number = 2, .logs = {}, .more = ""}.line());
    TapeChain tape = load(std::move(lines));
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
