// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/socket_peer.hpp"

#include "shell/simnode/wire.hpp"

#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <chrono>
#include <utility>

namespace faultline::simnode {
namespace {

constexpr std::size_t kQueueMost = 10'000;
constexpr std::size_t kQueueBytesMost = 64UL << 20U;
constexpr Duration kSendLimit = std::chrono::seconds(30);

runtime::Task<> then_cancel(runtime::Task<> task, runtime::TaskGroup& group) {
    co_await std::move(task);
    group.cancel();
}

}  // namespace

SocketPeer::SocketPeer(SocketContext& context, std::unique_ptr<net::ServedWebSocket> socket)
    : context_(context), socket_(std::move(socket)) {}

runtime::Task<> SocketPeer::run() {
    runtime::TaskGroup group;
    group.spawn("read", then_cancel(read(), group));
    group.spawn("write", then_cancel(write(), group));
    co_await group.wait();
}

void SocketPeer::push(Outgoing outgoing) {
    queued_bytes_ += outgoing.text.size();
    queue_.push_back(std::move(outgoing));
    overflown_ = overflown_ || queue_.size() > kQueueMost || queued_bytes_ > kQueueBytesMost;
    queued_.notify();
}

void SocketPeer::notify(const Change& change) {
    if (muted_ || subscriptions_.empty()) {
        return;
    }
    for (std::string& text : subscriptions_.notifications(change, context_.tape)) {
        push({.text = std::move(text), .notification = true});
    }
}

runtime::Task<> SocketPeer::read() {
    // Endless: ends when the client goes, or does not answer a ping (net).
    for (;;) {
        const auto message = co_await socket_->receive();
        if (!message) {
            context_.log.debug("ws_ended", message.error().message());
            co_return;
        }
        const Answerer answer = [this](const rpc::ServerRequest& request) {
            auto reply = subscriptions_.answer(request);
            return reply ? std::move(*reply) : context_.answer(request);
        };
        std::string text = respond(*message, answer);
        if (!text.empty()) {
            push({.text = std::move(text)});
        }
    }
}

runtime::Task<> SocketPeer::write() {
    // Endless: ends with a broken connection or a fault; what is sent has a deadline.
    for (;;) {
        while (queue_.empty()) {
            co_await queued_.wait();
        }
        if (overflown_) {
            context_.log.warn("ws_too_slow", "a client that does not read was dropped");
            co_return;
        }
        Outgoing next = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= next.text.size();
        if (!co_await send(std::move(next))) {
            co_return;
        }
    }
}

/// False when the connection is to be dropped.
runtime::Task<bool> SocketPeer::send(Outgoing outgoing) {
    if (outgoing.notification) {
        const bool goes_on = co_await notify_badly(outgoing.text);
        if (!goes_on || muted_) {
            co_return goes_on;
        }
    }
    const auto sent = co_await runtime::with_deadline(
        context_.clock, kSendLimit, "sending", socket_->send(std::move(outgoing.text))
    );
    co_return sent.has_value();
}

/// The faults of a notification, before it is sent. False when the connection is to be dropped.
runtime::Task<bool> SocketPeer::notify_badly(const std::string& text) {
    using enum FaultKind;
    FaultPlan& plan = context_.plan;
    const eth::BlockNum head = context_.head();
    muted_ = muted_ || plan.strikes(kSocketMute, head);
    if (muted_) {
        co_return true;
    }
    if (plan.strikes(kSocketDrop, head)) {
        co_return false;
    }
    if (plan.strikes(kSocketCut, head)) {
        (void)co_await runtime::with_deadline(
            context_.clock, kSendLimit, "sending", socket_->send_half(text)
        );
        co_return false;
    }
    if (plan.strikes(kLate, head)) {
        co_await context_.clock.sleep(plan.between_ms(kLate, 100, 3000));
    }
    if (plan.strikes(kDuplicate, head)) {
        const auto sent = co_await runtime::with_deadline(
            context_.clock, kSendLimit, "sending", socket_->send(text)
        );
        co_return sent.has_value();
    }
    co_return true;
}

}  // namespace faultline::simnode
