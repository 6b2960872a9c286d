// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace faultline::chain::test {

/// What a fake socket has to say, kept outside the connection so that a test can say it.
struct SocketScript {
    std::deque<std::string> inbox;
    bool closed = false;
    runtime::Event arrived;
};

class FakeConnection final : public net::WsConnection {
  public:
    explicit FakeConnection(std::shared_ptr<SocketScript> script) : script_(std::move(script)) {}

    /// Answers eth_subscribe, whatever its id is.
    runtime::Task<Result<void>> send(std::string text) override {
        const std::size_t at = text.find("\"id\":");
        const std::string id = text.substr(at + 5, text.find_first_of(",}", at) - at - 5);
        script_->inbox.push_back("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":\"0x1\"}");
        script_->arrived.notify();
        co_return Result<void>();
    }

    runtime::Task<Result<std::string>> receive() override {
        while (script_->inbox.empty()) {
            if (script_->closed) {
                co_return Error(Code::kTransient, "the fake socket was closed");
            }
            co_await script_->arrived.wait();
        }
        std::string text = std::move(script_->inbox.front());
        script_->inbox.pop_front();
        co_return text;
    }

  private:
    std::shared_ptr<SocketScript> script_;
};

/// Hands out one scripted connection after the other.
class FakeConnector final : public net::WsConnector {
  public:
    explicit FakeConnector(runtime::Clock& clock) : clock_(clock) {}

    bool refuses = false;
    int connects = 0;
    std::shared_ptr<SocketScript> open;  ///< The newest connection's.

    runtime::Task<Result<std::unique_ptr<net::WsConnection>>> connect(
        net::Url url, Duration deadline
    ) override {
        static_cast<void>(url);
        static_cast<void>(deadline);
        ++connects;
        co_await clock_.sleep(std::chrono::milliseconds(1));
        if (refuses) {
            co_return Error(Code::kTransient, "the fake socket was refused");
        }
        open = std::make_shared<SocketScript>();
        std::unique_ptr<net::WsConnection> connection = std::make_unique<FakeConnection>(open);
        co_return connection;
    }

    void announce(const eth::Header& header) {
        open->inbox.push_back(
            R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{)"
            R"("number":")" +
            quantity(header.ref.number) + R"(","hash":")" + header.ref.hash.hex() +
            R"(","parentHash":")" + header.parent.hex() + R"(","timestamp":")" +
            quantity(header.timestamp.value) + R"("}}})"
        );
        open->arrived.notify();
    }

    void close() {
        open->closed = true;
        open->arrived.notify();
    }

  private:
    static std::string quantity(std::uint64_t value) {
        static constexpr char kDigits[] = "0123456789abcdef";
        std::string out;
        do {
            out.insert(out.begin(), kDigits[value % 16]);
            value /= 16;
        } while (value != 0);
        return "0x" + out;
    }

    runtime::Clock& clock_;
};

}  // namespace faultline::chain::test
