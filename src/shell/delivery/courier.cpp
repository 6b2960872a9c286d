// SPDX-License-Identifier: Apache-2.0
#include "courier.hpp"

#include "dialect.hpp"
#include "verdict.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace faultline::delivery {

Courier::Courier(
    const DeliveryOptions& options, const Receiver& receiver, const DeliveryParts& parts
)
    : Courier(
          options,
          receiver,
          CourierParts{
              .client = parts.client, .limits = parts.limits, .clock = parts.clock, .log = parts.log
          }
      ) {}

Courier::Courier(const DeliveryOptions& options, const Receiver& receiver, CourierParts parts)
    : options_(options),
      receiver_(receiver),
      parts_(parts),
      dialect_(make_dialect(receiver)),
      scope_(dialect_->scope()) {}

Instant Courier::free_at() const {
    return stopped() ? Instant() : parts_.limits.free_at(scope_);
}

runtime::Task<> Courier::wait_until_free() const {
    // Others may take what was free when the sleep began; each round waits for a limit to pass.
    for (Instant free = free_at(); free > parts_.clock.now(); free = free_at()) {
        co_await parts_.clock.sleep(free - parts_.clock.now());
    }
}

runtime::Task<Verdict> Courier::say(const alerts::Transition& transition, Style style) {
    net::HttpRequest request = dialect_->request(
        {.transition = transition,
         .chain_name = options_.chain_name,
         .version = options_.version,
         .now = parts_.clock.wall_now(),
         .style = style,
         .links = options_.links}
    );
    co_return co_await exchange(std::move(request));
}

runtime::Task<Verdict> Courier::send_together(std::span<const alerts::Transition> together) {
    Verdict verdict;
    if (stopped()) {
        verdict.text = "nothing is sent there any more";
        stop(verdict, "Mend the receiver's configuration and restart");
        co_return verdict;
    }
    net::HttpRequest request = dialect_->digest(
        together,
        {.chain_name = options_.chain_name,
         .version = options_.version,
         .now = parts_.clock.wall_now(),
         .links = options_.links}
    );
    verdict = co_await exchange(std::move(request));
    if (verdict.outcome == Outcome::kStopped) {
        parts_.limits.stop(scope_);
    }
    co_return verdict;
}

runtime::Task<Verdict> Courier::send_standing(std::span<const alerts::Transition> firing) {
    co_await wait_until_free();
    take();
    net::HttpRequest request = dialect_->standing(
        firing,
        {.chain_name = options_.chain_name,
         .version = options_.version,
         .now = parts_.clock.wall_now(),
         .links = options_.links}
    );
    co_return co_await exchange(std::move(request));
}

runtime::Task<Verdict> Courier::exchange(net::HttpRequest request) {
    if (receiver_.dry_run) {
        parts_.log.info(
            "would_send",
            "Dry run, nothing is sent: " + request_text(request, receiver_),
            {{"receiver", receiver_.name}, {"bytes", request.body.size()}}
        );
        Verdict composed;
        composed.outcome = Outcome::kAcknowledged;
        composed.text = "dry run";
        parts_.limits.answered(scope_, {}, parts_.clock.now());
        co_return composed;
    }
    // Nobody else says who of several is to be waited for; an HTTP server may say anything.
    const bool has_recipients = std::holds_alternative<EmailSettings>(receiver_.settings);
    if (has_recipients) {
        put_off_.ask(request, parts_.clock.now());
    }
    const auto answer = co_await parts_.client.send(std::move(request), receiver_.timeout);
    if (answer && has_recipients) {
        put_off_.heard(*answer, parts_.clock.now());
    }
    Verdict verdict = dialect_->judge(answer, parts_.clock.wall_now());
    if (!verdict.left_out.empty()) {
        say_left_out(verdict);
    }
    if (const auto wish = moderate(verdict, answer ? answer->status : 0)) {
        say_asks_much(*wish, verdict);
    }
    // The last attempt is made when giving up is due, whatever the receiver asks for.
    verdict.limits.pause = std::min(verdict.limits.pause, receiver_.give_up_after);
    parts_.limits.answered(scope_, verdict.limits, parts_.clock.now());
    co_return verdict;
}

void Courier::say_left_out(const Verdict& verdict) {
    const auto count = std::ranges::count(verdict.left_out, ',') + 1;
    parts_.log.warn(
        "recipients_refused",
        "The mail server takes mail for some recipients only, who have it: check `to`",
        {{"receiver", receiver_.name},
         {"url", address()},
         {"count", static_cast<std::uint64_t>(count)},
         {"refused", verdict.left_out}}
    );
}

void Courier::say_asks_much(Duration wish, const Verdict& verdict) {
    const auto seconds = [](Duration wait) {
        return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s";
    };
    const Duration waited = std::max(
        {verdict.at_least,
         verdict.limits.pause,
         verdict.limits.remaining == 0 ? verdict.limits.reset_after : Duration::zero()}
    );
    parts_.log.warn(
        "receiver_asks_much",
        "The receiver asks not to be asked for longer than one answer may ask for; it is asked "
        "again before that. When it takes nothing then either, look at its limits",
        {{"receiver", receiver_.name},
         {"url", address()},
         {"answer", verdict.text},
         {"asked", seconds(wish)},
         {"waited", seconds(waited)}}
    );
}

runtime::Task<Verdict> Courier::send(const alerts::Transition& transition) {
    Verdict verdict;
    if (!stopped()) {
        verdict = co_await say(transition, Style::kRich);
        if (verdict.outcome == Outcome::kTooRich) {
            co_await wait_until_free();
            take();
            verdict = co_await say(transition, Style::kPlain);
        }
        if (verdict.outcome == Outcome::kTooRich) {
            verdict.outcome = Outcome::kRefused;
        }
        if (verdict.outcome == Outcome::kStopped) {
            parts_.limits.stop(scope_);
        }
        co_return verdict;
    }
    verdict.text = "nothing is sent there any more";
    stop(verdict, "Mend the receiver's configuration and restart");
    co_return verdict;
}

}  // namespace faultline::delivery
