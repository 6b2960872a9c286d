// SPDX-License-Identifier: Apache-2.0
#include "breaker.hpp"

#include <faultline/base/time.hpp>

#include <algorithm>
#include <chrono>

namespace faultline::rpc {
namespace {

constexpr int kFailuresInARow = 3;
constexpr Duration kFirstOpen = std::chrono::seconds(1);
constexpr Duration kLongestOpen = std::chrono::seconds(30);
constexpr int kMostDoublings = 5;

}  // namespace

Breaker::State Breaker::state(Instant now) const {
    if (closed_) {
        return State::kClosed;
    }
    if (now >= due_) {
        return State::kHalfOpen;
    }
    return quarantined_ ? State::kQuarantined : State::kOpen;
}

bool Breaker::began(Instant now) {
    if (closed_) {
        return false;
    }
    if (state(now) == State::kHalfOpen) {
        // Others wait for what this one finds, or for as long again if it never ends.
        quarantined_ = false;
        due_ = now + kLongestOpen;
    }
    probing_ = true;
    return true;
}

bool Breaker::succeeded(Instant now) {
    failures_ = 0;
    if (closed_ || (quarantined_ && now < due_)) {
        return false;
    }
    closed_ = true;
    probing_ = false;
    openings_ = 0;
    return true;
}

bool Breaker::failed(Instant now) {
    ++failures_;
    // What was under way when it opened says nothing new.
    if (quarantined_ || (closed_ ? failures_ < kFailuresInARow : !probing_)) {
        return false;
    }
    const bool opens = closed_;
    closed_ = false;
    probing_ = false;
    due_ = now + std::min(kFirstOpen * (1 << openings_), kLongestOpen);
    openings_ = std::min(openings_ + 1, kMostDoublings);
    return opens;
}

void Breaker::quarantine(Instant now, Duration time) {
    closed_ = false;
    quarantined_ = true;
    probing_ = false;
    due_ = now + time;
}

}  // namespace faultline::rpc
