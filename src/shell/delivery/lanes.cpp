// SPDX-License-Identifier: Apache-2.0
#include "lanes.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

void Lanes::count(const Row& row, bool comes) {
    const std::size_t one = comes ? 1 : static_cast<std::size_t>(-1);
    held_ += one;
    kept_ += row.kept ? one : 0;
    if (row.gate) {
        (row.gate->held ? held_back_ : gated_rows_) += one;
    }
}

void Lanes::set_gate(Row& row, std::optional<Gate> gate) {
    count(row, false);
    row.gate = std::move(gate);
    count(row, true);
}

void Lanes::add(const std::string& fingerprint, Row row) {
    const auto [at, fresh] = lanes_.try_emplace(
        fingerprint, Lane{.rows = {}, .backoff = runtime::Backoff(kLaneBackoff), .due = {}}
    );
    Lane& lane = at->second;
    FAULTLINE_ASSERT(lane.rows.empty() || lane.rows.back().sequence < row.sequence);
    count(row, true);
    lane.rows.push_back(std::move(row));
    if (fresh) {
        queue(fingerprint, lane, lane.rows.front().seen);
    }
}

void Lanes::queue(const std::string& fingerprint, Lane& lane, Instant due) {
    if (lane.rows.front().gate) {
        gated_.insert(fingerprint);
    } else {
        queue_due(fingerprint, lane, due);
    }
}

void Lanes::queue_due(const std::string& fingerprint, Lane& lane, Instant due) {
    lane.due = due;
    due_.emplace(std::pair(due, lane.rows.front().sequence), fingerprint);
}

void Lanes::open(const std::function<Wait(const Row&)>& wait_of, Instant now) {
    for (auto at = gated_.begin(); at != gated_.end();) {
        Lane& lane = lanes_.at(*at);
        Row& first = lane.rows.front();
        const Wait wait = wait_of(first);
        if (wait != Wait::kNothing) {
            Gate gate = *first.gate;
            gate.held = wait == Wait::kPolicy;
            set_gate(first, std::move(gate));
            ++at;
            continue;
        }
        set_gate(first, std::nullopt);
        queue_due(*at, lane, now);
        at = gated_.erase(at);
    }
}

std::vector<Lanes::Row> Lanes::annul(const std::string& fingerprint, const Fact& fact) {
    const auto at = lanes_.find(fingerprint);
    if (at == lanes_.end()) {
        return {};
    }
    std::vector<Row>& rows = at->second.rows;
    const auto found = std::ranges::find_if(rows, [&fact](const Row& row) {
        return row.gate && row.gate->fact == fact && !row.maybe_sent;
    });
    if (found == rows.end()) {
        return {};
    }
    const auto from = static_cast<std::size_t>(found - rows.begin());
    if (found->says == Says::kOther) {
        return take_out(fingerprint, from, from + 1);
    }
    if (found->says == Says::kEnds && from > 0) {
        const auto firing =
            std::find_if(std::make_reverse_iterator(found), rows.rend(), [](const Row& row) {
                return row.says != Says::kOther;
            });
        if (firing != rows.rend()) {
            firing->over = false;
        }
    }
    return take_out(fingerprint, from, rows.size());
}

std::vector<Lanes::Over> Lanes::take_over(const std::function<Wait(const Row&)>& wait_of) {
    std::vector<Over> out;
    for (const std::string& fingerprint : std::vector(gated_.begin(), gated_.end())) {
        std::vector<Row>& rows = lanes_.at(fingerprint).rows;
        Row& first = rows.front();
        const auto end = std::ranges::find(rows, Says::kEnds, &Row::says);
        if (first.says != Says::kFires || !first.gate->held || end == rows.end()) {
            continue;
        }
        if (!first.maybe_sent && end->gate && wait_of(*end) != Wait::kNothing) {
            first.over = true;
            continue;
        }
        const auto to = static_cast<std::size_t>(end - rows.begin()) + (first.maybe_sent ? 0 : 1);
        out.push_back({.fingerprint = fingerprint, .rows = take_out(fingerprint, 0, to)});
    }
    return out;
}

void Lanes::end_untold(const std::string& fingerprint) {
    Lane& lane = lanes_.at(fingerprint);
    lane.rows.at(untried_at(lane).value()).over = true;
}

std::vector<Lanes::Job> Lanes::to_keep() const {
    std::vector<Job> out;
    for (const std::string& fingerprint : gated_) {
        const Row& first = lanes_.at(fingerprint).rows.front();
        if (first.says == Says::kFires && first.gate->held && !first.kept) {
            out.push_back({.fingerprint = fingerprint, .row = first});
        }
    }
    return out;
}

bool Lanes::ends_unsent(const std::string& fingerprint) const {
    const auto at = lanes_.find(fingerprint);
    return at != lanes_.end() && !at->second.rows.back().maybe_sent;
}

std::optional<std::size_t> Lanes::untried_at(const Lane& lane) {
    const std::size_t last = lane.rows.size() - 1;
    std::size_t at = last;
    while (at > 0 && lane.rows[at].says == Says::kOther) {
        --at;
    }
    // Behind anything else it is no repeat, but something new.
    if (lane.rows[at].says != Says::kFires) {
        at = last;
    }
    const bool tried = at == 0 && (lane.in_flight || lane.failures > 0);
    return tried ? std::nullopt : std::optional(at);
}

