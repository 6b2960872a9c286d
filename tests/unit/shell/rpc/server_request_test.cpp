// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/shell/rpc/server_request.hpp>

#include <catch2/catch.hpp>

using namespace faultline;
using namespace faultline::rpc;

namespace {

const std::string kHash = "0x" + std::string(64, 'a');
const std::string kOther = "0x" + std::string(64, 'b');
const std::string kAddress = "0x" + std::string(40, '1');

ServerRequest only(std::string_view text) {
    const auto read = read_requests(text);
    REQUIRE(read.requests.size() == 1);
    return read.requests.front();
}

std::int64_t refused(std::string_view text) {
    const auto request = only(text);
    REQUIRE(request.invalid.has_value());
    CHECK(request.id == "null");
    return request.invalid->code;
}

}  // namespace

// The examples are those of section 7 of the specification.
TEST_CASE("requests are read as JSON-RPC 2.0 says", "[rpc]") {
    const auto one = only(R"({"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1})");
    CHECK(one.id == "1");
    CHECK(one.method == "subtract");
    CHECK(one.params == "[42,23]");
    CHECK(only(R"({"jsonrpc":"2.0","method":"m","params":{"a":1},"id":"x"})").id == R"("x")");
    CHECK(only(R"({"jsonrpc":"2.0","method":"m","id":null})").id == "null");
    CHECK(only(R"({"jsonrpc":"2.0","method":"m"})").id.empty());
    CHECK(only(R"({"jsonrpc":"2.0","method":"m"})").params == "[]");
    CHECK_FALSE(read_requests(R"({"jsonrpc":"2.0","method":"m"})").batch);
}

TEST_CASE("what is no request is refused with the specified codes", "[rpc]") {
    CHECK(
        refused(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])") == kParseError
    );
    CHECK(refused("") == kParseError);
    CHECK(refused("[]") == kInvalidRequest);
    CHECK(refused("1") == kInvalidRequest);
    CHECK(refused(R"({"jsonrpc":"2.0","method":1,"params":"bar"})") == kInvalidRequest);
    CHECK(refused(R"({"jsonrpc":"2.0","method":"m","params":"bar","id":1})") == kInvalidRequest);
    CHECK(refused(R"({"jsonrpc":"1.0","method":"m","id":1})") == kInvalidRequest);
    CHECK(refused(R"({"method":"m","id":1})") == kInvalidRequest);
    CHECK(refused(R"({"jsonrpc":"2.0","method":"m","id":[1]})") == kInvalidRequest);
    const auto batch = read_requests("[1,2,3]");
    CHECK(batch.batch);
    REQUIRE(batch.requests.size() == 3);
    CHECK(batch.requests[2].invalid->code == kInvalidRequest);
}

TEST_CASE("answers carry the id as it came", "[rpc]") {
    CHECK(answer_json(R"("x")", "[1]") == R"({"jsonrpc":"2.0","id":"x","result":[1]})");
    CHECK(
        refusal_json("7", {.code = -32000, .message = "a \"quoted\"\n\\ text", .json = {}}) ==
        R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"a \"quoted\"\u000a\\ text"}})"
    );
}

TEST_CASE("a block is a number, a tag or a hash", "[rpc]") {
    CHECK(std::get<eth::BlockNum>(read_block_by_number(R"(["0x1b",false])")->block) == 27);
    CHECK(
        std::get<BlockTag>(read_block_by_number(R"(["finalized",true])")->block) ==
        BlockTag::kFinalized
    );
    CHECK(read_block_by_number(R"(["latest",true])")->full);
    CHECK(std::get<Hash32>(read_block_by_hash("[\"" + kHash + "\",false]")->block).hex() == kHash);
    CHECK(std::get<Hash32>(*read_block_selector("[\"" + kHash + "\"]")).hex() == kHash);
    CHECK(
        std::get<Hash32>(*read_block_selector(R"([{"blockHash":")" + kHash + "\"}]")).hex() == kHash
    );
    CHECK(std::get<eth::BlockNum>(*read_block_selector(R"([{"blockNumber":"0x2"}])")) == 2);
    for (const auto* bad :
         {"[]",
          "[1,false]",
          R"(["0x",false])",
          R"(["newest",false])",
          R"(["0x1","no"])",
          R"(["0x1",false,1])",
          R"({"block":"0x1"})",
          "[null]"}) {
        CHECK_FALSE(read_block_by_number(bad).has_value());
    }
    CHECK_FALSE(read_block_by_hash(R"(["0x12",false])").has_value());
    CHECK(read_no_params("[]").has_value());
    CHECK_FALSE(read_no_params("[1]").has_value());
}

