// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dialect.hpp"
#include "put_off.hpp"
#include "verdict.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace faultline::delivery {

/// All outlive the courier.
struct CourierParts {
    net::HttpClient& client;
    RateLimits& limits;
    runtime::Clock& clock;
    obs::Log& log;
};

/// A request as it may be shown: where it goes, its headers and the beginning of its body, without
/// secrets.
std::string request_text(const net::HttpRequest& request, const Receiver& receiver);

/// Makes the attempts at one receiver: asks its dialect for the request, carries it, and hands what
/// the answer says of limits to everybody who sends there.
class Courier {
  public:
    /// Both outlive the courier.
    Courier(const DeliveryOptions& options, const Receiver& receiver, CourierParts parts);
    Courier(const DeliveryOptions& options, const Receiver& receiver, const DeliveryParts& parts);

    /// From when on one more attempt may begin; past when it may at once.
    [[nodiscard]] Instant free_at() const;

    /// Until when the receiver asked for nothing; past when it did not.
    [[nodiscard]] Instant asked_until() const { return parts_.limits.asked_until(scope_); }

    /// An attempt begins: send() follows.
    void take() { parts_.limits.take(scope_, parts_.clock.now()); }

    /// Nothing is sent any more: what attempt() answers is kStopped.
    [[nodiscard]] bool stopped() const { return parts_.limits.stopped(scope_); }

    /// One attempt, and a second one as plain text when the receiver does not take the first for
    /// how it is written. @pre take() was called
    runtime::Task<Verdict> send(const alerts::Transition& transition);

    /// How many transitions go in one message; 1: each has its own.
    [[nodiscard]] std::size_t most_together() const { return dialect_->most_together(); }

    /// One attempt with all of them in one message. @pre take() was called; no more than
    /// most_together()
    runtime::Task<Verdict> send_together(std::span<const alerts::Transition> together);

    /// The attempt is not made after all.
    void give_back() { parts_.limits.answered(scope_, {}, parts_.clock.now()); }

    [[nodiscard]] Duration standing_interval() const { return dialect_->standing_interval(); }

    /// Tells again of what stands. Is not retried: the next interval is soon.
    runtime::Task<Verdict> send_standing(std::span<const alerts::Transition> firing);

    /// Where the receiver is, without secrets.
    [[nodiscard]] std::string address() const { return dialect_->address(); }

  private:
    runtime::Task<Verdict> say(const alerts::Transition& transition, Style style);
    runtime::Task<Verdict> exchange(net::HttpRequest request);
    runtime::Task<> wait_until_free() const;
    void say_left_out(const Verdict& verdict);
    void say_asks_much(Duration wish, const Verdict& verdict);

    const DeliveryOptions& options_;
    const Receiver& receiver_;
    CourierParts parts_;
    std::unique_ptr<Dialect> dialect_;
    LimitScope scope_;
    PutOff put_off_;
};

}  // namespace faultline::delivery
