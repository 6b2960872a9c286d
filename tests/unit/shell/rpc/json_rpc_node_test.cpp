// SPDX-License-Identifier: Apache-2.0
#include "exchanges.hpp"
#include "fake_chain.hpp"
#include "fake_http.hpp"
#include "node_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
TEST_CASE("a request is a POST of JSON to the endpoint with its deadline", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked&) { return std::string(R"("0x1")"); }));
    CHECK(success(fixture.await(fixture.node->chain_id())) == 1);
    REQUIRE(fixture.http.requests().size() == 1);
    const net::HttpRequest& request = fixture.http.requests()[0];
    CHECK(request.method == "POST");
    CHECK(request.url == options().http);
    CHECK(fixture.http.deadline() == std::chrono::seconds(3));
    CHECK(
        request.headers.front() ==
        std::pair<std::string, std::string>("Content-Type", "application/json")
    );
    CHECK(fixture.node->name() == "test");
    CHECK(fixture.observations.seen() == std::vector<std::string>{"test eth_chainId ok 1"});
}

TEST_CASE("the head is asked for by tag, and may be missing", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        return asked.params.contains("finalized") ? std::string("null") : chain_block(7);
    }));
    CHECK(success(fixture.await(fixture.node->head(HeadTag::kLatest))).ref.number == 7);
    CHECK(success(fixture.await(fixture.node->head(HeadTag::kSafe))).ref.number == 7);
    const std::string message =
        failure(fixture.await(fixture.node->head(HeadTag::kFinalized)), Code::kMissing);
    CHECK(
        message ==
        "endpoint test: eth_getBlockByNumber: the node has no finalized block (it answered null)"
    );
    CHECK(fixture.observations.seen().back() == "test eth_getBlockByNumber missing 1");
}

TEST_CASE("a header is held to the number or the hash it was asked by", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked&) { return chain_block(7); }));
    CHECK(success(fixture.await(fixture.node->header_by_number(7))).ref.number == 7);
    failure(fixture.await(fixture.node->header_by_number(8)), Code::kMalformed);
    const Hash32 hash = *Hash32::from_hex(chain_hash(7));
    CHECK(success(fixture.await(fixture.node->header_by_hash(hash))).ref.hash == hash);
    failure(fixture.await(fixture.node->header_by_hash(hash_of('f'))), Code::kMalformed);
}

TEST_CASE("headers come in batches no larger than the endpoint takes", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        return chain_block(number_in(asked.params));
    }));
    const std::uint64_t last = GENERATE(10U, 13U, 14U, 19U);
    const auto headers =
        success(fixture.await(fixture.node->headers(10, last, Proof::kAsConfigured)));
    REQUIRE(headers.size() == last - 9);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        CHECK(headers[i].ref.number == 10 + i);
    }
    CHECK(fixture.http.requests().size() == (last - 9 + 3) / 4);
    for (const net::HttpRequest& request : fixture.http.requests()) {
        CHECK(asked_in(request.body).size() <= 4);
    }
}

TEST_CASE("a block number of more than 32 bits can be asked for", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        return chain_block(number_in(asked.params));
    }));
    const std::uint64_t last = 10'000'000'000;
    auto asking = fixture.node->headers(last - 5, last, Proof::kAsConfigured);
    CHECK(success(fixture.await(std::move(asking))).size() == 6);
}

TEST_CASE("headers that do not link were read while the chain changed", "[rpc][node]") {
    const std::uint64_t odd = GENERATE(12U, 14U);
    Fixture fixture(answer_each([odd](const Asked& asked) {
        std::string block = chain_block(number_in(asked.params));
        if (number_in(asked.params) == odd) {
            const std::string hash = chain_hash(odd);
            block.replace(block.find(hash), hash.size(), hash_text('f'));
        }
        return block;
    }));
    const auto headers = fixture.await(fixture.node->headers(10, 16, Proof::kAsConfigured));
    CHECK(failure(headers, Code::kTransient).contains("the chain changed while reading"));
}

