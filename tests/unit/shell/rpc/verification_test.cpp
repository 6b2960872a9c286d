// SPDX-License-Identifier: Apache-2.0
// What a node holds an endpoint's blocks to, and what becomes of those that fail.
#include "exchanges.hpp"
#include "fake_chain.hpp"
#include "fake_http.hpp"
#include "proven_json.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

Address pool() {
    return *Address::from_hex("0x" + std::string(40, 'e'));
}

struct Block {
    eth::FullHeader header;
    eth::ReceiptList receipts;
    eth::BlockRef ref;
};

Block make_block(eth::BlockNum number, const Hash32& parent, eth::ReceiptList receipts) {
    Block out;
    out.receipts = std::move(receipts);
    out.header.number = number;
    out.header.parent = parent;
    out.header.timestamp = {1000 + number};
    out.header.base_fee_wei = 7;
    out.header.logs_bloom = eth::bloom_of(out.receipts.logs);
    out.header.receipts_root = eth::receipts_root(out.receipts);
    out.ref = {.number = number, .hash = *eth::header_hash(out.header)};
    return out;
}

/// Two transactions: a watched log of the pool each, and one nobody asked for.
eth::LogList some_logs() {
    eth::LogList logs;
    const std::vector<Hash32> watched{hash_of('1'), hash_of('4')};
    const std::vector<Hash32> other{hash_of('2')};
    const Bytes data{1, 2, 3};
    for (std::uint32_t i = 0; i < 3; ++i) {
        logs.add(
            {.address = pool(),
             .topics = i == 1 ? other : watched,
             .data = data,
             .tx_hash = hash_of('c'),
             .tx_index = i / 2,
             .log_index = i}
        );
    }
    return logs;
}

eth::LogFilter filter() {
    return eth::LogFilter({{.contracts = {}, .topics0 = {hash_of('1')}}}, {pool()});
}

std::string watched_json(const Block& block) {
    return "[" + log_json(block.ref, block.receipts.logs[0]) + "," +
           log_json(block.ref, block.receipts.logs[2]) + "]";
}

/// A node that serves blocks 7 to 9 of one chain, in which each answer can be replaced. A text that
/// begins with "!" is a refusal.
struct World {
    std::vector<Block> blocks;
    std::map<std::string, std::function<std::string(std::string)>> altered;
    eth::BlockNum hidden_in_range = 0;  ///< Its logs are left out of ranges.
    FakeHttp http;
    runtime::Loop loop;
    std::unique_ptr<runtime::Workers> workers = runtime::make_inline_workers();
    std::unique_ptr<Node> node;

    explicit World(Verification verification, bool trusts_blooms = true)
        : http([this](const net::HttpRequest& request) { return answer(request); }) {
        Hash32 parent = hash_of('a');
        for (eth::BlockNum number = 7; number <= 9; ++number) {
            blocks.push_back(make_block(number, parent, receipts_of(some_logs())));
            parent = blocks.back().ref.hash;
        }
        EndpointOptions options;
        options.name = "test";
        options.http = *net::Url::parse("http://node.test/");
        options.verification = verification;
        options.trusts_blooms = trusts_blooms;
        node = make_json_rpc_node(options, http, loop.clock(), *workers);
    }

    template <class T>
    Result<T> await(runtime::Task<Result<T>> task) {
        std::optional<Result<T>> out;
        loop.run(
            [](runtime::Task<Result<T>> from, std::optional<Result<T>>& to) -> runtime::Task<> {
                to = co_await std::move(from);
            }(std::move(task), out)
        );
        return *std::move(out);
    }

    Result<PinnedBlock> block() {
        const eth::LogFilter wanted = filter();
        return await(node->block(blocks[0].ref.hash, wanted));
    }

    Result<PinnedBlock> doubted_block() {
        const eth::LogFilter wanted = filter();
        return await(node->unverified_block(blocks[0].ref.hash, wanted));
    }

    Result<std::vector<BlockLogs>> history(Proof proof) {
        const eth::LogFilter wanted = filter();
        const auto headers = await(node->headers(7, 9, proof));
        if (!headers) {
            return headers.error();
        }
        return await(node->logs(7, headers->back().ref, wanted));
    }

    /// How often a method was called.
    [[nodiscard]] std::size_t asked(const std::string& method) const {
        std::size_t count = 0;
        for (const net::HttpRequest& request : http.requests()) {
            for (const Asked& one : asked_in(request.body)) {
                count += one.method == method ? 1 : 0;
            }
        }
        return count;
    }

  private:
    [[nodiscard]] const Block& block_of(const std::string& params) const {
        for (const Block& block : blocks) {
            if (params.contains(block.ref.hash.hex()) ||
                params.starts_with("[\"" + quantity_hex(block.ref.number))) {
                return block;
            }
        }
        return blocks[0];
    }

