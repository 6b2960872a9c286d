// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/fault_plan.hpp"
#include "shell/simnode/subscriptions.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace faultline::simnode {

/// What all WebSockets of a node share; outlives them.
struct SocketContext {
    runtime::Clock& clock;
    obs::Log& log;
    FaultPlan& plan;
    const TapeChain& tape;
    std::function<Reply(const rpc::ServerRequest&)> answer;  ///< Other methods than subscriptions.
    std::function<eth::BlockNum()> head;
};

/// One WebSocket: answers its requests in order and notifies. A client that does not read what it
/// subscribed to is dropped when its queue is full, as geth does.
class SocketPeer {
  public:
    SocketPeer(SocketContext& context, std::unique_ptr<net::ServedWebSocket> socket);

    /// Until the client goes, or a fault drops it.
    runtime::Task<> run();

    /// Queues what the change means to this client.
    void notify(const Change& change);

  private:
    struct Outgoing {
        std::string text;
        bool notification = false;
    };

    runtime::Task<> read();
    runtime::Task<> write();
    runtime::Task<bool> send(Outgoing outgoing);
    runtime::Task<bool> notify_badly(const std::string& text);
    void push(Outgoing outgoing);

    SocketContext& context_;
    std::unique_ptr<net::ServedWebSocket> socket_;
    Subscriptions subscriptions_;
    std::deque<Outgoing> queue_;
    std::size_t queued_bytes_ = 0;
    runtime::Event queued_;
    bool muted_ = false;
    bool overflown_ = false;
};

}  // namespace faultline::simnode
