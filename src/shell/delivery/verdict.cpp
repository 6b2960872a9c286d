// SPDX-License-Identifier: Apache-2.0
#include "verdict.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::delivery {
namespace {

/// Between attempts that only a person can make succeed. They go on because the person may mend the
/// receiver's side, which we would not hear of.
constexpr Duration kBlockedWait = std::chrono::minutes(5);

constexpr int kServerErrors = 500;

/// Statuses that say "later". 409 is what a receiver that honours the key answers while the same
/// key is still being worked on.
constexpr std::array kLater = {408, 409, 425, 429};
/// Statuses that are about the body, which is the same at every attempt.
constexpr std::array kBody = {400, 413, 415, 422};

/// A longer wish would overflow, and no receiver is waited for that long (give_up_after).
constexpr std::int64_t kLongestWishMs = std::chrono::milliseconds(std::chrono::years(1)).count();

void set_wish(Verdict& out, std::int64_t wish_ms) {
    if (wish_ms > 0) {
        pause(out, std::chrono::milliseconds(std::min(wish_ms, kLongestWishMs)));
    }
}

template <class List>
bool is_one_of(const List& list, int status) {
    return std::ranges::find(list, status) != list.end();
}

std::string_view blocked_advice(int status) {
    switch (status) {
        case 401:
        case 403:
        case 407:
            return "The receiver does not accept our credentials: check its url and headers";
        case 404:
        case 410:
            return "Nothing takes webhooks at this url: check it, or remove the receiver";
        case 405:
            return "This url does not take POST: check it";
        default:
            return status < 400 ? "The receiver sends us elsewhere: configure the final url"
                                : "Check the receiver's url and headers, and its own log";
    }
}

}  // namespace

void pause(Verdict& verdict, Duration wait) {
    verdict.at_least = std::max(verdict.at_least, wait);
    verdict.asked_to_wait = true;
    verdict.limits.pause = verdict.at_least;
}

std::optional<Duration> moderate(Verdict& verdict, int status) {
    constexpr int kTooMany = 429;
    constexpr Duration kCounted = std::chrono::hours(1);
    constexpr Duration kTrouble = std::chrono::minutes(10);
    const Duration most = status == kTooMany ? kCounted : kTrouble;
    Duration wish{};
    const auto cut = [&wish](Duration& asked, Duration limit) {
        wish = asked > limit ? std::max(wish, asked) : wish;
        asked = std::min(asked, limit);
    };
    cut(verdict.at_least, most);
    cut(verdict.limits.pause, most);
    // Of a bucket that is not empty nobody waits.
    if (verdict.limits.remaining == 0) {
        cut(verdict.limits.reset_after, kCounted);
    }
    verdict.limits.reset_after = std::min(verdict.limits.reset_after, kCounted);
    return wish > Duration::zero() ? std::optional(wish) : std::nullopt;
}

void block(Verdict& verdict, std::string advice) {
    verdict.outcome = Outcome::kBlocked;
    verdict.advice = std::move(advice);
    verdict.at_least = std::max(verdict.at_least, kBlockedWait);
}

void stop(Verdict& verdict, std::string advice) {
    verdict.outcome = Outcome::kStopped;
    verdict.advice = std::move(advice);
}

void refuse(Verdict& verdict, std::string advice) {
    verdict.outcome = Outcome::kRefused;
    verdict.advice = std::move(advice);
}

Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now) {
    Verdict out;
    if (!answer) {
        out.text = answer.error().detail();
        if (answer.error().code() == Code::kInvalid) {
            // What cannot be sent at all, or must not be sent there.
            block(out, answer.error().advice());
        } else {
            out.text = answer.error().message();
        }
        set_wish(out, answer.error().retry_after_ms());
        return out;
    }
    const int status = answer->status;
    // Not the body and not the headers: a receiver may echo what we sent, secrets included.
    out.text = "HTTP " + std::to_string(status);
    if (status >= 200 && status < 300) {
        out.outcome = Outcome::kAcknowledged;
        return out;
    }
    set_wish(out, answer->retry_after_ms(wall_now));
    if (is_one_of(kLater, status) || status >= kServerErrors || status < 200) {
        out.outcome = Outcome::kRetry;
    } else if (is_one_of(kBody, status)) {
        refuse(out, "The receiver understands no such body: compare it with docs/webhook.md");
    } else {
        block(out, std::string(blocked_advice(status)));
    }
    return out;
}

}  // namespace faultline::delivery