    [[nodiscard]] std::string truth(const Asked& one) const {
        const Block& block = block_of(one.params);
        if (one.method == "eth_getBlockReceipts") {
            return receipts_json(block.ref, block.receipts);
        }
        if (one.method != "eth_getLogs") {
            return header_json(block.header, block.ref.hash);
        }
        if (one.params.contains("blockHash")) {
            return watched_json(block);
        }
        std::string all;
        for (const Block& each : blocks) {
            if (each.ref.number == hidden_in_range) {
                continue;
            }
            const std::string logs = watched_json(each);
            all += (all.empty() ? "" : ",") + logs.substr(1, logs.size() - 2);
        }
        return "[" + all + "]";
    }

    Result<net::HttpResponse> answer(const net::HttpRequest& request) const {
        std::string out;
        for (const Asked& one : asked_in(request.body)) {
            const auto change = altered.find(one.method);
            const std::string result =
                change == altered.end() ? truth(one) : change->second(truth(one));
            out += (out.empty() ? R"({"jsonrpc":"2.0","id":)" : R"(,{"jsonrpc":"2.0","id":)") +
                   std::to_string(one.id);
            out += result.starts_with('!')
                       ? R"(,"error":{"code":-32601,"message":")" + result.substr(1) + R"("}})"
                       : R"(,"result":)" + result + "}";
        }
        return ok(request.body.starts_with('[') ? "[" + out + "]" : out);
    }
};

std::string nothing(const std::string& /*truth*/) {
    return "[]";
}

/// Changes one byte of the data of the first log.
std::string other_data(std::string truth) {
    const std::size_t at = truth.find("0x010203");
    return truth.replace(at, 8, "0x010204");
}

/// The first topic but one becomes another.
std::string other_topic(std::string truth) {
    const std::size_t at = truth.find(hash_text('4'));
    return truth.replace(at, hash_text('5').size(), hash_text('5'));
}

std::string more_gas(std::string truth) {
    const std::string none = R"("gasUsed":"0x0")";
    return truth.replace(truth.find(none), none.size(), R"("gasUsed":"0x1")");
}

std::string refuse(const std::string& /*truth*/) {
    return "!the method eth_getBlockReceipts does not exist";
}

}  // namespace

TEST_CASE("a block that is what its hash says passes, and says what was checked", "[rpc]") {
    const auto verification = GENERATE(
        Verification::kOff, Verification::kBloom, Verification::kReceiptsRoot, Verification::kQuorum
    );
    World world(verification);
    const PinnedBlock block = success(world.block());
    CHECK(block.logs.size() == 2);
    CHECK(success(world.history(Proof::kAsConfigured)).size() == 3);
    const std::vector<std::string> bloom{"header_hash", "bloom"};
    const std::vector<std::string> all{"header_hash", "bloom", "receipts_root"};
    const bool off = verification == Verification::kOff;
    const bool root = verification == Verification::kReceiptsRoot;
    CHECK(block.checks == (off ? std::vector<std::string>{} : root ? all : bloom));
    CHECK(world.asked("eth_getBlockReceipts") == (root ? 1 : 0));
}

TEST_CASE("a header of which one field is wrong is refused", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getBlockByHash"] = more_gas;
    CHECK(failure(world.block(), Code::kMalformed).contains("so one of its fields is wrong"));
}

TEST_CASE("a log that the block did not emit is refused", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getLogs"] = other_topic;
    CHECK(failure(world.block(), Code::kMalformed).contains("is not in the block's bloom"));
}

TEST_CASE("a log that was left out shows in the bloom, and the receipts prove it", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getLogs"] = nothing;
    CHECK(failure(world.block(), Code::kMalformed)
              .contains("block 7 has 2 logs of those asked for, as its receipts prove; the node "
                        "returned 0"));
}

TEST_CASE("where no receipts are served, a suspicion is only one", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getLogs"] = nothing;
    world.altered["eth_getBlockReceipts"] = refuse;
    CHECK(success(world.block()).checks == std::vector<std::string>{"header_hash", "bloom"});
    CHECK(success(world.block()).logs.empty());
    CHECK(world.asked("eth_getBlockReceipts") == 1);  // Not asked again.
}

TEST_CASE("receipts_root finds a changed byte of data, and needs receipts", "[rpc]") {
    World world(Verification::kReceiptsRoot);
    world.altered["eth_getLogs"] = other_data;
    CHECK(failure(world.block(), Code::kMalformed).contains("the node returned 2 others"));
    world.altered["eth_getBlockReceipts"] = other_data;
    CHECK(failure(world.block(), Code::kMalformed).contains("have the root"));
    world.altered["eth_getBlockReceipts"] = refuse;
    CHECK(failure(world.block(), Code::kRejected).contains("which receipts_root needs"));
}

TEST_CASE("a chain whose blooms lie is not held to them", "[rpc]") {
    World world(Verification::kBloom, false);
    world.altered["eth_getLogs"] = other_topic;
    CHECK(success(world.block()).checks == std::vector<std::string>{"header_hash"});
    CHECK(success(world.history(Proof::kAsConfigured)).size() == 3);
}

