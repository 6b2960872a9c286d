// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <catch2/catch.hpp>

using namespace faultline;
using namespace faultline::rpc;

namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');
const std::string kAddress(40, '1');

std::string header() {
    return R"({"number":"0x10","hash":"0x)" + kA + R"(","parentHash":"0x)" + kB +
           R"(","extraData":"0x","timestamp":"0x5"})";
}

std::string log() {
    return R"({"address":"0x)" + kAddress + R"(","topics":["0x)" + kB +
           R"("],"data":"0x01","removed":false})";
}

std::string line() {
    return R"({"header":)" + header() + R"(,"logs":[)" + log() + "," + log() +
           R"(],"calls":[{"to":"0x)" + kAddress +
           R"(","data":"0xAB","result":"0x02"}],"truth":[],"notes":["prices \"fall\""],"x":{"y":[1]}})";
}

}  // namespace

TEST_CASE("a tape's block gives back the bytes that the node sent", "[rpc]") {
    auto read = read_tape_block(line());
    REQUIRE(read.has_value());
    const TapeBlock block = std::move(*read);
    CHECK(block.ref.number == 16);
    CHECK(block.ref.hash.hex() == "0x" + kA);
    CHECK(block.parent.hex() == "0x" + kB);
    CHECK(block.header == header());
    REQUIRE(block.logs.size() == 2);
    CHECK(block.logs[1].json == log());
    CHECK(block.logs[1].address.hex() == "0x" + kAddress);
    CHECK(block.logs[1].topic_count == 1);
    CHECK(block.logs[1].topics[0].hex() == "0x" + kB);
    CHECK(block.truth == "[]");
    CHECK(block.receipts.empty());
    CHECK(block.notes == std::vector<std::string>{"prices \"fall\""});
    const auto calls = read_tape_calls(block.calls);
    REQUIRE(calls.has_value());
    REQUIRE(calls->size() == 1);
    CHECK(calls->front().result == "\"0x02\"");
    CHECK(to_hex(calls->front().data) == "0xab");
}

TEST_CASE("a call that reverted says so beside its data", "[rpc]") {
    const auto calls = read_tape_calls(
        R"([{"to":"0x)" + kAddress + R"(","data":"0x","result":"0x08","reverted":true},{"to":"0x)" +
        kAddress + R"(","data":"0x","result":"0x","unanswered":true}])"
    );
    REQUIRE(calls.has_value());
    CHECK(calls->front().result == "\"0x08\"");
    CHECK(calls->front().reverted);
    CHECK_FALSE(calls->back().reverted);
    CHECK(calls->back().unanswered);
    CHECK_FALSE(calls->front().unanswered);
    CHECK_FALSE(read_tape_calls(R"([{"to":"0x)" + kAddress + R"(","data":"0x"}])").has_value());
}

TEST_CASE("what is no tape line is refused with the field's name", "[rpc]") {
    for (const auto& [text, field] : std::vector<std::pair<std::string, std::string>>{
             {"", "JSON"},
             {"[]", "JSON"},
             {R"({"logs":[]})", "header"},
             {R"({"header":{"number":"0x1"},"logs":[]})", "hash"},
             {R"({"header":)" + header() + R"(,"logs":{}})", "logs"},
             {R"({"header":)" + header() + R"(,"logs":[{"address":"0x12"}]})", "address"},
             {R"({"header":)" + header() + R"(,"calls":5})", "calls"},
         }) {
        const auto read = read_tape_block(text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code() == Code::kMalformed);
        CHECK_THAT(read.error().detail(), Catch::Contains(field));
    }
}

TEST_CASE("cut anywhere, a tape's block is refused", "[rpc]") {
    const std::string whole = line();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_FALSE(read_tape_block(whole.substr(0, length)).has_value());
    }
}

TEST_CASE("the text of a field", "[rpc]") {
    CHECK(text_field(R"({"a":"b","c":1})", "a") == "b");
    CHECK_FALSE(text_field(R"({"a":"b","c":1})", "c").has_value());
    CHECK_FALSE(text_field("[1]", "a").has_value());
    CHECK_FALSE(text_field("nonsense", "a").has_value());
}
