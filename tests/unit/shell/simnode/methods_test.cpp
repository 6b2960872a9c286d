// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <shell/simnode/methods.hpp>
#include <string>
#include <unit/shell/simnode/tape_lines.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::simnode;
using namespace faultline::simnode::testing;

namespace {

/// Three blocks; the second has logs of two contracts, calls and truth.
std::vector<std::string> lines() {
    auto out = straight(1);
    out.push_back(BlockText{
        .number = 2,
        .logs =
            {log(2, 'a', 'c', {'1', '2'}, 0),
             log(2, 'a', 'd', {'1'}, 1),
             log(2, 'a', 'd', {'3', '2', '4'}, 2),
             log(2, 'a', 'e', {}, 3)},
        .more = R"(,"calls":[{"to":")" + address('c') +
                R"(","data":"0xAA","result":"0x01"},{"to":")" + address('c') +
                R"(","data":"0xee","from":")" + address('e') + R"(","result":"0x09"},{"to":")" +
                address('d') + R"(","data":"0xbb","result":"0x08","reverted":true},{"to":")" +
                address('d') +
                R"(","data":"0xdd","result":"0x","unanswered":true}],"truth":[{"to":")" +
                address('c') + R"(","data":"0xcc","result":"0x02","label":"l"}])"
    }
                      .line());
    out.push_back(BlockText{.number = 3, .logs = {log(3, 'a', 'c', {'3'}, 0)}, .more = ""}.line());
    return out;
}

struct Node {
    TapeChain tape;
    Playback playback{tape};
    Methods methods;

    explicit Node(
        std::vector<std::string> from = lines(), Limits limits = {}, eth::BlockNum head = 3
    )
        : tape(load(std::move(from))), methods(tape, limits) {
        playback.advance_to(head);
    }

    Reply ask(const std::string& method, const std::string& params = "[]", std::size_t lag = 0) {
        rpc::ServerRequest request;
        request.id = "1";
        request.method = method;
        request.params = params;
        return methods.answer(
            request, NodeView(playback, {.safe_depth = 1, .finalized_depth = 64}, lag)
        );
    }

    std::string result(
        const std::string& method, const std::string& params = "[]", std::size_t lag = 0
    ) {
        const Reply reply = ask(method, params, lag);
        INFO(method << " " << params << " " << (reply.refusal ? reply.refusal->message : ""));
        REQUIRE_FALSE(reply.refusal.has_value());
        return reply.result;
    }

    rpc::Refusal refusal(const std::string& method, const std::string& params = "[]") {
        const Reply reply = ask(method, params);
        REQUIRE(reply.refusal.has_value());
        return *reply.refusal;
    }
};

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

/// "1.0 2.1": block and index of the logs in the answer.
std::string which(const std::string& logs) {
    std::string out;
    for (auto at = logs.find("\"blockNumber\":\"0x"); at != std::string::npos;
         at = logs.find("\"blockNumber\":\"0x", at + 1)) {
        const auto index = logs.find("\"logIndex\":\"0x", at);
        out += (out.empty() ? "" : " ") + std::string(1, logs[at + 17]) + "." +
               std::string(1, logs[index + 14]);
    }
    return out;
}

std::string range(const std::string& more) {
    return R"([{"fromBlock":"0x1","toBlock":"0x3")" + more + "}]";
}

}  // namespace

TEST_CASE("a node says who and where it is", "[simnode]") {
    Node node;
    CHECK(node.result("eth_chainId") == "\"0x7a69\"");
    CHECK(node.result("net_version") == "\"31337\"");
    CHECK_THAT(node.result("web3_clientVersion"), Catch::Contains("simnode"));
    CHECK(node.result("eth_blockNumber") == "\"0x3\"");
    CHECK(node.result("eth_blockNumber", "[]", 2) == "\"0x1\"");
    CHECK(node.result("eth_syncing") == "false");
    CHECK(node.refusal("eth_chainId", "[1]").code == rpc::kInvalidParams);
    CHECK(node.refusal("eth_mining").code == rpc::kMethodNotFound);
}

