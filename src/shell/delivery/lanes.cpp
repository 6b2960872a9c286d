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
    ++held_;
    gated_rows_ += row.gate ? 1 : 0;
    lane.rows.push_back(std::move(row));
    if (fresh) {
        queue(fingerprint, lane.rows.front(), lane.rows.front().seen);
    }
}

void Lanes::queue(const std::string& fingerprint, const Row& first, Instant due) {
    if (first.gate) {
        gated_.insert(fingerprint);
    } else {
        due_.emplace(std::pair(due, first.sequence), fingerprint);
    }
}

void Lanes::open(const std::function<bool(const Gate&)>& reached, Instant now) {
    for (auto at = gated_.begin(); at != gated_.end();) {
        Row& first = lanes_.at(*at).rows.front();
        if (!reached(*first.gate)) {
            ++at;
            continue;
        }
        first.gate.reset();
        --gated_rows_;
        due_.emplace(std::pair(now, first.sequence), *at);
        at = gated_.erase(at);
    }
}

std::optional<Lanes::Row> Lanes::annul(const std::string& fingerprint, const Fact& fact) {
    const auto at = lanes_.find(fingerprint);
    if (at == lanes_.end()) {
        return std::nullopt;
    }
    std::vector<Row>& rows = at->second.rows;
    if (!rows.back().gate || rows.back().gate->fact != fact) {
        return std::nullopt;
    }
    Row out = std::move(rows.back());
    rows.pop_back();
    --held_;
    --gated_rows_;
    if (rows.empty()) {
        gated_.erase(fingerprint);
        lanes_.erase(at);
    }
    return out;
}

bool Lanes::busy(const std::string& fingerprint) const {
    return lanes_.contains(fingerprint) && !gated_.contains(fingerprint);
}

std::optional<Instant> Lanes::gated_since() const {
    std::optional<Instant> since;
    for (const std::string& fingerprint : gated_) {
        const Instant seen = lanes_.at(fingerprint).rows.front().seen;
        since = since ? std::min(*since, seen) : seen;
    }
    return since;
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
    queue(job.fingerprint, lane.rows.front(), now);
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
    if (!failure.counts) {
        return wait;
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
