// SPDX-License-Identifier: Apache-2.0
#include "budget.hpp"

#include <faultline/base/time.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>

namespace faultline::rpc {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// With less, a chain cannot be followed; what this is still too much for shows as pauses.
constexpr double kLeastPerS = 5;
/// A learned rate that has grown this high limits nothing.
constexpr double kNoLimitPerS = 10'000;
constexpr double kDecrease = 0.7;
/// Just after a refusal the rate about doubles in so many seconds of service.
constexpr double kRegainSeconds = 45;
/// After so many seconds without one, growth is twice as fast, after as many again three times: the
/// limit that was met is approached with care, and one that is gone is soon forgotten.
constexpr double kCareSeconds = 10;
constexpr double kDemandSeconds = 5;
/// How far one large batch may run into debt.
constexpr double kLongestDebtSeconds = 4;
constexpr Duration kFirstPause = seconds(1);
constexpr Duration kLongestPause = seconds(30);
/// An endpoint that asks for longer is asked again after this; it may say so again.
constexpr Duration kLongestAskedPause = minutes(10);
constexpr int kMostDoublings = 6;

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

double burst(double rate) {
    return std::max(1.0, rate);
}

}  // namespace

Budget::Budget(double most_per_s, Instant now)
    : most_per_s_(most_per_s),
      rate_(most_per_s),
      tokens_(burst(most_per_s)),
      tokens_at_(now),
      demand_at_(now),
      grown_at_(now),
      refused_at_(now),
      paused_until_(now) {}

double Budget::tokens(Instant now) const {
    return std::min(burst(rate_), tokens_ + (rate_ * seconds_of(now - tokens_at_)));
}

Duration Budget::wait(Instant now) const {
    return wait_until(now, 0);
}

Duration Budget::wait_for_leisure(Instant now) const {
    return wait_until(now, burst(rate_));
}

Duration Budget::wait_until(Instant now, double tokens_left) const {
    Duration out = std::max(paused_until_ - now, Duration::zero());
    if (rate_ > 0) {
        const double owed = tokens_left - tokens(now);
        if (owed > 0) {
            const auto pay = std::chrono::duration<double>(owed / rate_);
            // One more, so that rounding does not leave a rest of nothing to wait for.
            out = std::max(out, std::chrono::ceil<std::chrono::microseconds>(pay) + Duration(1000));
        }
    }
    return out;
}

void Budget::spend(Instant now, std::size_t calls) {
    const auto count = static_cast<double>(calls);
    demand_ = (demand_ * std::exp(-seconds_of(now - demand_at_) / kDemandSeconds)) +
              (count / kDemandSeconds);
    demand_at_ = now;
    if (rate_ > 0) {
        tokens_ = std::max(tokens(now) - count, -rate_ * kLongestDebtSeconds);
        tokens_at_ = now;
    }
}

void Budget::served(Instant now) {
    refusals_ = 0;
    const double elapsed = std::min(seconds_of(now - grown_at_), 1.0);
    grown_at_ = now;
    if (ceiling_ == 0 || rate_ == 0) {
        return;
    }
    tokens_ = tokens(now);
    tokens_at_ = now;
    const double haste = 1 + (seconds_of(now - refused_at_) / kCareSeconds);
    rate_ += elapsed * haste * std::max(rate_, ceiling_) / kRegainSeconds;
    if (most_per_s_ > 0) {
        rate_ = std::min(rate_, most_per_s_);
    } else if (rate_ >= kNoLimitPerS) {
        rate_ = 0;
    }
}

void Budget::refused(Instant now, Duration asked) {
    // Requests that were under way together are refused together; that is one message, not many.
    const bool news = now >= paused_until_;
    refused_at_ = now;
    if (news) {
        ceiling_ = rate_ > 0 ? std::min(rate_, std::max(demand_, kLeastPerS))
                             : std::max(demand_, kLeastPerS);
        const double least = most_per_s_ > 0 ? std::min(kLeastPerS, most_per_s_) : kLeastPerS;
        rate_ = std::max(least, ceiling_ * kDecrease);
        tokens_ = 0;
        tokens_at_ = now;
        refusals_ = std::min(refusals_ + 1, kMostDoublings + 1);
    }
    Duration pause = std::min(asked, kLongestAskedPause);
    if (asked <= Duration::zero()) {
        pause = std::min(kFirstPause * (1 << std::max(refusals_ - 1, 0)), kLongestPause);
    }
    if (news || asked > Duration::zero()) {
        paused_until_ = std::max(paused_until_, now + pause);
    }
}

}  // namespace faultline::rpc
