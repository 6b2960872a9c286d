// SPDX-License-Identifier: Apache-2.0
#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <shell/rpc/json_encode.hpp>
#include <string>
#include <vector>

namespace faultline::rpc {

TEST_CASE("one call is an object and several are an array, ids counting up", "[rpc][encode]") {
    const std::vector<Call> one = {chain_id_call()};
    CHECK(encode(one, 7) == R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]})");
    const std::vector<Call> two = {chain_id_call(), block_by_tag_call(HeadTag::kFinalized)};
    CHECK(
        encode(two, 7) ==
        R"([{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]},)"
        R"({"jsonrpc":"2.0","id":8,"method":"eth_getBlockByNumber","params":["finalized",false]}])"
    );
    simdjson::dom::parser parser;
    CHECK(parser.parse(encode(two, 1)).error() == simdjson::SUCCESS);
}

TEST_CASE("calls ask for what the spec says", "[rpc][encode]") {
    const eth::LogClause clause{.contracts = {}, .topics0 = {hash_of('1'), hash_of('2')}};
    const std::string topics =
        R"("topics":[[")" + hash_text('1') + R"(",")" + hash_text('2') + R"("]]})";
    CHECK(block_by_tag_call(HeadTag::kLatest).params == R"(["latest",false])");
    CHECK(block_by_tag_call(HeadTag::kSafe).params == R"(["safe",false])");
    CHECK(block_by_number_call(0).params == R"(["0x0",false])");
    CHECK(block_by_number_call(4096).params == R"(["0x1000",false])");
    CHECK(block_by_hash_call(hash_of('a')).params == R"([")" + hash_text('a') + R"(",false])");
    CHECK(
        logs_at_call(hash_of('a'), clause).params ==
        R"([{"blockHash":")" + hash_text('a') + R"(",)" + topics + "]"
    );
    CHECK(
        logs_between_call(1, 16, clause).params ==
        R"([{"fromBlock":"0x1","toBlock":"0x10",)" + topics + "]"
    );
    Address contract;
    contract.bytes.fill(0xcc);
    const std::string address = R"("address":["0x)" + std::string(40, 'c') + R"("])";
    CHECK(
        logs_at_call(hash_of('a'), {.contracts = {contract}, .topics0 = {}}).params ==
        R"([{"blockHash":")" + hash_text('a') + R"(",)" + address + "}]"
    );
    CHECK(
        logs_between_call(1, 16, {.contracts = {contract}, .topics0 = clause.topics0}).params ==
        R"([{"fromBlock":"0x1","toBlock":"0x10",)" + address + "," + topics + "]"
    );
    eth::Read read{.to = Address{}, .data = {0xab}, .from = {}};
    CHECK(
        view_call(hash_of('a'), read).params == R"([{"to":"0x)" + std::string(40, '0') +
                                                    R"(","data":"0xab"},{"blockHash":")" +
                                                    hash_text('a') + R"("}])"
    );
    read.from.bytes.fill(0x11);
    CHECK(view_call(hash_of('a'), read)
              .params.starts_with(R"([{"from":"0x)" + std::string(40, '1') + R"(","to":"0x)"));
    CHECK(subscribe_heads_call().params == R"(["newHeads"])");
}

}  // namespace faultline::rpc