TEST_CASE("blocks come by number, tag and hash, in the node's own bytes", "[simnode]") {
    Node node;
    const BlockText two{.number = 2, .logs = {}, .more = ""};
    CHECK(node.result("eth_getBlockByNumber", R"(["0x2",false])") == two.header());
    CHECK(node.result("eth_getBlockByNumber", R"(["safe",false])") == two.header());
    CHECK_THAT(node.result("eth_getBlockByNumber", R"(["latest",true])"), Catch::Contains(hash(3)));
    CHECK_THAT(
        node.result("eth_getBlockByNumber", R"(["earliest",false])"),
        Catch::Contains(R"("number":"0x1")")
    );
    CHECK_THAT(
        node.result("eth_getBlockByNumber", R"(["finalized",false])"),
        Catch::Contains(R"("number":"0x1")")
    );
    CHECK(node.result("eth_getBlockByHash", "[" + quoted(hash(2)) + ",false]") == two.header());
    CHECK(node.result("eth_getBlockByNumber", R"(["0x4",false])") == "null");
    CHECK(node.result("eth_getBlockByNumber", R"(["0x0",false])") == "null");
    CHECK(node.result("eth_getBlockByHash", "[" + quoted(hash(2, 'b')) + ",false]") == "null");
    CHECK(node.refusal("eth_getBlockByNumber", R"([2,false])").code == rpc::kInvalidParams);
}

TEST_CASE("logs are filtered by block, address and topic", "[simnode]") {
    Node node;
    const auto logs = [&](const std::string& params) {
        return which(node.result("eth_getLogs", params));
    };
    CHECK(logs(range("")) == "1.0 2.0 2.1 2.2 2.3 3.0");
    CHECK(logs(R"([{"fromBlock":"0x2","toBlock":"0x2"}])") == "2.0 2.1 2.2 2.3");
    CHECK(logs("[{}]") == "3.0");
    CHECK(logs("[{\"blockHash\":" + quoted(hash(2)) + "}]") == "2.0 2.1 2.2 2.3");
    CHECK(logs(range(",\"address\":" + quoted(address('d')))) == "2.1 2.2");
    CHECK(
        logs(range(",\"address\":[" + quoted(address('c')) + "," + quoted(address('e')) + "]")) ==
        "1.0 2.0 2.3 3.0"
    );
    CHECK(logs(range(",\"topics\":[" + quoted(word('1')) + "]")) == "1.0 2.0 2.1");
    CHECK(
        logs(range(",\"topics\":[[" + quoted(word('1')) + "," + quoted(word('3')) + "]]")) ==
        "1.0 2.0 2.1 2.2 3.0"
    );
    CHECK(logs(range(",\"topics\":[null," + quoted(word('2')) + "]")) == "1.0 2.0 2.2");
    CHECK(
        logs(range(",\"topics\":[[]," + quoted(word('2')) + "," + quoted(word('4')) + "]")) == "2.2"
    );
    CHECK(logs(range(",\"topics\":[null]")) == "1.0 2.0 2.1 2.2 3.0");
    CHECK(logs(range(",\"topics\":[]")) == "1.0 2.0 2.1 2.2 2.3 3.0");
    CHECK(node.result("eth_getLogs", range(",\"address\":" + quoted(address('7')))) == "[]");
    CHECK_THAT(node.result("eth_getLogs", range("")), Catch::Contains(log(2, 'a', 'd', {'1'}, 1)));
}

TEST_CASE("logs of what is not there are refused, not empty", "[simnode]") {
    Node node;
    const auto unknown =
        node.refusal("eth_getLogs", "[{\"blockHash\":" + quoted(hash(2, 'b')) + "}]");
    CHECK(unknown.code == -32000);
    CHECK(unknown.message == "unknown block");
    CHECK(
        node.refusal("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x4"}])").message ==
        "block range extends beyond current head block"
    );
    CHECK(
        node.refusal("eth_getLogs", R"([{"fromBlock":"0x3","toBlock":"0x2"}])").message ==
        "invalid block range params"
    );
    CHECK(which(node.result("eth_getLogs", range(""), 2)) == "1.0");
    CHECK(node.result("eth_getBlockByHash", "[" + quoted(hash(3)) + ",false]", 1) == "null");
}

