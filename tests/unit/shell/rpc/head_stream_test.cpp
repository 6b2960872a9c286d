// SPDX-License-Identifier: Apache-2.0
#include "exchanges.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <catch2/catch.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

using Script = std::deque<std::string>;

class FakeConnection final : public net::WsConnection {
  public:
    FakeConnection(Script script, std::vector<std::string>& sent)
        : script_(std::move(script)), sent_(sent) {}

    runtime::Task<Result<void>> send(std::string text) override {
        sent_.push_back(std::move(text));
        co_return Result<void>();
    }

    runtime::Task<Result<std::string>> receive() override {
        if (script_.empty()) {
            co_return Error(Code::kTransient, "the connection was closed");
        }
        std::string text = std::move(script_.front());
        script_.pop_front();
        co_return text;
    }

  private:
    Script script_;
    std::vector<std::string>& sent_;
};

/// One connection whose peer says what the script says, then closes.
class FakeConnector final : public net::WsConnector {
  public:
    explicit FakeConnector(std::optional<Script> script) : script_(std::move(script)) {}

    runtime::Task<Result<std::unique_ptr<net::WsConnection>>> connect(net::Url url, Duration)
        override {
        connected_to_ = url.host;
        if (!script_) {
            co_return Error(Code::kTransient, "connection refused");
        }
        co_return std::unique_ptr<net::WsConnection>(
            std::make_unique<FakeConnection>(*std::move(script_), sent_)
        );
    }

    [[nodiscard]] const std::vector<std::string>& sent() const { return sent_; }

    [[nodiscard]] const std::string& connected_to() const { return connected_to_; }

  private:
    std::optional<Script> script_;
    std::vector<std::string> sent_;
    std::string connected_to_;
};

std::string head(const std::string& number, char hash, const std::string& subscription = "0x9c") {
    return R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")" +
           subscription + R"(","result":{"number":")" + number + R"(","hash":")" + hash_text(hash) +
           R"(","parentHash":")" + hash_text('0') + R"("}}})";
}

const std::string kAccepted = R"({"jsonrpc":"2.0","id":1,"result":"0x9c"})";

/// What the stream said: numbers of the heads, then the message of the error that ended it.
struct Heard {
    std::vector<eth::BlockNum> heads;
    std::string end;
    Code code = Code::kInvalid;
};

runtime::Task<> listen(const EndpointOptions& options, FakeConnector& connector, Heard& heard) {
    auto stream = co_await subscribe_heads(options, connector);
    if (!stream) {
        heard.end = stream.error().message();
        heard.code = stream.error().code();
        co_return;
    }
    for (;;) {
        const Result<HeadHint> hint = co_await (*stream)->next();
        if (!hint) {
            heard.end = hint.error().message();
            heard.code = hint.error().code();
            co_return;
        }
        heard.heads.push_back(hint->ref.number);
    }
}

Heard hear(std::optional<Script> script) {
    EndpointOptions options;
    options.name = "test";
    options.ws = net::Url{
        .scheme = "wss",
        .user_info = "",
        .host = "node.example",
        .port = 443,
        .target = "/ws/secret-key-0123456789"
    };
    FakeConnector connector(std::move(script));
    Heard heard;
    runtime::Loop loop;
    loop.run(listen(options, connector, heard));
    CHECK(connector.connected_to() == "node.example");
    if (!connector.sent().empty()) {
        CHECK(
            connector.sent() ==
            std::vector<std::string>{
                R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})"
            }
        );
    }
    return heard;
}

}  // namespace

TEST_CASE("heads are announced until the connection ends", "[rpc][heads]") {
    const Heard heard =
        hear(Script{kAccepted, head("0x10", 'a'), head("0x11", 'b'), head("0x11", 'c')});
    CHECK(heard.heads == std::vector<eth::BlockNum>{16, 17, 17});
    CHECK(heard.code == Code::kTransient);
    CHECK(heard.end == "endpoint test: eth_subscribe: the connection was closed");
}

TEST_CASE("a head announced before the subscription is answered is kept", "[rpc][heads]") {
    const Heard heard =
        hear(Script{head("0x10", 'a'), head("0x11", 'b'), kAccepted, head("0x12", 'c')});
    CHECK(heard.heads == std::vector<eth::BlockNum>{16, 17, 18});
}

TEST_CASE("of many early heads the newest are kept", "[rpc][heads]") {
    Script script;
    for (int i = 0; i < 40; ++i) {
        script.push_back(head("0x" + std::to_string(10 + i), 'a'));
    }
    script.push_back(kAccepted);
    const Heard heard = hear(std::move(script));
    REQUIRE(heard.heads.size() == 16);
    CHECK(heard.heads.back() == 0x49);
}

TEST_CASE("messages that are not ours are passed over", "[rpc][heads]") {
    const Heard heard = hear(Script{
        R"({"jsonrpc":"2.0","method":"node_notice","params":[]})",
        R"({"jsonrpc":"2.0","id":77,"result":true})",
        kAccepted,
        R"({"jsonrpc":"2.0","method":"net_version","params":[]})",
        R"({"hello":"world"})",
        head("0x10", 'a', "0xother"),
        head("0x11", 'a'),
    });
    CHECK(heard.heads == std::vector<eth::BlockNum>{17});
}

TEST_CASE("a node that refuses the subscription says why", "[rpc][heads]") {
    const Heard heard = hear(Script{
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"notifications not supported"}})"
    });
    CHECK(heard.code == Code::kRejected);
    CHECK(
        heard.end.contains("endpoint test: eth_subscribe: the node answered error -32601 "
                           "\"notifications not supported\"")
    );
    const Heard limited =
        hear(Script{R"({"id":1,"error":{"code":-32005,"message":"Limit exceeded"}})"});
    CHECK(limited.code == Code::kRateLimited);
}

TEST_CASE("an endpoint that cannot be reached is named", "[rpc][heads]") {
    const Heard heard = hear(std::nullopt);
    CHECK(heard.code == Code::kTransient);
    CHECK(heard.end == "endpoint test: eth_subscribe: connection refused");
}

TEST_CASE("a message that cannot be read ends the stream", "[rpc][heads]") {
    const std::string bad = GENERATE(
        std::string("garbage"),
        std::string("[]"),
        std::string(R"({"method":"eth_subscription"})"),
        std::string(R"({"method":"eth_subscription","params":{"subscription":"0x9c"}})"),
        std::string(
            R"({"method":"eth_subscription","params":{"subscription":"0x9c","result":{"number":7}}})"
        ),
        std::string(R"({"method":"eth_subscription","params":{"subscription":7,"result":{}}})")
    );
    const Heard heard = hear(Script{kAccepted, head("0x10", 'a'), bad, head("0x11", 'a')});
    CHECK(heard.heads == std::vector<eth::BlockNum>{16});
    CHECK(heard.code == Code::kMalformed);
    CHECK(heard.end.starts_with("endpoint test: eth_subscri"));
}

TEST_CASE("an answer to the subscription that is no id is malformed", "[rpc][heads]") {
    const std::string answer = GENERATE(
        std::string(R"({"id":1})"),
        std::string(R"({"id":1,"result":null})"),
        std::string(R"({"id":1,"result":7})")
    );
    CHECK(hear(Script{answer}).code == Code::kMalformed);
}

}  // namespace faultline::rpc
