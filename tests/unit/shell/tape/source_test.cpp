// SPDX-License-Identifier: Apache-2.0
// What a recording writes, read back as the stream it was.
#include "tape_file.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/tape/encode.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/source.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::tests {
namespace {

const std::string kManifest = R"({"tape":1,"chainId":"0x1","manifest":{}})";

Hash32 hash_of(std::uint64_t number, std::uint8_t branch) {
    Hash32 hash;
    hash.bytes.fill(branch);
    hash.bytes.back() = static_cast<std::uint8_t>(number);
    return hash;
}

const Hash32 kWatched = hash_of(1, 0xee);
const Hash32 kOther = hash_of(2, 0xee);

eth::Read read_of(std::uint8_t byte) {
    eth::Read read;
    read.to.bytes.fill(byte);
    read.data = {byte, 1, 2, 3};
    return read;
}

eth::Block block_of(std::uint64_t number, std::uint8_t branch = 1, std::uint8_t parent_branch = 1) {
    eth::Block block;
    block.header.ref = {number, hash_of(number, branch)};
    block.header.parent = number == 0 ? Hash32{} : hash_of(number - 1, parent_branch);
    block.header.timestamp = {1000 + number};
    block.header.base_fee_wei = U256(number);
    std::uint32_t index = 0;
    for (const Hash32& topic : {kWatched, kOther, kWatched}) {
        const Bytes data{static_cast<std::uint8_t>(number), 7};
        const std::vector<Hash32> topics{topic, hash_of(number, 9)};
        block.logs.add(
            {.address = read_of(5).to,
             .topics = topics,
             .data = data,
             .tx_hash = hash_of(number, 8),
             .tx_index = index / 2,
             .log_index = index}
        );
        ++index;
    }
    block.evidence = {
        .endpoints = {"node"}, .finality = eth::Finality::kSafe, .checks = {}, .doubt = {}
    };
    return block;
}

std::string line_of(const eth::Block& block, const std::vector<rpc::RecordedView>& truth = {}) {
    return tape::applied_line(
        tape::header_json(block.header), tape::logs_json(block.logs, block.header), block, truth
    );
}

/// The tip that the events so far lead to, and reads that every block wants.
class Follower final : public chain::AppliedChain {
  public:
    std::vector<eth::Read> wanted;
    std::vector<eth::BlockRef> blocks;

    [[nodiscard]] std::optional<eth::BlockRef> tip() const override {
        return blocks.empty() ? std::nullopt : std::optional(blocks.back());
    }

    [[nodiscard]] std::optional<eth::BlockRef> applied(eth::BlockNum) const override {
        return std::nullopt;
    }

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override {
        std::vector<eth::Read> reads;
        std::ranges::copy_if(wanted, std::back_inserter(reads), [&](const eth::Read& read) {
            return !block.made(read);
        });
        return reads;
    }
};

struct Played {
    std::vector<eth::ChainEvent> events;
    std::vector<std::string> holes;
    std::vector<std::string> committed;
    tape::SourceCounts counts;
    std::string error;
    bool ended = false;
};

runtime::Task<> drain(tape::TapeSource& source, Follower& follower, Played& played) {
    for (;;) {
        auto event = co_await source.next();
        if (!event) {
            played.error = event.error().message();
            co_return;
        }
        if (const auto* applied = std::get_if<eth::Applied>(&*event)) {
            follower.blocks.push_back(applied->block.ref());
        } else {
            follower.blocks.pop_back();
        }
        played.events.push_back(*std::move(event));
    }
}

Played play(const TapeFile& file, std::vector<eth::Read> wanted = {}, bool answering = false) {
    Follower follower;
    follower.wanted = std::move(wanted);
    auto reader = tape::open_tape(file.path());
    REQUIRE(reader.has_value());
    REQUIRE(tape::read_manifest(**reader).has_value());
    Played played;
    tape::SourceOptions options;
    options.filter = eth::LogFilter::of_topics({kWatched});
    options.on_hole = [&](const eth::Read& read, const eth::BlockRef& at) {
        played.holes.push_back(read.to.hex() + "@" + std::to_string(at.number));
    };
    options.on_committed = [&](const rpc::RecordedBlock& block) {
        played.committed.push_back(
            std::to_string(block.header.ref.number) + ":" + std::to_string(block.truth.size())
        );
    };
    if (answering) {
        options.answer = [](const eth::Read& read) {
            return std::optional(
                eth::ReadAnswer{.read = read, .outcome = eth::ReadOutcome::kReturned, .result = {4}}
            );
        };
    }
    tape::TapeSource source(*std::move(reader), follower, std::move(options));
    runtime::Loop loop;
    loop.run(drain(source, follower, played));
    played.counts = source.counts();
    played.ended = source.ended();
    return played;
}

const eth::Block& applied(const Played& played, std::size_t index) {
    return std::get<eth::Applied>(played.events.at(index)).block;
}

}  // namespace

