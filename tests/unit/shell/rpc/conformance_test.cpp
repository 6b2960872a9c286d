// SPDX-License-Identifier: Apache-2.0
// What nodes answer, taken from the execution-apis' own tests and from mainnet.
#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <shell/rpc/block_proof.hpp>
#include <shell/rpc/json_decode.hpp>
#include <shell/rpc/json_reply.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

struct Recorded {
    std::string method;
    std::string params;
    std::string response;
};

/// The lines of a fixture by name, or by params when they have none.
std::map<std::string, Recorded> recorded(const std::string& file) {
    std::ifstream stream(std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/jsonrpc/" + file);
    REQUIRE(stream.good());
    std::map<std::string, Recorded> out;
    for (std::string line; std::getline(stream, line);) {
        simdjson::dom::parser parser;
        simdjson::dom::element document;
        REQUIRE(parser.parse(line).get(document) == simdjson::SUCCESS);
        std::string_view method;
        REQUIRE(document["request"]["method"].get(method) == simdjson::SUCCESS);
        simdjson::dom::element params;
        std::string params_text = "[]";
        if (document["request"]["params"].get(params) == simdjson::SUCCESS) {
            params_text = simdjson::minify(params);
        }
        std::string_view name;
        if (document["name"].get(name) != simdjson::SUCCESS) {
            name = params_text;
        }
        const std::string response = simdjson::minify(document["response"].value());
        out[std::string(name)] = {std::string(method), params_text, response};
    }
    return out;
}

const std::map<std::string, Recorded>& conformance() {
    static const auto kRecorded = recorded("execution_apis.jsonl");
    return kRecorded;
}

Answered answered(const Recorded& record) {
    std::vector<Call> calls;
    // The methods are known ones; a Call wants a literal.
    for (const std::string_view known :
         {"eth_getBlockByHash",
          "eth_getBlockByNumber",
          "eth_getBlockReceipts",
          "eth_getLogs",
          "eth_call",
          "eth_chainId"}) {
        if (record.method == known) {
            calls.push_back({.method = known, .params = record.params});
        }
    }
    REQUIRE(calls.size() == 1);
    return {std::move(calls), record.response};
}

Answered answer_of(const std::string& name) {
    return answered(conformance().at(name));
}

/// The filter that covers the test chain's logs.
eth::LogFilter emit_filter() {
    return eth::LogFilter::of_topics(
        {*Hash32::from_hex("0x00000000000000000000000000000000000000000000000000000000656d6974")}
    );
}

}  // namespace

TEST_CASE("the spec's blocks are read", "[rpc][conformance]") {
    std::size_t blocks = 0;
    for (const auto& [name, record] : conformance()) {
        if (!record.method.starts_with("eth_getBlockBy")) {
            continue;
        }
        CAPTURE(name);
        const Answered answer = answered(record);
        const Result<eth::Header> header = decode_header(answer.exchange(), "such block");
        if (record.response.contains(R"("result":null)")) {
            failure(header, Code::kMissing);
            continue;
        }
        success(header);
        ++blocks;
    }
    CHECK(blocks == 10);
}

TEST_CASE("the fields of the spec's blocks have the values it gives", "[rpc][conformance]") {
    const auto genesis =
        success(decode_header(answer_of("eth_getBlockByNumber/get-genesis").exchange(), "block"));
    CHECK(genesis.ref.number == 0);
    CHECK(
        genesis.ref.hash.hex() ==
        "0x44fd89d504659cd58f48f4796b77a7e7012cf296a2409afa2f6c3cb99b5b3d99"
    );
    CHECK(genesis.parent.is_zero());
    CHECK_FALSE(genesis.base_fee_wei.has_value());

    const auto first =
        success(decode_header(answer_of("eth_getBlockByHash/get-block-by-hash").exchange(), "block")
        );
    CHECK(first.ref.number == 1);
    CHECK(first.parent == genesis.ref.hash);
    CHECK(first.timestamp.value > genesis.timestamp.value);

    const auto latest =
        success(decode_header(answer_of("eth_getBlockByNumber/get-latest").exchange(), "block"));
    CHECK(latest.base_fee_wei == U256(0x1a21397));
    CHECK(
        latest.ref.hash.hex() ==
        "0xd226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7"
    );
    const auto finalized =
        success(decode_header(answer_of("eth_getBlockByNumber/get-finalized").exchange(), "block"));
    CHECK(finalized.ref.number <= latest.ref.number);
}

TEST_CASE("the spec's chain id is read", "[rpc][conformance]") {
    CHECK(
        success(decode_chain_id(answer_of("eth_chainId/get-chain-id").exchange())) ==
        0xc72dd9d5e883e
    );
}