TEST_CASE("a header that is missing in a later batch fails them all", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        return number_in(asked.params) < 16 ? chain_block(number_in(asked.params))
                                            : std::string("null");
    }));
    const auto headers = fixture.await(fixture.node->headers(10, 17, Proof::kAsConfigured));
    CHECK(failure(headers, Code::kMissing).contains("no block 16"));
}

TEST_CASE("a block and its logs are asked for in one batch pinned by hash", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        return asked.method == "eth_getLogs" ? "[" + chain_log(7, 3) + "," + chain_log(7, 1) + "]"
                                             : chain_block(7);
    }));
    const eth::LogFilter wanted = filter();
    const Hash32 hash = *Hash32::from_hex(chain_hash(7));
    const PinnedBlock block = success(fixture.await(fixture.node->block(hash, wanted)));
    CHECK(block.header.ref.number == 7);
    REQUIRE(block.logs.size() == 2);
    CHECK(block.logs[0].log_index == 1);
    REQUIRE(fixture.http.requests().size() == 1);
    const auto asked = asked_in(fixture.http.requests()[0].body);
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].method == "eth_getBlockByHash");
    CHECK(asked[1].method == "eth_getLogs");
    CHECK(
        asked[1].params ==
        R"([{"blockHash":")" + chain_hash(7) + R"(","topics":[[")" + hash_text('1') + R"("]]}])"
    );
    CHECK(fixture.observations.seen().back() == "test eth_getBlockByHash+eth_getLogs ok 2");
}

TEST_CASE("no topics means no logs, not all of them", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked&) { return chain_block(7); }));
    const eth::LogFilter none;
    const Hash32 hash = *Hash32::from_hex(chain_hash(7));
    CHECK(success(fixture.await(fixture.node->block(hash, none))).logs.empty());
    CHECK(asked_in(fixture.http.requests()[0].body).size() == 1);
    CHECK(success(fixture.await(fixture.node->logs(1, {7, hash}, none))).empty());
    CHECK(fixture.http.requests().size() == 1);
}

TEST_CASE("logs of a range are asked for and grouped", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        if (asked.method == "eth_getBlockByNumber") {
            CHECK(asked.params == R"(["0x9",false])");
            return chain_block(9);
        }
        CHECK(asked.params.contains(R"("fromBlock":"0x5","toBlock":"0x9")"));
        return "[" + chain_log(9, 0) + "," + chain_log(6, 2) + "]";
    }));
    const eth::LogFilter wanted = filter();
    const auto blocks = success(fixture.await(fixture.node->logs(5, block_nine(), wanted)));
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].ref.number == 6);
    CHECK(blocks[1].ref.number == 9);
}

TEST_CASE("logs of a range are refused from a node that has not got so far", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) -> std::string {
        return asked.method == "eth_getBlockByNumber" ? "null" : "[]";
    }));
    const eth::LogFilter wanted = filter();
    const std::string message =
        failure(fixture.await(fixture.node->logs(5, block_nine(), wanted)), Code::kMissing);
    CHECK(message.contains("block 9 yet"));
}

TEST_CASE("logs of a range are refused from a node on another branch", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) -> std::string {
        return asked.method == "eth_getBlockByNumber" ? chain_block(9) : "[]";
    }));
    const eth::LogFilter wanted = filter();
    const eth::BlockRef other{.number = 9, .hash = hash_of('c')};
    const std::string message =
        failure(fixture.await(fixture.node->logs(5, other, wanted)), Code::kTransient);
    CHECK(message.contains("the logs are of a branch with block 9"));
}

TEST_CASE("reads are pinned to the block and come back in the order asked", "[rpc][node]") {
    Fixture fixture(answer_each([](const Asked& asked) {
        CHECK(asked.params.contains(R"({"blockHash":")" + hash_text('b') + R"("})"));
        const std::size_t at = asked.params.find(R"("data":)") + 7;
        return asked.params.substr(at, 6);
    }));
    std::vector<eth::Read> reads(10);
    for (std::size_t i = 0; i < reads.size(); ++i) {
        reads[i].data = {static_cast<std::uint8_t>(i)};
    }
    const auto answers = success(fixture.await(fixture.node->reads(hash_of('b'), reads)));
    REQUIRE(answers.size() == 10);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(answers[i].read == reads[i]);
        CHECK(answers[i].result == reads[i].data);
    }
    CHECK(fixture.http.requests().size() == 3);
    CHECK(success(fixture.await(fixture.node->reads(hash_of('b'), {}))).empty());
    CHECK(fixture.http.requests().size() == 3);
}

