// SPDX-License-Identifier: Apache-2.0
// What a channel says of its receiver: log lines and gauges.
#include "channel.hpp"
#include "lanes.hpp"
#include "verdict.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <bit>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace faultline::delivery {
namespace {

/// Three times what Ethereum takes to finalize.
constexpr Duration kFinalityStall = std::chrono::minutes(45);

}  // namespace

std::string seconds_text(Duration duration) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    return std::to_string(seconds) + " s";
}

/// Alerts that wait for a finality that does not come would be missing without a word.
void Channel::say_finality_stalls() {
    const auto since = lanes_.gated_since();
    const bool stalls = since && parts_.clock.now() - *since >= kFinalityStall;
    if (stalls && !said_finality_stalls_) {
        parts_.log.error(
            "finality_stalls",
            "Alerts wait for finality for more than " + seconds_text(kFinalityStall) +
                "; see faultline_chain_head_block for the levels the endpoint reports, and give "
                "the "
                "rule wait_for: latest to be told now",
            {{"receiver", receiver_.name}, {"waiting", lanes_.gated()}}
        );
    }
    said_finality_stalls_ = stalls;
}

void Channel::note(const Verdict& verdict) {
    metrics_.is_blocked.set(verdict.outcome == Outcome::kBlocked ? 1 : 0);
    metrics_.is_stopped.set(courier_.stopped() ? 1 : 0);
    const UnixMillis now = parts_.clock.wall_now();
    heard_.blocked = verdict.outcome == Outcome::kBlocked;
    if (verdict.outcome == Outcome::kAcknowledged) {
        heard_.last_success = now;
    } else {
        heard_.last_failure = now;
        heard_.last_error = verdict.text + (verdict.advice.empty() ? "" : ". " + verdict.advice);
    }
}

Standing Channel::standing() const {
    const Duration asked = courier_.asked_until() - parts_.clock.now();
    const bool limited = asked > Duration::zero() && !receiver_.dry_run && !courier_.stopped();
    const auto asked_ms = std::chrono::ceil<std::chrono::milliseconds>(asked).count();
    return {
        .receiver = receiver_.name,
        .state = receiver_.dry_run    ? "dry_run"
                 : courier_.stopped() ? "stopped"
                 : limited            ? "limited"
                 : lanes_.down()      ? "down"
                 : heard_.blocked     ? "blocked"
                                      : "ok",
        .limited_until = limited
                             ? std::optional(UnixMillis{parts_.clock.wall_now().value + asked_ms})
                             : std::nullopt,
        .waiting = lanes_.in_outbox(),
        .held = lanes_.held_back(),
        .dead_letters = 0,
        .heard = heard_
    };
}

void Channel::say_failed(
    const Lanes::Job& job, const std::string& key, const Verdict& verdict, Duration wait
) {
    if (verdict.outcome == Outcome::kBlocked) {
        say_blocked(key, verdict, wait);
    } else if (verdict.outcome == Outcome::kRetry && std::has_single_bit(job.failures + 1)) {
        parts_.log.warn(
            "delivery_retry",
            "Not delivered yet: " + verdict.text,
            {{"receiver", receiver_.name},
             {"url", courier_.address()},
             {"key", key},
             {"attempts", job.failures + 1},
             {"next_attempt_in", seconds_text(wait)}}
        );
    }
}

void Channel::say_blocked(const std::string& key, const Verdict& verdict, Duration wait) {
    parts_.log.error(
        "receiver_blocked",
        "The receiver turns alerts away: " + verdict.text + ". " + verdict.advice +
            ". Alerts are kept and tried again until give_up_after has passed",
        {{"receiver", receiver_.name},
         {"url", courier_.address()},
         {"key", key},
         {"next_attempt_in", seconds_text(wait)},
         {"give_up_after", seconds_text(receiver_.give_up_after)}}
    );
}

void Channel::say_down(const Verdict& verdict) {
    parts_.log.error(
        "receiver_down",
        "Several alerts in a row failed; the receiver is probed with one at a time. Nothing is "
        "lost: what waits is in the outbox",
        {{"receiver", receiver_.name},
         {"url", courier_.address()},
         {"last", verdict.text},
         {"waiting", lanes_.in_outbox()}}
    );
}

void Channel::say_stopped(const Verdict& verdict) {
    if (std::exchange(said_stopped_, true)) {
        return;
    }
    parts_.log.error(
        "receiver_stopped",
        "Nothing is sent to this receiver until a restart: " + verdict.text + ". " +
            verdict.advice +
            ". Alerts are kept until give_up_after has passed, and delivered after the restart",
        {{"receiver", receiver_.name},
         {"url", courier_.address()},
         {"waiting", lanes_.in_outbox()},
         {"give_up_after", seconds_text(receiver_.give_up_after)}}
    );
}

void Channel::say_not_repeated(const Verdict& verdict) {
    parts_.log.warn(
        "standing_not_repeated",
        "What fires could not be told again, which will be tried at the next interval: " +
            verdict.text,
        {{"receiver", receiver_.name}, {"url", courier_.address()}}
    );
}

}  // namespace faultline::delivery