TEST_CASE("blocks, answers, reverts and truth come back from a tape as they were written") {
    const TapeFile file;
    eth::Block second = block_of(1);
    second.reads = {
        {.read = read_of(6), .outcome = eth::ReadOutcome::kReturned, .result = {1, 2}},
        {.read = {.to = read_of(6).to, .data = read_of(6).data, .from = read_of(5).to},
         .outcome = eth::ReadOutcome::kReturned,
         .result = {3}},
        {.read = read_of(7), .outcome = eth::ReadOutcome::kReverted, .result = {}},
        {.read = read_of(8), .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
    };
    second.live = false;
    const rpc::RecordedView view{.answer = second.reads[0], .label = "a \"label\""};
    const eth::Block other = block_of(1, 2);
    file.record(
        {kManifest,
         line_of(block_of(0)),
         line_of(second, {view}),
         tape::reverted_line(second.ref()),
         line_of(other)}
    );
    const Played played = play(file);
    CHECK(played.ended);
    CHECK(played.error == "the tape has ended");
    REQUIRE(played.events.size() == 4);
    CHECK(applied(played, 0).header == block_of(0).header);
    CHECK(applied(played, 0).logs.size() == 2);  // The third is not of the filter.
    CHECK(applied(played, 0).live);
    CHECK(applied(played, 1).header == second.header);
    CHECK(applied(played, 1).reads == second.reads);
    CHECK(applied(played, 1).evidence == second.evidence);
    CHECK_FALSE(applied(played, 1).live);
    CHECK(std::get<eth::Reverted>(played.events[2]).ref == second.ref());
    CHECK(applied(played, 3).ref() == other.ref());
    CHECK(played.committed == std::vector<std::string>{"0:0", "1:1", "1:0"});
    CHECK(played.counts.applied == 3);
    CHECK(played.counts.reverted == 1);
    CHECK(played.counts.reorgs == 1);
    CHECK(played.counts.logs == 6);
    CHECK(played.counts.all_logs == 9);
    CHECK(played.holes.empty());
}

TEST_CASE("a read that a tape lacks is a hole of that block, unless the tape answers elsewhere") {
    const TapeFile file;
    eth::Block with = block_of(1);
    with.reads = {{.read = read_of(6), .outcome = eth::ReadOutcome::kReturned, .result = {1}}};
    file.record({kManifest, line_of(block_of(0)), line_of(with)});
    const std::vector<eth::Read> wanted{read_of(6)};
    const Played played = play(file, wanted);
    CHECK(played.holes == std::vector<std::string>{read_of(6).to.hex() + "@0"});
    CHECK(applied(played, 0).reads.empty());
    CHECK(applied(played, 1).reads == with.reads);
    const Played answered = play(file, wanted, true);
    CHECK(answered.holes.empty());
    CHECK(applied(answered, 0).reads.front().result == Bytes{4});
    CHECK(applied(answered, 1).reads == with.reads);
}

TEST_CASE("lines that do not follow from those before end the stream with file and line") {
    const TapeFile file;
    const std::string advice = ". copy or record the tape again";
    const auto refused = [&](const std::vector<std::string>& lines, const std::string& what) {
        file.record(lines);
        const Played played = play(file);
        CHECK_FALSE(played.ended);
        CHECK_THAT(played.error, Catch::StartsWith(file.path() + ":") && Catch::Contains(what));
        CHECK_THAT(played.error, Catch::EndsWith(advice));
    };
    SECTION("a gap") {
        refused({kManifest, line_of(block_of(0)), line_of(block_of(2))}, ":3: block 2 (");
    }
    SECTION("another branch") {
        refused({kManifest, line_of(block_of(0)), line_of(block_of(1, 2, 3))}, ":3: block 1 (");
    }
    SECTION("a revert of what is not the tip") {
        refused(
            {kManifest, line_of(block_of(0)), tape::reverted_line(block_of(0, 2).ref())},
            "is taken back, and the last one before it is 0 ("
        );
    }
    SECTION("a revert of nothing") {
        refused(
            {kManifest, tape::reverted_line(block_of(0).ref())}, "the last one before it is none"
        );
    }
    SECTION("a log of another block") {
        const eth::Block block = block_of(0);
        refused(
            {kManifest,
             tape::applied_line(
                 tape::header_json(block.header),
                 tape::logs_json(block.logs, block_of(3).header),
                 block,
                 {}
             )},
            ":2: eth_getLogs: asked for the logs of block 0 ("
        );
    }
    SECTION("logs that are null, as of a block the node did not have") {
        refused(
            {kManifest, R"({"header":)" + tape::header_json(block_of(0).header) + R"(,"logs":null})"
            },
            ":2: eth_getLogs: the result is not an array"
        );
    }
}

}  // namespace faultline::tests