TEST_CASE("a large answer is parsed on the workers, a small one is not", "[rpc][node]") {
    const std::size_t bytes = GENERATE(std::size_t{1000}, std::size_t{600'000});
    Fixture fixture(answer_each([bytes](const Asked& asked) {
        return asked.method == "eth_getBlockByNumber"
                   ? chain_block(9)
                   : "[" + chain_log(6, 0, "0x" + std::string(2 * bytes, '7')) + "]";
    }));
    const eth::LogFilter wanted = filter();
    const auto blocks = success(fixture.await(fixture.node->logs(5, block_nine(), wanted)));
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].logs[0].data.size() == bytes);
    CHECK(fixture.workers.runs() == (bytes > 1000 ? 1 : 0));
}

TEST_CASE("ids are never used twice, so an answer to another request is refused", "[rpc][node]") {
    Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return ok(result_of(1, R"("0x1")"));
    });
    CHECK(success(fixture.await(fixture.node->chain_id())) == 1);
    CHECK(failure(fixture.await(fixture.node->chain_id()), Code::kMalformed)
              .contains("id 1, which was not asked"));
}

TEST_CASE("a transport failure names endpoint and method and keeps its code", "[rpc][node]") {
    Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return Error(Code::kTransient, "connection refused").context("https://node.example:443/…");
    });
    const eth::LogFilter wanted = filter();
    const std::string message =
        failure(fixture.await(fixture.node->block(hash_of('a'), wanted)), Code::kTransient);
    CHECK(message.starts_with("endpoint test: eth_getBlockByHash+eth_getLogs: "));
    CHECK(message.contains("connection refused"));
    CHECK(fixture.observations.seen().back() == "test eth_getBlockByHash+eth_getLogs transient 2");
}

TEST_CASE("the wait of a Retry-After header reaches the caller", "[rpc][node]") {
    Fixture fixture([](const net::HttpRequest&) -> Result<net::HttpResponse> {
        net::HttpResponse response = ok("");
        response.status = 429;
        response.headers.emplace_back("Retry-After", "7");
        return response;
    });
    const auto id = fixture.await(fixture.node->chain_id());
    CHECK(failure(id, Code::kRateLimited).contains("HTTP status 429"));
    CHECK(id.error().retry_after_ms() == 7000);
}

TEST_CASE("a key in the URL that the node repeats is not shown", "[rpc][node]") {
    const std::string body = GENERATE(
        std::string(
            R"({"id":1,"error":{"code":-32005,"message":"key secret-key-0123456789 has exceeded"}})"
        ),
        std::string("<html>secret-key-0123456789</html>")
    );
    Fixture fixture(fixed(body));
    const auto id = fixture.await(fixture.node->chain_id());
    REQUIRE_FALSE(id.has_value());
    CHECK(id.error().message().contains("(hidden)"));
    CHECK_FALSE(id.error().message().contains("secret-key"));
}

TEST_CASE(
    "garbage, an error in HTTP 200 and an HTML page each end in one clear message", "[rpc][node]"
) {
    const auto message = [](const std::string& body, int status, Code code) {
        Fixture fixture(fixed(body, status));
        return failure(fixture.await(fixture.node->chain_id()), code);
    };
    CHECK(message("garbage", 200, Code::kMalformed)
              .starts_with("endpoint test: eth_chainId: the answer is not JSON"));
    CHECK(
        message(
            R"({"id":1,"error":{"code":-32005,"message":"Limit exceeded"}})",
            200,
            Code::kRateLimited
        ) == R"(endpoint test: eth_chainId: the node answered error -32005 "Limit exceeded")"
    );
    CHECK(
        message("<html><title>Bad gateway", 502, Code::kTransient) ==
        "endpoint test: eth_chainId: HTTP status 502: <html><title>Bad gateway"
    );
    CHECK(message("", 401, Code::kRejected).ends_with("Check the endpoint's URL and key"));
}

}  // namespace faultline::rpc
