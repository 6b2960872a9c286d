// SPDX-License-Identifier: Apache-2.0
#include "answer_json.hpp"
#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
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

Result<eth::Header> decode_one_header(const std::string& json) {
    const Answered answered(calls_of({"eth_getBlockByNumber"}), result_of(1, json));
    return decode_header(answered.exchange(), "block 16");
}

}  // namespace

TEST_CASE("a header is read with its optional base fee", "[rpc][decode]") {
    const eth::Header header = success(decode_one_header(block_json()));
    CHECK(header.ref == eth::BlockRef{16, hash_of('a')});
    CHECK(header.parent == hash_of('b'));
    CHECK(header.timestamp.value == 0x65);
    CHECK(header.base_fee_wei == U256(1'000'000'000));
    CHECK_FALSE(success(decode_one_header(block_json("baseFeePerGas"))).base_fee_wei.has_value());
    CHECK_FALSE(
        success(decode_one_header(block_json("baseFeePerGas", "null"))).base_fee_wei.has_value()
    );
}

TEST_CASE(
    "a header without a field, or with one of the wrong type, is malformed", "[rpc][decode]"
) {
    for (const std::string_view field : {"number", "hash", "parentHash", "timestamp"}) {
        CAPTURE(field);
        const auto message = [&](const std::string& value) {
            const std::string text =
                failure(decode_one_header(block_json(field, value)), Code::kMalformed);
            CHECK(text.contains("eth_getBlockByNumber: the field " + std::string(field)));
            return text;
        };
        CHECK(message("").contains("is missing"));
        CHECK(message("null").contains("is null"));
        CHECK(message("16").contains("is not a string"));
        CHECK(message("[]").contains("is not a string"));
        CHECK(message(R"("")").contains("expected"));
        CHECK(message(R"("0xzz")").contains("expected"));
        CHECK(message(R"("0x1ffffffffffffffffffffffffffffffff")").contains("expected"));
    }
    failure(decode_one_header(block_json("baseFeePerGas", "7")), Code::kMalformed);
    failure(decode_one_header(block_json("baseFeePerGas", R"("7")")), Code::kMalformed);
    failure(
        decode_one_header(block_json("baseFeePerGas", quoted("0x1" + std::string(64, '0')))),
        Code::kMalformed
    );
    CHECK(failure(decode_one_header("[]"), Code::kMalformed).contains("not a JSON object"));
    CHECK(failure(decode_one_header("\"0x10\""), Code::kMalformed).contains("not a JSON object"));
}

TEST_CASE("a number or a time that no chain reaches is malformed", "[rpc][decode]") {
    const auto refused = [](const std::string& field, const std::string& value) {
        return failure(decode_one_header(block_json(field, value)), Code::kMalformed);
    };
    CHECK(refused("number", R"("0x20000000000001")").contains("beyond any chain"));
    CHECK(refused("number", R"("0xffffffffffffffff")").contains("beyond any chain"));
    CHECK(refused("timestamp", R"("0xffffffffffffffff")").contains("year 9999"));
}

TEST_CASE("null for a header is missing", "[rpc][decode]") {
    CHECK(failure(decode_one_header("null"), Code::kMissing).contains("block 16"));
}

TEST_CASE("a chain id is a number of at most 64 bits", "[rpc][decode]") {
    const auto decode = [](const std::string& result) {
        const Answered answered(calls_of({"eth_chainId"}), result_of(1, result));
        return decode_chain_id(answered.exchange());
    };
    CHECK(success(decode(R"("0x1")")) == 1);
    CHECK(success(decode(R"("0xffffffffffffffff")")) == UINT64_MAX);
    failure(decode(R"("0x10000000000000000")"), Code::kMalformed);
    failure(decode("1"), Code::kMalformed);
    failure(decode(R"("1")"), Code::kMalformed);
    failure(decode("null"), Code::kMissing);
}

TEST_CASE("headers come in order of their numbers whatever the order of answers", "[rpc][decode]") {
    const std::string second = block_json("number", R"("0x11")");
    const auto calls = calls_of({"eth_getBlockByNumber", "eth_getBlockByNumber"});
    const Answered answered(
        calls, "[" + result_of(2, second) + "," + result_of(1, block_json()) + "]"
    );
    const auto headers = success(decode_headers(answered.exchange(), 16, nullptr));
    REQUIRE(headers.size() == 2);
    CHECK(headers[0].ref.number == 16);
    CHECK(headers[1].ref.number == 17);

    const Answered swapped(
        calls, "[" + result_of(1, second) + "," + result_of(2, block_json()) + "]"
    );
    CHECK(failure(decode_headers(swapped.exchange(), 16, nullptr), Code::kMalformed)
              .contains("asked for block 16, got 17"));

    const Answered absent(
        calls, "[" + result_of(1, block_json()) + "," + result_of(2, "null") + "]"
    );
    CHECK(
        failure(decode_headers(absent.exchange(), 16, nullptr), Code::kMissing).contains("block 17")
    );
}

namespace {

Result<std::vector<eth::ReadAnswer>> decode_two_reads(
    const std::string& first, const std::string& second
) {
    static const std::vector<eth::Read> kReads = {
        {.to = *Address::from_hex(kAddress), .data = {1, 2}},
        {.to = *Address::from_hex(kAddress), .data = {3}},
    };
    const Answered answered(calls_of({"eth_call", "eth_call"}), "[" + first + "," + second + "]");
    return decode_reads(answered.exchange(), kReads);
}

}  // namespace

TEST_CASE("reads are answered in the order asked, a revert being an answer", "[rpc][decode]") {
    const auto answers = success(decode_two_reads(
        error_of(2, R"({"code":3,"message":"execution reverted: no","data":"0x08c379a0"})"),
        result_of(1, R"("0x00ff")")
    ));
    REQUIRE(answers.size() == 2);
    CHECK_FALSE(answers[0].reverted());
    CHECK(answers[0].result == Bytes{0x00, 0xff});
    CHECK(answers[0].read.data == Bytes{1, 2});
    CHECK(answers[1].reverted());
    CHECK(answers[1].result == Bytes{0x08, 0xc3, 0x79, 0xa0});
    CHECK(answers[1].read.data == Bytes{3});
}

TEST_CASE("a revert without data has an empty result", "[rpc][decode]") {
    const std::string error = GENERATE(
        std::string(R"({"code":3,"message":"execution reverted"})"),
        std::string(R"({"code":3,"message":"execution reverted","data":"0x"})"),
        std::string(R"({"code":-32000,"message":"execution reverted","data":null})"),
        std::string(R"({"code":-32015,"message":"VM execution error.","data":"Reverted 0x"})")
    );
    const auto answers = success(decode_two_reads(result_of(1, R"("0x")"), error_of(2, error)));
    CHECK_FALSE(answers[0].reverted());
    CHECK(answers[0].result.empty());
    CHECK(answers[1].reverted());
    CHECK(answers[1].result.empty());
}

TEST_CASE("a read's answer of more than 256 KiB is none, and the others stand", "[rpc][decode]") {
    const std::string longest(512UL << 10U, '0');
    const auto answers = [&](const std::string& digits) {
        return decode_two_reads(result_of(1, "\"0x" + digits + "\""), result_of(2, R"("0x")"));
    };
    CHECK(success(answers(longest.substr(2))).front().result.size() == longest.size() / 2 - 1);
    const auto too_long = success(answers(longest));
    CHECK(too_long[0].unanswered());
    CHECK(too_long[0].result.empty());
    CHECK(too_long[1].outcome == eth::ReadOutcome::kReturned);
}

TEST_CASE("a read that could not be made fails them all", "[rpc][decode]") {
    const std::string fine = result_of(1, R"("0x01")");
    failure(
        decode_two_reads(fine, error_of(2, R"({"code":-32000,"message":"header not found"})")),
        Code::kMissing
    );
    failure(
        decode_two_reads(fine, error_of(2, R"({"code":-32005,"message":"Limit exceeded"})")),
        Code::kRateLimited
    );
    failure(
        decode_two_reads(fine, error_of(2, R"({"code":3,"message":"RPC Request failed."})")),
        Code::kTransient
    );
    failure(decode_two_reads(fine, result_of(2, "null")), Code::kMissing);
    failure(decode_two_reads(fine, result_of(2, "7")), Code::kMalformed);
    failure(decode_two_reads(fine, result_of(2, R"("0x1")")), Code::kMalformed);
    failure(decode_two_reads(fine, fine), Code::kMalformed);
}

TEST_CASE("a call that the node does not carry through has no answer", "[rpc][decode]") {
    const std::string error = GENERATE(
        std::string(R"({"code":-32000,"message":"out of gas"})"),
        std::string(R"({"code":-32003,"message":"response too large"})")
    );
    const auto answers = success(decode_two_reads(result_of(1, R"("0x01")"), error_of(2, error)));
    CHECK(answers[0].result == Bytes{1});
    CHECK(answers[1].unanswered());
    CHECK_FALSE(answers[1].reverted());
    CHECK(answers[1].result.empty());
}

TEST_CASE("a revert with an HTTP failure is still an answer", "[rpc][decode]") {
    const std::vector<eth::Read> reads = {{.to = {}, .data = {}}};
    const Answered answered(
        calls_of({"eth_call"}), error_of(1, R"({"code":3,"message":"execution reverted"})"), 400
    );
    CHECK(success(decode_reads(answered.exchange(), reads)).front().reverted());
    const Answered refused(
        calls_of({"eth_call"}), error_of(1, R"({"code":-32000,"message":"out of gas"})"), 500
    );
    CHECK(success(decode_reads(refused.exchange(), reads)).front().unanswered());
    const Answered elsewhere(
        calls_of({"eth_chainId"}), error_of(1, R"({"code":-32000,"message":"out of gas"})"), 500
    );
    CHECK_FALSE(decode_chain_id(elsewhere.exchange()));
}

}  // namespace faultline::rpc
