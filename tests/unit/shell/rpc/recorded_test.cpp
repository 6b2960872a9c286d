// SPDX-License-Identifier: Apache-2.0
// What is on a tape, held to the rules of a node's answers.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::rpc {
namespace {

const std::string kHash = "0x" + std::string(64, 'a');
const std::string kParent = "0x" + std::string(64, 'b');
const std::string kTopic = "0x" + std::string(64, '1');
const std::string kOther = "0x" + std::string(64, '2');
const std::string kAddress = "0x" + std::string(40, 'c');

std::string header() {
    return R"({"number":"0x10","hash":")" + kHash + R"(","parentHash":")" + kParent +
           R"(","timestamp":"0x5","baseFeePerGas":"0x7","logsBloom":"0x00"})";
}

std::string log(const std::string& index, const std::string& topics, const std::string& more = "") {
    return R"({"address":")" + kAddress + R"(","topics":[)" + topics +
           R"(],"data":"0x01","blockNumber":"0x10","blockHash":")" + kHash +
           R"(","transactionHash":")" + kParent + R"(","transactionIndex":"0x0","logIndex":")" +
           index + "\"" + more + "}";
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

std::string line(const std::string& logs, const std::string& rest = "") {
    return R"({"header":)" + header() + R"(,"logs":[)" + logs + "]" + rest + "}";
}

Result<RecordedBlock> decode(const std::string& json) {
    return decode_recorded_block(json, eth::LogFilter::of_topics({*Hash32::from_hex(kTopic)}));
}

std::string error_of(const std::string& json) {
    const auto block = decode(json);
    REQUIRE_FALSE(block.has_value());
    CHECK(
        block.error().code() ==
        (json.contains("removed\":true") ? Code::kMissing : Code::kMalformed)
    );
    return block.error().message();
}

}  // namespace

TEST_CASE("a recorded block gives the logs of the filter in order, and counts the others") {
    const auto block = decode(line(
        log("0x4", quoted(kTopic) + "," + quoted(kOther)) + "," + log("0x1", quoted(kTopic)) + "," +
        log("0x0", "") + "," + log("0x2", quoted(kOther))
    ));
    REQUIRE(block.has_value());
    CHECK(block->header.ref.number == 16);
    CHECK(block->header.parent.hex() == kParent);
    CHECK(block->all_logs == 4);
    REQUIRE(block->logs.size() == 2);
    CHECK(block->logs[0].log_index == 1);
    CHECK(block->logs[1].topics.size() == 2);
    CHECK(block->live);
    CHECK(block->calls.empty());
}

TEST_CASE("recorded calls and truth come with their answers, reverted or not") {
    const std::string call = R"({"to":")" + kAddress + R"(","data":"0x0102","result":"0x03")";
    const auto block = decode(line(
        "",
        R"(,"calls":[)" + call + "}," + call + R"(,"from":")" + kAddress +
            R"(","reverted":true},{"to":")" + kAddress +
            R"(","data":"0x","result":"0x","unanswered":true}],"truth":[)" + call +
            R"(,"label":"a.b:0x1"}],"live":false,"evidence":{"endpoints":["n"],"finality":"finalized"})"
    ));
    REQUIRE(block.has_value());
    REQUIRE(block->calls.size() == 3);
    CHECK(block->calls[0].read.data == Bytes{1, 2});
    CHECK(block->calls[0].result == Bytes{3});
    CHECK_FALSE(block->calls[0].reverted());
    CHECK(block->calls[0].read.from.is_zero());
    CHECK(block->calls[1].reverted());
    CHECK(block->calls[1].read.from == block->calls[1].read.to);
    CHECK(block->calls[2].unanswered());
    REQUIRE(block->truth.size() == 1);
    CHECK(block->truth[0].label == "a.b:0x1");
    CHECK_FALSE(block->live);
    CHECK(block->evidence.finality == eth::Finality::kFinalized);
}

TEST_CASE("what a node may not say, a recording may not either") {
    CHECK_THAT(error_of("{"), Catch::StartsWith("the line: is not JSON"));
    CHECK_THAT(error_of("[]"), Catch::Contains("is not a JSON object"));
    CHECK_THAT(error_of(R"({"logs":[]})"), Catch::Contains("the field header is missing"));
    CHECK_THAT(
        error_of(R"({"header":)" + header() + "}"), Catch::Contains("the field logs is missing")
    );
    CHECK_THAT(
        error_of(line(log("0x1", quoted(kTopic)) + "," + log("0x1", quoted(kTopic)))),
        Catch::Contains("log 1 of block 16 twice")
    );
    CHECK_THAT(
        error_of(line(log("0x1", quoted(kTopic), R"(,"removed":true)"))), Catch::Contains("is gone")
    );
    CHECK_THAT(
        error_of(line("", R"(,"calls":[{"to":"0x1","data":"0x","result":"0x"}])")),
        Catch::Contains("eth_call: the field to")
    );
    CHECK_THAT(
        error_of(line("", R"(,"calls":[{"to":")" + kAddress + R"(","data":"0x"}])")),
        Catch::Contains("eth_call: the field result is missing")
    );
    CHECK_THAT(
        error_of(line("", R"(,"evidence":{"endpoints":[],"finality":"soon"})")),
        Catch::Contains("finality is not latest, safe or finalized")
    );
}

TEST_CASE("a revert names its block by quantity or number") {
    const std::string hash = R"(,"hash":")" + kHash + "\"}}";
    CHECK(decode_recorded_revert(R"({"reverted":{"number":"0x10")" + hash)->number == 16);
    CHECK(decode_recorded_revert(R"({"reverted":{"number":16)" + hash)->number == 16);
    CHECK_FALSE(decode_recorded_revert(R"({"reverted":{"number":-1)" + hash).has_value());
    CHECK_FALSE(decode_recorded_revert(R"({"reverted":null})").has_value());
}

TEST_CASE("facts of a manifest are found by their path") {
    const auto facts = flatten_json(R"({"a":{"b":["x",{"c":7}],"d":null},"e":true,"f":""})");
    REQUIRE(facts.has_value());
    CHECK(
        *facts ==
        std::map<std::string, std::string>{
            {"a.b.0", "x"}, {"a.b.1.c", "7"}, {"e", "true"}, {"f", ""}
        }
    );
}

}  // namespace faultline::rpc