TEST_CASE("a log filter is read whole", "[rpc]") {
    const auto query = read_log_query(
        R"([{"fromBlock":"0x1","toBlock":"latest","address":[")" + kAddress + R"("],"topics":[[")" +
        kHash + R"(",")" + kOther + R"("],null,")" + kOther + R"("]}])"
    );
    REQUIRE(query.has_value());
    CHECK(std::get<eth::BlockNum>(query->from) == 1);
    CHECK(query->addresses.size() == 1);
    REQUIRE(query->topics.size() == 3);
    CHECK(query->topics[0].size() == 2);
    CHECK(query->topics[1].empty());
    CHECK(query->topics[2].front().hex() == kOther);
    CHECK(read_log_query(R"([{"blockHash":")" + kHash + "\"}]")->block_hash->hex() == kHash);
    CHECK(read_log_query("[{}]").has_value());
    for (const std::string& bad :
         {std::string("[]"),
          std::string("[1]"),
          std::string(R"([{"topics":[1]}])"),
          std::string(R"([{"topics":[null,null,null,null,null]}])"),
          std::string(R"([{"address":"0x12"}])"),
          std::string(R"([{"fromBlock":1}])"),
          R"([{"blockHash":")" + kHash + R"(","fromBlock":"0x1"}])"}) {
        CHECK_FALSE(read_log_query(bad).has_value());
    }
}

TEST_CASE("a call names a contract, data and a block", "[rpc]") {
    const auto query = read_call_query(
        R"([{"to":")" + kAddress + R"(","data":"0xAB"},{"blockHash":")" + kHash + R"("}])"
    );
    REQUIRE(query.has_value());
    CHECK(query->to.hex() == kAddress);
    CHECK(to_hex(query->data) == "0xab");
    CHECK(query->from.is_zero());
    CHECK(std::get<Hash32>(query->block).hex() == kHash);
    CHECK(
        to_hex(read_call_query(R"([{"to":")" + kAddress + R"(","input":"0x01"}])")->data) == "0x01"
    );
    CHECK(
        std::get<BlockTag>(read_call_query(R"([{"to":")" + kAddress + "\"}]")->block) ==
        BlockTag::kLatest
    );
    const std::string from = R"([{"from":")" + kAddress + R"(","to":")" + kAddress + "\"}]";
    CHECK(read_call_query(from)->from.hex() == kAddress);
    CHECK_FALSE(read_call_query(R"([{"from":"0x1","to":")" + kAddress + "\"}]").has_value());
    CHECK_FALSE(read_call_query(R"([{"data":"0x"}])").has_value());
    CHECK_FALSE(read_call_query(R"([{"to":")" + kAddress + R"(","data":"0x1"}])").has_value());
}

TEST_CASE("a subscription has a kind and perhaps a filter", "[rpc]") {
    CHECK(read_subscribe_query(R"(["newHeads"])")->kind == "newHeads");
    CHECK(
        read_subscribe_query(R"(["logs",{"address":")" + kAddress + "\"}]")
            ->filter.addresses.size() == 1
    );
    CHECK_FALSE(read_subscribe_query(R"(["logs",{"address":"x"}])").has_value());
    CHECK_FALSE(read_subscribe_query("[1]").has_value());
    CHECK(*read_subscription_id(R"(["0x1"])") == "0x1");
}