TEST_CASE("a node may limit ranges and results, in the words of providers", "[simnode]") {
    Node narrow(lines(), {.range_blocks_most = 2, .logs_most = 0});
    CHECK(narrow.refusal("eth_getLogs", range("")).message == "exceed maximum block range: 2");
    Node few(lines(), {.range_blocks_most = 0, .logs_most = 4});
    const auto refusal = few.refusal("eth_getLogs", range(""));
    CHECK(refusal.code == -32005);
    CHECK(
        refusal.message ==
        "query returned more than 4 results. Try with this block range [0x1, 0x2]."
    );
    CHECK(
        which(few.result("eth_getLogs", R"([{"fromBlock":"0x2","toBlock":"0x2"}])")) ==
        "2.0 2.1 2.2 2.3"
    );
}

TEST_CASE("calls are answered from the tape's calls and truth of that block", "[simnode]") {
    Node node;
    const auto call = [](char to, const std::string& data, const std::string& block) {
        return R"([{"to":")" + address(to) + R"(","data":")" + data + R"("},)" + block + "]";
    };
    const std::string by_hash = "{\"blockHash\":" + quoted(hash(2)) + "}";
    CHECK(node.result("eth_call", call('c', "0xaa", by_hash)) == "\"0x01\"");
    CHECK(node.result("eth_call", call('c', "0xcc", "\"0x2\"")) == "\"0x02\"");
    const std::string from = R"([{"from":")" + address('e') + R"(",)";
    const auto named = [&](const std::string& data) {
        return from + call('c', data, by_hash).substr(2);
    };
    CHECK(node.result("eth_call", named("0xee")) == "\"0x09\"");
    CHECK(node.refusal("eth_call", call('c', "0xee", by_hash)).code == -32000);
    CHECK(node.refusal("eth_call", named("0xaa")).code == -32000);
    const auto reverted = node.refusal("eth_call", call('d', "0xbb", by_hash));
    CHECK(reverted.json == R"({"code":3,"message":"execution reverted","data":"0x08"})");
    CHECK(node.refusal("eth_call", call('d', "0xdd", by_hash)).message == "out of gas");
    const auto unknown = node.refusal("eth_call", call('c', "0xaa", "\"latest\""));
    CHECK(unknown.code == -32000);
    CHECK_THAT(unknown.message, Catch::Contains("missing trie node") && Catch::Contains("block 3"));
    CHECK(
        node.refusal("eth_call", call('c', "0xaa", "{\"blockHash\":" + quoted(hash(2, 'b')) + "}"))
            .message == "header not found"
    );
}

TEST_CASE("receipts are offered by tapes that have them", "[simnode]") {
    Node without;
    CHECK(without.refusal("eth_getBlockReceipts", R"(["0x2"])").code == rpc::kMethodNotFound);
    std::vector<std::string> with{
        kManifest,
        BlockText{.number = 1, .logs = {}, .more = R"(,"receipts":[{"status":"0x1"}])"}.line()
    };
    Node node(with);
    CHECK(node.result("eth_getBlockReceipts", R"(["0x1"])") == R"([{"status":"0x1"}])");
    CHECK(
        node.result("eth_getBlockReceipts", "[" + quoted(hash(1)) + "]") == R"([{"status":"0x1"}])"
    );
    CHECK(node.result("eth_getBlockReceipts", R"(["0x9"])") == "null");
}

TEST_CASE("an orphaned block is forgotten", "[simnode]") {
    auto branches = straight(2);
    branches.push_back(reverted(2, 'a'));
    branches.push_back(BlockText{.number = 2, .branch = 'b', .logs = {}, .more = ""}.line());
    Node node(branches, {}, 2);
    CHECK_THAT(
        node.result("eth_getBlockByNumber", R"(["0x2",false])"), Catch::Contains(hash(2, 'a'))
    );
    node.playback.advance();
    CHECK_THAT(
        node.result("eth_getBlockByNumber", R"(["0x2",false])"), Catch::Contains(hash(2, 'b'))
    );
    CHECK(node.result("eth_getBlockByHash", "[" + quoted(hash(2, 'a')) + ",false]") == "null");
    CHECK(
        node.refusal("eth_getLogs", "[{\"blockHash\":" + quoted(hash(2, 'a')) + "}]").message ==
        "unknown block"
    );
}