const Lanes::Row* Lanes::untried(const std::string& fingerprint) const {
    const auto at = lanes_.find(fingerprint);
    if (at == lanes_.end()) {
        return nullptr;
    }
    const auto row = untried_at(at->second);
    return row ? &at->second.rows[*row] : nullptr;
}

std::vector<Lanes::Row> Lanes::withdraw(const std::string& fingerprint) {
    const Lane& lane = lanes_.at(fingerprint);
    const auto from = untried_at(lane);
    FAULTLINE_ASSERT(from.has_value());
    return take_out(fingerprint, *from, lane.rows.size());
}

std::vector<Lanes::Row> Lanes::take_out(
    const std::string& fingerprint, std::size_t from, std::size_t to
) {
    const auto at = lanes_.find(fingerprint);
    Lane& lane = at->second;
    if (from == 0) {
        FAULTLINE_ASSERT(!lane.in_flight);
        gated_.erase(fingerprint);
        due_.erase(std::pair(lane.due, lane.rows.front().sequence));
    }
    const auto begin = lane.rows.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = lane.rows.begin() + static_cast<std::ptrdiff_t>(to);
    std::vector<Row> out(begin, end);
    lane.rows.erase(begin, end);
    for (const Row& row : out) {
        count(row, false);
    }
    if (lane.rows.empty()) {
        lanes_.erase(at);
    } else if (from == 0) {
        queue(fingerprint, lane, lane.rows.front().seen);
    }
    return out;
}

void Lanes::hold(const Job& job, Gate gate) {
    const auto at = lanes_.find(job.fingerprint);
    FAULTLINE_ASSERT(at != lanes_.end() && at->second.in_flight);
    Lane& lane = at->second;
    lane.in_flight = false;
    --in_flight_;
    set_gate(lane.rows.front(), std::move(gate));
    gated_.insert(job.fingerprint);
}

void Lanes::keep(const std::string& fingerprint) {
    Row& first = lanes_.at(fingerprint).rows.front();
    count(first, false);
    first.kept = true;
    count(first, true);
}

std::vector<Lanes::Row> Lanes::take_behind(const Job& job) {
    std::vector<Row>& rows = lanes_.at(job.fingerprint).rows;
    const auto end = std::find_if(rows.begin() + 1, rows.end(), [](const Row& row) {
        return row.says == Says::kEnds;
    });
    std::vector<Row> out(rows.begin() + 1, end);
    for (const Row& row : out) {
        count(row, false);
    }
    rows.erase(rows.begin() + 1, end);
    return out;
}

bool Lanes::busy(const std::string& fingerprint) const {
    return lanes_.contains(fingerprint) && !gated_.contains(fingerprint);
}

std::optional<Instant> Lanes::gated_since() const {
    std::optional<Instant> since;
    for (const std::string& fingerprint : gated_) {
        const Row& first = lanes_.at(fingerprint).rows.front();
        if (!first.gate->held) {
            since = since ? std::min(*since, first.seen) : first.seen;
        }
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
    lane->second.in_flight = true;
    ++in_flight_;
    return Job{
        .fingerprint = lane->first,
        .row = lane->second.rows.front(),
        .failures = lane->second.failures
    };
}

std::vector<Lanes::Job> Lanes::take_group(const Job& first, std::size_t most, Instant now) {
    std::vector<Job> out;
    if (first.row.group.empty() || down()) {
        return out;
    }
    for (auto at = due_.begin(); at != due_.end() && out.size() < most && at->first.first <= now;) {
        const auto lane = lanes_.find(at->second);
        if (lane->second.rows.front().group != first.row.group) {
            ++at;
            continue;
        }
        lane->second.in_flight = true;
        ++in_flight_;
        out.push_back(
            {.fingerprint = lane->first,
             .row = lane->second.rows.front(),
             .failures = lane->second.failures}
        );
        at = due_.erase(at);
    }
    return out;
}

void Lanes::leave_group(const Job& job, Instant now) {
    Lane& lane = lanes_.at(job.fingerprint);
    FAULTLINE_ASSERT(lane.in_flight);
    lane.in_flight = false;
    --in_flight_;
    lane.rows.front().group.clear();
    queue_due(job.fingerprint, lane, now);
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
    count(lane.rows.front(), false);
    lane.rows.erase(lane.rows.begin());
    lane.in_flight = false;
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
    queue(job.fingerprint, lane, now);
}

Duration Lanes::failed(const Job& job, Instant now, const Failure& failure) {
    const auto at = lanes_.find(job.fingerprint);
    FAULTLINE_ASSERT(at != lanes_.end());
    Lane& lane = at->second;
    lane.in_flight = false;
    --in_flight_;
    ++lane.failures;
    const Duration wait = std::min(lane.backoff.next(random_, failure.at_least), failure.at_most);
    queue_due(job.fingerprint, lane, now + wait);
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