TEST_CASE("of a doubted block, the logs are those that the receipts prove", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getLogs"] = GENERATE(nothing, other_data, other_topic);
    const PinnedBlock block = success(world.doubted_block());
    CHECK(block.checks == std::vector<std::string>{"header_hash", "receipts_root"});
    REQUIRE(block.logs.size() == 2);
    CHECK(block.logs[0].topics[1] == hash_of('4'));
    CHECK(block.logs[0].data[2] == 3);
}

TEST_CASE("a doubted block that cannot be proven is taken after a few tries", "[rpc]") {
    World world(Verification::kBloom);
    world.altered["eth_getLogs"] = nothing;
    SECTION("no receipts are served") {
        world.altered["eth_getBlockReceipts"] = refuse;
        CHECK(success(world.doubted_block()).checks.empty());
    }
    SECTION("the receipts are wrong, or the header is") {
        if (GENERATE(true, false)) {
            world.altered["eth_getBlockReceipts"] = other_data;
        } else {
            world.altered["eth_getBlockByHash"] = more_gas;
        }
        int tries = 1;
        while (!world.doubted_block()) {
            ++tries;
            REQUIRE(tries < 20);
        }
        CHECK(tries == 6);
        CHECK(world.doubted_block());  // The next does not wait again.
    }
}

TEST_CASE(
    "a receipt from before Byzantium and one of a deposit are read as they are hashed", "[rpc]"
) {
    eth::ReceiptList receipts = receipts_of(some_logs());
    SECTION("a state root in place of a status") {
        receipts.receipts[0].type = 0;
        receipts.receipts[0].outcome = hash_of('d');
    }
    SECTION("a deposit of the OP Stack") {
        receipts.receipts[0].type = 0x7e;
        receipts.receipts[0].deposit = eth::DepositFields{.nonce = 5, .version = 1};
    }
    SECTION("one that failed") {
        receipts.receipts[1].outcome = false;
    }
    World world(Verification::kReceiptsRoot);
    world.blocks[0] = make_block(7, hash_of('a'), receipts);
    CHECK(success(world.block()).checks.size() == 3);
}

TEST_CASE("a head that has not its hash is refused where heads were proven", "[rpc]") {
    World world(Verification::kBloom);
    const auto ahead = [](std::string truth) {
        const std::string number = R"("number":"0x7")";
        return truth.replace(truth.find(number), number.size(), R"("number":"0x207")");
    };
    SECTION("not before, as the chain may have headers of its own kind") {
        world.altered["eth_getBlockByNumber"] = ahead;
        CHECK(success(world.await(world.node->head(HeadTag::kLatest))).ref.number == 0x207);
    }
    SECTION("and then it is") {
        CHECK(success(world.await(world.node->head(HeadTag::kLatest))).ref.number == 7);
        world.altered["eth_getBlockByNumber"] = ahead;
        CHECK(failure(world.await(world.node->head(HeadTag::kLatest)), Code::kMalformed)
                  .contains("so one of its fields is wrong"));
    }
}

TEST_CASE("history is held to its headers' hashes and blooms", "[rpc]") {
    World world(Verification::kBloom);
    CHECK(success(world.history(Proof::kAsConfigured)).size() == 3);
    world.altered["eth_getLogs"] = other_topic;
    CHECK(failure(world.history(Proof::kAsConfigured), Code::kMalformed)
              .contains("log 0 of block 7 is not in the block's bloom"));
    world.altered["eth_getBlockByNumber"] = more_gas;
    CHECK(failure(world.history(Proof::kAsConfigured), Code::kMalformed)
              .contains("so one of its fields is wrong"));
    SECTION("unless that is waived, whatever was proven before") {
        CHECK(success(world.history(Proof::kWaived)).size() == 3);
    }
}

TEST_CASE("logs left out of history show where the bloom raises a suspicion", "[rpc]") {
    World world(Verification::kBloom);
    world.hidden_in_range = 8;
    CHECK(failure(world.history(Proof::kAsConfigured), Code::kMalformed)
              .contains("has 2 logs of those asked for, but 0 came with its range"));
    CHECK(success(world.history(Proof::kWaived)).size() == 2);
    SECTION("and by receipts, where the endpoint leaves them out of the block, too") {
        world.altered["eth_getLogs"] = nothing;
        CHECK(failure(world.history(Proof::kAsConfigured), Code::kMalformed)
                  .contains("as its receipts prove; the node returned 0"));
    }
    SECTION("but not where receipts are not to be had") {
        world.altered["eth_getLogs"] = nothing;
        world.altered["eth_getBlockReceipts"] = refuse;
        CHECK(success(world.history(Proof::kAsConfigured)).empty());
    }
}

}  // namespace faultline::rpc
