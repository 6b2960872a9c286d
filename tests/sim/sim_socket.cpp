// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_socket.hpp"

#include "sim/json.hpp"
#include "sim/node_answers.hpp"

#include <algorithm>
#include <chrono>

namespace faultline::sim {

using std::chrono::milliseconds;

class SimSocket::Connection final : public net::WsConnection {
  public:
    Connection(std::shared_ptr<Peer> peer, runtime::Clock& clock)
        : peer_(std::move(peer)), clock_(clock) {}

    runtime::Task<Result<void>> send(std::string text) override {
        if (!peer_->open) {
            co_return Error(Code::kTransient, "the simulated socket is closed");
        }
        const std::optional<Json> request = Json::parse(text);
        if (request && request->at("method").text == "eth_subscribe") {
            peer_->subscribed = true;
            peer_->inbox.emplace(
                clock_.now() + milliseconds(20), NodeAnswers::result(*request, R"("0x51")")
            );
            peer_->changed.notify();
        }
        co_return Result<void>();
    }

    runtime::Task<Result<std::string>> receive() override {
        for (;;) {
            if (!peer_->open) {
                co_return Error(Code::kTransient, "the simulated socket was closed");
            }
            if (peer_->inbox.empty()) {
                co_await peer_->changed.wait();
                continue;
            }
            const Instant arrives = peer_->inbox.begin()->first;
            if (arrives > clock_.now()) {
                co_await peer_->changed.wait_for(clock_, arrives - clock_.now());
                continue;
            }
            std::string text = std::move(peer_->inbox.begin()->second);
            peer_->inbox.erase(peer_->inbox.begin());
            co_return text;
        }
    }

  private:
    std::shared_ptr<Peer> peer_;
    runtime::Clock& clock_;
};

runtime::Task<Result<std::unique_ptr<net::WsConnection>>> SimSocket::connect(
    net::Url url, Duration deadline
) {
    static_cast<void>(deadline);
    co_await clock_.sleep(milliseconds(random_.between(5, 100)));
    if (happens(options_.socket_refused)) {
        co_return Error(Code::kTransient, url.redacted() + ": refused");
    }
    auto peer = std::make_shared<Peer>();
    peers_.push_back(peer);
    trace_.add(clock_.now(), "socket", "opened");
    std::unique_ptr<net::WsConnection> connection =
        std::make_unique<Connection>(std::move(peer), clock_);
    co_return connection;
}

bool SimSocket::speaks() const {
    return std::ranges::any_of(peers_, [](const std::weak_ptr<Peer>& weak) {
        const std::shared_ptr<Peer> peer = weak.lock();
        return peer && peer->open && peer->subscribed && !peer->silent;
    });
}

void SimSocket::announce(const ModelBlock& block) {
    std::erase_if(peers_, [](const auto& peer) { return peer.expired(); });
    for (const auto& weak : peers_) {
        const std::shared_ptr<Peer> peer = weak.lock();
        if (!peer->open || !peer->subscribed) {
            continue;
        }
        if (happens(options_.socket_dropped)) {
            trace_.add(clock_.now(), "socket", "dropped");
            peer->open = false;
            peer->changed.notify();
            continue;
        }
        peer->silent = peer->silent || happens(options_.socket_silent);
        if (peer->silent || happens(options_.notification_lost)) {
            continue;
        }
        const int copies = happens(options_.notification_twice) ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            const std::uint64_t most_ms = happens(options_.notification_late) ? 60'000 : 100;
            peer->inbox.emplace(
                clock_.now() + milliseconds(random_.between(1, most_ms)),
                NodeAnswers::notification(block)
            );
        }
        peer->changed.notify();
    }
}

}  // namespace faultline::sim
