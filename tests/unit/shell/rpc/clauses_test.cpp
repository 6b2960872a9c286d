// SPDX-License-Identifier: Apache-2.0
// A filter of several clauses: a request for each, one list of logs.
#include "answer_json.hpp"
#include "node_fixture.hpp"
#include "shell/rpc/merged_logs.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/raw_block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

const std::string kSpaced = " ";  ///< Between logs: such an answer is left to the parser.

Address address_of(char digit) {
    return *Address::from_hex("0x" + std::string(40, digit));
}

/// Topic 1 of any contract, and everything of contract d.
eth::LogFilter two_clauses() {
    return eth::LogFilter(
        {{.contracts = {}, .topics0 = {hash_of('1')}},
         {.contracts = {address_of('d')}, .topics0 = {}}}
    );
}

std::string log_of(
    std::uint64_t number,
    std::uint64_t index,
    char contract,
    const std::string& topics,
    const std::string& data = "0x"
) {
    LogJson log;
    log.number = quantity_hex(number);
    log.index = quantity_hex(index);
    log.address = "0x" + std::string(40, contract);
    log.topics = topics;
    log.data = data;
    std::string text = log.text();
    const std::string block = hash_text('a');
    return text.replace(text.find(block), block.size(), chain_hash(number));
}

std::string list_of(const std::vector<std::string>& logs, const std::string& space = "") {
    std::string out;
    for (const std::string& log : logs) {
        out += (out.empty() ? "" : "," + space) + log;
    }
    return "[" + out + "]";
}

std::string topic_text(char digit) {
    return quoted(hash_text(digit));
}

/// A node whose logs are these, by clause.
FakeHttp::Answer node_with(
    std::string of_any, std::string of_some, std::uint64_t block_number = 9
) {
    return answer_each([=](const Asked& asked) {
        if (asked.method != "eth_getLogs") {
            return chain_block(block_number);
        }
        return asked.params.contains("address") ? of_some : of_any;
    });
}

std::vector<std::uint32_t> indexes(const eth::LogList& logs) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        out.push_back(logs[i].log_index);
    }
    return out;
}

}  // namespace

TEST_CASE("each clause is one call of the block's batch, and logs are merged", "[rpc][clauses]") {
    const std::string space = GENERATE(std::string(), kSpaced);
    const std::string shared = log_of(9, 4, 'd', topic_text('1'));
    Fixture fixture(node_with(
        list_of({log_of(9, 1, 'e', topic_text('1')), shared, log_of(9, 6, 'f', topic_text('1'))}),
        list_of({log_of(9, 3, 'd', topic_text('7')), shared}, space)
    ));
    const eth::LogFilter wanted = two_clauses();
    const auto block = success(fixture.await(fixture.node->block(block_nine().hash, wanted)));
    CHECK(indexes(block.logs) == std::vector<std::uint32_t>{1, 3, 4, 6});
    CHECK(block.logs[1].topics[0] == hash_of('7'));
    const auto asked = asked_in(fixture.http.requests().at(0).body);
    REQUIRE(fixture.http.requests().size() == 1);
    REQUIRE(asked.size() == 3);
    CHECK(
        asked[2].params == R"([{"blockHash":")" + chain_hash(9) + R"(","address":["0x)" +
                               std::string(40, 'd') + R"("]}])"
    );
}

TEST_CASE("a clause may have no logs, and a log no topics", "[rpc][clauses]") {
    const eth::LogFilter wanted = two_clauses();
    const std::string bare = list_of({log_of(9, 2, 'd', ""), log_of(9, 3, 'd', topic_text('7'))});
    {
        Fixture some(node_with("[]", bare));
        const auto block = success(some.await(some.node->block(block_nine().hash, wanted)));
        REQUIRE(indexes(block.logs) == std::vector<std::uint32_t>{2, 3});
        CHECK(block.logs[0].topics.empty());
    }
    Fixture any(node_with(list_of({log_of(9, 2, 'e', topic_text('1'))}), "[]"));
    const auto block = success(any.await(any.node->block(block_nine().hash, wanted)));
    CHECK(indexes(block.logs) == std::vector<std::uint32_t>{2});
}

TEST_CASE("a clause is held to what it asked for", "[rpc][clauses]") {
    const eth::LogFilter wanted = two_clauses();
    // Each would be a log of the other clause.
    Fixture swapped(node_with(
        list_of({log_of(9, 1, 'd', topic_text('7'))}), list_of({log_of(9, 2, 'e', topic_text('1'))})
    ));
    CHECK(failure(swapped.await(swapped.node->block(block_nine().hash, wanted)), Code::kMalformed)
              .contains("not asked for"));
}

