// SPDX-License-Identifier: Apache-2.0
#include "lanes.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace faultline::delivery {
namespace {

constexpr runtime::Backoff::Options kLaneBackoff = {
    .first = std::chrono::milliseconds(500), .longest = std::chrono::minutes(1)
};
constexpr runtime::Backoff::Options kReceiverBackoff = {
    .first = std::chrono::seconds(1), .longest = std::chrono::seconds(30)
};

}  // namespace

Lanes::Lanes(runtime::Random& random) : random_(random), receiver_backoff_(kReceiverBackoff) {}

void Lanes::add(const std::string& fingerprint, Row row) {
    const auto [at, fresh] = lanes_.try_emplace(
        fingerprint, Lane{.rows = {}, .backoff = runtime::Backoff(kLaneBackoff)}
    );
    Lane& lane = at->second;
    FAULTLINE_ASSERT(lane.rows.empty() || lane.rows.back().sequence < row.sequence);
    lane.rows.push_back(row);
    ++held_;
    if (fresh) {
        due_.emplace(std::pair(row.seen, row.sequence), fingerprint);
    }
}

Instant Lanes::paused_until() const {
    return std::max(asked_until_, down_until_);
}

std::optional<Lanes::Job> Lanes::take(Instant now) {
    const std::optional<Instant> due = next_due();
    if (!due || *due > now) {
        return std::nullopt;
    }
    const auto first = due_.begin();
    const auto lane = lanes_.find(first->second);
    FAULTLINE_ASSERT(lane != lanes_.end());
    due_.erase(first);
    ++in_flight_;
    return Job{
        .fingerprint = lane->first,
        .row = lane->second.rows.front(),
        .failures = lane->second.failures
    };
}

std::optional<Instant> Lanes::next_due() const {
    if (due_.empty() || (down() && in_flight_ > 0)) {
        return std::nullopt;
    }
    return std::max(due_.begin()->first.first, paused_until());
}

void Lanes::done(const Job& job, Instant now, bool answered) {
    const auto at = lanes_.find(job.fingerprint);
    FAULTLINE_ASSERT(at != lanes_.end() && at->second.rows.front().sequence == job.row.sequence);
    Lane& lane = at->second;
    lane.rows.erase(lane.rows.begin());
    --held_;
    --in_flight_;
    if (answered) {
        failing_.clear();
        receiver_backoff_.reset();
        down_until_ = {};
    }
    if (lane.rows.empty()) {
        lanes_.erase(at);
        return;
    }
    lane.backoff.reset();
    lane.failures = 0;
    due_.emplace(std::pair(now, lane.rows.front().sequence), job.fingerprint);
}

Duration Lanes::failed(const Job& job, Instant now, const Failure& failure) {
    const auto at = lanes_.find(job.fingerprint);
    FAULTLINE_ASSERT(at != lanes_.end());
    Lane& lane = at->second;
    --in_flight_;
    ++lane.failures;
    const Duration wait = std::min(lane.backoff.next(random_, failure.at_least), failure.at_most);
    due_.emplace(std::pair(now + wait, job.row.sequence), job.fingerprint);
    if (failure.pause_receiver) {
        asked_until_ = std::max(asked_until_, now + std::min(failure.at_least, failure.at_most));
    }
    if (!down()) {
        failing_.insert(job.fingerprint);
    }
    if (down()) {
        const Duration pause =
            std::min(receiver_backoff_.next(random_, failure.at_least), failure.at_most);
        down_until_ = std::max(down_until_, now + pause);
    }
    return wait;
}

}  // namespace faultline::delivery
