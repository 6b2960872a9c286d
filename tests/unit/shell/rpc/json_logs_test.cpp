// SPDX-License-Identifier: Apache-2.0
#include "answer_json.hpp"
#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <shell/rpc/json_decode.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {
namespace {

Result<PinnedBlock> decode_pinned(const std::string& header, const std::string& logs) {
    const Answered answered(
        calls_of({"eth_getBlockByHash", "eth_getLogs"}),
        "[" + result_of(1, header) + "," + result_of(2, logs) + "]"
    );
    return decode_block(answered.exchange(), hash_of('a'), kFilter);
}

Result<PinnedBlock> decode_pinned_logs(const std::vector<LogJson>& logs) {
    return decode_pinned(block_json(), array_of(logs));
}

Result<std::vector<BlockLogs>> decode_range(const std::string& logs) {
    const Answered answered(calls_of({"eth_getLogs"}), result_of(1, logs));
    return decode_logs(answered.exchange(), {.first = 0x10, .last = 0x1f}, kFilter);
}

}  // namespace

TEST_CASE("null for a pinned block is missing, never empty", "[rpc][decode]") {
    CHECK(failure(decode_pinned("null", "[]"), Code::kMissing).contains(hash_text('a')));
    CHECK(failure(decode_pinned("null", "null"), Code::kMissing).contains(hash_text('a')));
}

TEST_CASE("null for logs is missing, never empty", "[rpc][decode]") {
    CHECK(failure(decode_pinned(block_json(), "null"), Code::kMissing).contains("logs of block 16")
    );
    CHECK(failure(decode_range("null"), Code::kMissing).contains("logs of blocks 16 to 31"));
}

TEST_CASE("a pinned block carries its header and its logs in order", "[rpc][decode]") {
    LogJson second = log_at("0x10", "0x2");
    second.topics = quoted(hash_text('2')) + "," + quoted(hash_text('3'));
    second.data = "0x0102ff";
    second.txn_index = R"("0x7")";
    second.extra = R"(,"removed":false,"blockTimestamp":"0x65")";
    const PinnedBlock block =
        success(decode_pinned_logs({log_at("0x10", "0xa"), second, log_at("0x10", "0x0")}));
    CHECK(block.header.ref.number == 16);
    REQUIRE(block.logs.size() == 3);
    CHECK(block.logs[0].log_index == 0);
    CHECK(block.logs[1].log_index == 2);
    CHECK(block.logs[2].log_index == 10);
    const eth::Log log = block.logs[1];
    CHECK(log.address.hex() == kAddress);
    REQUIRE(log.topics.size() == 2);
    CHECK(log.topics[0] == hash_of('2'));
    CHECK(log.topics[1] == hash_of('3'));
    CHECK(to_hex(log.data) == "0x0102ff");
    CHECK(log.tx_hash == hash_of('c'));
    CHECK(log.tx_index == 7);
}

TEST_CASE("a block without watched logs has an empty list", "[rpc][decode]") {
    CHECK(success(decode_pinned(block_json(), "[]")).logs.empty());
}

TEST_CASE("a block other than the one asked for is malformed", "[rpc][decode]") {
    CHECK(failure(decode_pinned(block_json("hash", quoted(hash_text('d'))), "[]"), Code::kMalformed)
              .contains("asked for block " + hash_text('a')));
}

TEST_CASE("a log of another block than the one asked for is malformed", "[rpc][decode]") {
    CHECK(failure(decode_pinned_logs({log_at("0x10", "0x0", 'd')}), Code::kMalformed)
              .contains("asked for the logs of block 16"));
    CHECK(failure(decode_pinned_logs({log_at("0x11", "0x0")}), Code::kMalformed)
              .contains("got one of 17"));
}

TEST_CASE("a log that comes twice is malformed", "[rpc][decode]") {
    const std::string message = failure(
        decode_pinned_logs({log_at("0x10", "0x1"), log_at("0x10", "0x3"), log_at("0x10", "0x1")}),
        Code::kMalformed
    );
    CHECK(message.contains("log 1 of block 16 twice"));
}

TEST_CASE("a log that was not asked for is malformed", "[rpc][decode]") {
    LogJson log;
    log.topics = quoted(hash_text('9'));
    CHECK(failure(decode_pinned_logs({log}), Code::kMalformed)
              .contains("node returned a log that was not asked for"));
    log.topics = "";
    CHECK(failure(decode_pinned_logs({log}), Code::kMalformed).contains("not asked for"));
    log.topics = quoted(hash_text('9')) + "," + quoted(hash_text('1'));
    CHECK(failure(decode_pinned_logs({log}), Code::kMalformed).contains("not asked for"));
}