TEST_CASE("two logs of one index are refused, the same one twice is one", "[rpc][clauses]") {
    const eth::LogFilter wanted = two_clauses();
    Fixture fixture(node_with(
        list_of({log_of(9, 1, 'd', topic_text('1'))}),
        list_of({log_of(9, 1, 'd', topic_text('1'), "0x01")})
    ));
    const std::string message =
        failure(fixture.await(fixture.node->block(block_nine().hash, wanted)), Code::kMalformed);
    CHECK(message.contains("log 1 of block 9"));
    CHECK(message.contains("twice"));
}

TEST_CASE("each clause of a range is a call, and the proof of its end is last", "[rpc][clauses]") {
    const std::string space = GENERATE(std::string(), kSpaced);
    const std::string shared = log_of(8, 4, 'd', topic_text('1'));
    Fixture fixture(node_with(
        list_of({log_of(6, 1, 'e', topic_text('1')), shared}, space),
        list_of({log_of(5, 0, 'd', topic_text('7')), log_of(8, 2, 'd', topic_text('7')), shared})
    ));
    const eth::LogFilter wanted = two_clauses();
    const auto blocks = success(fixture.await(fixture.node->logs(5, block_nine(), wanted)));
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0].ref.number == 5);
    CHECK(blocks[1].ref.number == 6);
    CHECK(blocks[2].ref.number == 8);
    CHECK(indexes(blocks[2].logs) == std::vector<std::uint32_t>{2, 4});
    const auto asked = asked_in(fixture.http.requests().at(0).body);
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].method == "eth_getLogs");
    CHECK(asked[1].method == "eth_getLogs");
    CHECK(asked[2].method == "eth_getBlockByNumber");
    CHECK(fixture.http.requests().size() == 1);
}

TEST_CASE("clauses answered of two branches are no range", "[rpc][clauses]") {
    std::string other = log_of(8, 2, 'd', topic_text('7'));
    other.replace(other.find(chain_hash(8)), chain_hash(8).size(), hash_text('b'));
    Fixture fixture(node_with(list_of({log_of(8, 1, 'e', topic_text('1'))}), list_of({other})));
    const eth::LogFilter wanted = two_clauses();
    CHECK(failure(fixture.await(fixture.node->logs(5, block_nine(), wanted)), Code::kTransient)
              .contains("two hashes"));
}

TEST_CASE("one clause that is refused refuses the range, with what would do", "[rpc][clauses]") {
    Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        const int id = std::stoi(request.body.substr(request.body.find(R"("id":)") + 5));
        return ok(
            "[" + result_of(id, list_of({log_of(6, 1, 'e', topic_text('1'))})) +
            R"(,{"jsonrpc":"2.0","id":)" + std::to_string(id + 1) +
            R"(,"error":{"code":-32005,"message":"query returned more than 10000 results"}},)" +
            result_of(id + 2, chain_block(9)) + "]"
        );
    });
    const eth::LogFilter wanted = two_clauses();
    CHECK(failure(fixture.await(fixture.node->logs(5, block_nine(), wanted)), Code::kRejected)
              .contains("10000 results"));
}

TEST_CASE("a block to be kept has the logs of all clauses once, in order", "[rpc][clauses]") {
    const std::string shared = log_of(9, 4, 'd', topic_text('1'));
    const std::string early = log_of(9, 3, 'd', topic_text('7'));
    Fixture fixture(node_with(list_of({shared}), list_of({early, shared})));
    const eth::LogFilter wanted = two_clauses();
    const EndpointOptions endpoint = options();
    const RawBlock raw = success(fixture.await(
        fetch_raw_block(endpoint, fixture.http, fixture.loop.clock(), block_nine().hash, wanted)
    ));
    CHECK(raw.logs == list_of({early, shared}));
    CHECK(indexes(raw.block.logs) == std::vector<std::uint32_t>{3, 4});
    const std::string line = R"({"header":)" + raw.header + R"(,"logs":)" + raw.logs + "}";
    CHECK(success(decode_recorded_block(line, wanted)).logs == raw.block.logs);
    const auto less = success(decode_recorded_block(line, filter()));
    CHECK(indexes(less.logs) == std::vector<std::uint32_t>{4});
    CHECK(less.all_logs == 2);
}

}  // namespace faultline::rpc
