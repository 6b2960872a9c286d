// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <shell/simnode/subscriptions.hpp>
#include <shell/simnode/wire.hpp>
#include <string>
#include <unit/shell/simnode/tape_lines.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::simnode;
using namespace faultline::simnode::testing;

namespace {

Reply ask(Subscriptions& subscriptions, const std::string& method, const std::string& params) {
    rpc::ServerRequest request;
    request.id = "1";
    request.method = method;
    request.params = params;
    const auto reply = subscriptions.answer(request);
    REQUIRE(reply.has_value());
    return *reply;
}

std::vector<std::string> reorganised() {
    auto lines = straight(2);
    lines.push_back(reverted(2, 'a'));
    lines.push_back(
        BlockText{.number = 2, .branch = 'b', .logs = {log(2, 'b', 'd', {'1'}, 0)}, .more = ""}
            .line()
    );
    return lines;
}

}  // namespace

TEST_CASE("newHeads tells the header of each new block", "[simnode]") {
    TapeChain tape = load(straight(2));
    Playback playback(tape);
    Subscriptions subscriptions;
    CHECK(subscriptions.empty());
    CHECK(ask(subscriptions, "eth_subscribe", R"(["newHeads"])").result == "\"0x1\"");
    const auto told = subscriptions.notifications(playback.advance(), tape);
    REQUIRE(told.size() == 1);
    CHECK(told[0] == notification("0x1", BlockText{.number = 2, .logs = {}, .more = ""}.header()));
}

TEST_CASE("a reorganisation tells removed logs first, then the new blocks in order", "[simnode]") {
    TapeChain tape = load(reorganised());
    Playback playback(tape);
    playback.advance_to(2);
    Subscriptions subscriptions;
    ask(subscriptions, "eth_subscribe", R"(["logs",{"topics":[")" + word('1') + "\"]}]");
    ask(subscriptions, "eth_subscribe", R"(["newHeads"])");
    const auto told = subscriptions.notifications(playback.advance(), tape);
    REQUIRE(told.size() == 3);
    CHECK(told[0] == notification("0x1", removed_log(log(2, 'a', 'c', {'1', '2'}, 0))));
    CHECK(told[1] == notification("0x1", log(2, 'b', 'd', {'1'}, 0)));
    CHECK(
        told[2] ==
        notification("0x2", BlockText{.number = 2, .branch = 'b', .logs = {}, .more = ""}.header())
    );
}

TEST_CASE("a log subscription is filtered, and ends when asked", "[simnode]") {
    TapeChain tape = load(straight(3));
    Playback playback(tape);
    Subscriptions subscriptions;
    ask(subscriptions, "eth_subscribe", R"(["logs",{"address":")" + address('d') + "\"}]");
    CHECK(subscriptions.notifications(playback.advance(), tape).empty());
    CHECK(ask(subscriptions, "eth_subscribe", R"(["logs"])").result == "\"0x2\"");
    CHECK(ask(subscriptions, "eth_unsubscribe", R"(["0x1"])").result == "true");
    CHECK(subscriptions.notifications(playback.advance(), tape).size() == 1);
    CHECK(
        ask(subscriptions, "eth_unsubscribe", R"(["0x1"])").refusal->message ==
        "subscription not found"
    );
    CHECK(ask(subscriptions, "eth_unsubscribe", R"(["0x2"])").result == "true");
    CHECK(subscriptions.empty());
}

TEST_CASE("what cannot be subscribed to is refused", "[simnode]") {
    Subscriptions subscriptions;
    CHECK(
        ask(subscriptions, "eth_subscribe", R"(["syncing"])").refusal->code == rpc::kMethodNotFound
    );
    CHECK(ask(subscriptions, "eth_subscribe", "[]").refusal->code == rpc::kInvalidParams);
    for (int i = 0; i < 100; ++i) {
        ask(subscriptions, "eth_subscribe", R"(["newHeads"])");
    }
    CHECK(ask(subscriptions, "eth_subscribe", R"(["newHeads"])").refusal.has_value());
    rpc::ServerRequest other;
    other.method = "eth_call";
    CHECK_FALSE(subscriptions.answer(other).has_value());
}