TEST_CASE("the spec's logs of a range are read", "[rpc][conformance]") {
    const auto blocks = success(decode_logs(
        answer_of("eth_getLogs/contract-addr").exchange(), {.first = 1, .last = 4}, emit_filter()
    ));
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].ref.number == 2);
    CHECK(blocks[1].ref.number == 4);
    REQUIRE(blocks[0].logs.size() == 1);
    CHECK(blocks[0].logs[0].log_index == 10);
    CHECK(blocks[0].logs[0].tx_index == 2);
    CHECK(blocks[0].logs[0].topics.size() == 2);
    CHECK(blocks[0].logs[0].data.size() == 32);
    CHECK(blocks[1].logs[0].log_index == 0);
    for (const std::string name : {"topic-exact-match", "topic-null-wildcard", "topic-wildcard"}) {
        const auto found = success(decode_logs(
            answer_of("eth_getLogs/" + name).exchange(), {.first = 3, .last = 6}, emit_filter()
        ));
        REQUIRE(found.size() == 1);
        CHECK(found[0].logs[0].topics[0] == emit_filter().clauses()[0].topics0[0]);
    }
}

TEST_CASE("the spec's logs of one block name that block", "[rpc][conformance]") {
    for (const std::string name : {"filter-with-blockHash", "filter-with-blockHash-and-topics"}) {
        const auto blocks = success(decode_logs(
            answer_of("eth_getLogs/" + name).exchange(), {.first = 4, .last = 4}, emit_filter()
        ));
        REQUIRE(blocks.size() == 1);
        CHECK(
            blocks[0].ref.hash.hex() ==
            "0x98f797a6af91ea770ab3a99d89c17a3a46d14c76db6bb711b18156a3493d2c94"
        );
    }
}

TEST_CASE("the spec's errors for logs are classified", "[rpc][conformance]") {
    const auto code = [](const std::string& name) {
        const auto logs = decode_logs(
            answer_of("eth_getLogs/" + name).exchange(), {.first = 1, .last = 100}, emit_filter()
        );
        REQUIRE_FALSE(logs.has_value());
        return std::string(code_name(logs.error().code()));
    };
    CHECK(code("filter-error-future-block-range") == "missing");
    CHECK(code("filter-error-invalid-blockHash-and-range") == "rejected");
    CHECK(code("filter-error-reversed-block-range") == "rejected");
}

TEST_CASE("the spec's calls are answered, reverts included", "[rpc][conformance]") {
    const std::vector<eth::Read> reads = {{.to = {}, .data = {}}};
    std::size_t reverted = 0;
    std::size_t returned = 0;
    for (const auto& [name, record] : conformance()) {
        if (record.method != "eth_call") {
            continue;
        }
        CAPTURE(name);
        const auto answer = success(decode_reads(answered(record).exchange(), reads)).front();
        reverted += answer.reverted() ? 1 : 0;
        returned += answer.reverted() ? 0 : 1;
        CHECK_FALSE(answer.result.empty());
        CHECK(record.response.contains(to_hex(answer.result)));
        CHECK(answer.reverted() == record.response.contains("\"error\""));
    }
    CHECK(reverted == 2);
    CHECK(returned == 4);
}

TEST_CASE("the spec's receipts are read and have the root of their block", "[rpc][conformance]") {
    const std::map<std::string, std::string> blocks{
        {"by-hash", "eth_getBlockByHash/get-block-by-hash"},
        {"n", "eth_getBlockByHash/get-block-by-hash"},
        {"latest", "eth_getBlockByNumber/get-latest"},
        {"0", "eth_getBlockByNumber/get-genesis"},
        {"earliest", "eth_getBlockByNumber/get-genesis"},
    };
    for (const auto& [name, of] : blocks) {
        CAPTURE(name);
        const Answered block = answer_of(of);
        const eth::BlockRef ref = success(decode_header(block.exchange(), "block")).ref;
        const Reply reply = success(Reply::parse(block.exchange()));
        const auto header = success(read_full_header(*reply.result(0), "block"));
        CHECK(check_header_hash(header, ref).has_value());
        const auto receipts = success(decode_receipts(
            answer_of("eth_getBlockReceipts/get-block-receipts-" + name).exchange(), ref
        ));
        CHECK(receipts.receipts.size() == (ref.number == 0 ? 0 : 4));
        success(proven_logs(header, receipts, emit_filter()));
    }
    for (const std::string name : {"empty", "future", "not-found"}) {
        const Answered none = answer_of("eth_getBlockReceipts/get-block-receipts-" + name);
        failure(decode_receipts(none.exchange(), {}), Code::kMissing);
    }
}

TEST_CASE("mainnet's blocks are read", "[rpc][conformance]") {
    const auto blocks = recorded("mainnet_blocks.jsonl");
    REQUIRE(blocks.size() == 2);
    for (const auto& [params, record] : blocks) {
        const auto header = success(decode_header(answered(record).exchange(), "block"));
        CHECK(params.contains(quantity_hex(header.ref.number)));
        CHECK(header.base_fee_wei.has_value());
        CHECK(record.response.contains(header.parent.hex()));
    }
}

}  // namespace faultline::rpc