TEST_CASE("a log marked as removed means that the block is gone", "[rpc][decode]") {
    LogJson log;
    log.extra = R"(,"removed":true)";
    CHECK(failure(decode_pinned_logs({log}), Code::kMissing).contains("block 16 is gone"));
    CHECK(failure(decode_range(array_of({log})), Code::kMissing).contains("block 16 is gone"));
}

TEST_CASE("a log with a field that is not what it should be is malformed", "[rpc][decode]") {
    const auto refused = [](void (*spoil)(LogJson&)) {
        LogJson log;
        spoil(log);
        const std::string message = failure(decode_pinned_logs({log}), Code::kMalformed);
        CHECK(message.starts_with("eth_getLogs: "));
        return message;
    };
    CHECK(refused([](LogJson& log) { log.address = "0x1234"; }).contains("address"));
    CHECK(refused([](LogJson& log) { log.txn = "0x1234"; }).contains("transactionHash"));
    CHECK(refused([](LogJson& log) { log.data = "0x123"; }).contains("data"));
    CHECK(refused([](LogJson& log) { log.data = "zz"; }).contains("data"));
    CHECK(refused([](LogJson& log) { log.index = "0x100000000"; }
    ).contains("logIndex is larger than 32 bits"));
    CHECK(refused([](LogJson& log) { log.txn_index = "3"; }
    ).contains("transactionIndex is not a string"));
    CHECK(refused([](LogJson& log) { log.txn_index = "null"; }).contains("transactionIndex is null")
    );
    CHECK(refused([](LogJson& log) { log.number = "latest"; }).contains("blockNumber"));
    CHECK(refused([](LogJson& log) { log.extra = R"(,"removed":"no")"; }).contains("removed"));
    CHECK(refused([](LogJson& log) { log.topics = "7"; }).contains("topics"));
    CHECK(refused([](LogJson& log) { log.topics = "null"; }).contains("topics"));
    CHECK(refused([](LogJson& log) { log.topics = R"("0x12")"; }).contains("topic"));
    CHECK(refused([](LogJson& log) {
              const std::string topic = quoted(hash_text('1'));
              log.topics = topic + "," + topic + "," + topic + "," + topic + "," + topic;
          }).contains("at most four"));
}

TEST_CASE("logs that are not an array of objects are malformed", "[rpc][decode]") {
    failure(decode_range("{}"), Code::kMalformed);
    failure(decode_range("[1]"), Code::kMalformed);
    failure(decode_range("[null]"), Code::kMalformed);
    failure(decode_range(R"("[]")"), Code::kMalformed);
    failure(decode_range("[{}]"), Code::kMalformed);
}

TEST_CASE("a range of logs is grouped by block and ordered", "[rpc][decode]") {
    const std::vector<BlockLogs> blocks = success(decode_range(array_of({
        log_at("0x12", "0x5", 'b'),
        log_at("0x10", "0x9"),
        log_at("0x12", "0x1", 'b'),
        log_at("0x1f", "0x0", 'f'),
        log_at("0x10", "0x2"),
    })));
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0].ref == eth::BlockRef{0x10, hash_of('a')});
    CHECK(blocks[1].ref == eth::BlockRef{0x12, hash_of('b')});
    CHECK(blocks[2].ref == eth::BlockRef{0x1f, hash_of('f')});
    CHECK(blocks[0].logs.size() == 2);
    CHECK(blocks[0].logs[0].log_index == 2);
    CHECK(blocks[1].logs[0].log_index == 1);
    CHECK(blocks[1].logs[1].log_index == 5);
    CHECK(success(decode_range("[]")).empty());
}

TEST_CASE("a range of logs keeps to the blocks asked for", "[rpc][decode]") {
    const std::string number = GENERATE(std::string("0xf"), std::string("0x20"));
    CHECK(failure(decode_range(array_of({log_at(number, "0x0")})), Code::kMalformed)
              .contains("asked for blocks 16 to 31"));
}

TEST_CASE("two hashes for one height mean the chain moved while reading", "[rpc][decode]") {
    const auto result =
        decode_range(array_of({log_at("0x10", "0x0", 'a'), log_at("0x10", "0x1", 'b')}));
    CHECK(failure(result, Code::kTransient).contains("block 16 changed while reading"));
}

TEST_CASE("a block is refused when its logs are, though its header came", "[rpc][decode]") {
    const Answered answered(
        calls_of({"eth_getBlockByHash", "eth_getLogs"}),
        "[" + result_of(1, block_json()) + "," +
            error_of(2, R"({"code":-32000,"message":"unknown block"})") + "]"
    );
    const auto block = decode_block(answered.exchange(), hash_of('a'), kFilter);
    CHECK(failure(block, Code::kMissing).starts_with("eth_getLogs: the node answered error -32000")
    );
}

}  // namespace faultline::rpc
