// SPDX-License-Identifier: Apache-2.0
#include "backlog.hpp"

#include "outbox.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::delivery {
namespace {

constexpr std::size_t kPageRows = 512;
/// Marks kept for ages; beyond, ages of the rows between come out too high.
constexpr std::size_t kMarks = 512;
constexpr Duration kRefresh = std::chrono::seconds(10);

}  // namespace

Backlog::Backlog(
    const Outbox& outbox,
    runtime::Clock& clock,
    obs::Log& log,
    obs::Metrics& metrics,
    const std::string& chain_name
)
    : outbox_(outbox),
      clock_(clock),
      log_(log),
      pending_(metrics.gauge(
          "faultline_outbox_pending",
          "Alert transitions that some receiver has not taken yet.",
          {{"chain", chain_name}}
      )),
      oldest_age_seconds_(metrics.gauge(
          "faultline_outbox_oldest_age_seconds",
          "How long the oldest transition has waited for its receivers; 0 when none waits.",
          {{"chain", chain_name}}
      )) {
    show();
}

void Backlog::deleted(std::uint64_t sequence) {
    if (sequence < next_ && count_ > 0) {
        --count_;
    }
    changed_.notify();
}

void Backlog::returned(std::uint64_t sequence) {
    if (sequence >= next_) {
        return;
    }
    if (count_ == 0) {
        since_.clear();
        since_.push_front({.from = sequence, .at = clock_.wall_now()});
        oldest_ = sequence;
    } else if (sequence < oldest_) {
        since_.push_front({.from = sequence, .at = since_.front().at});
        oldest_ = sequence;
    }
    ++count_;
    changed_.notify();
}

bool Backlog::count_page() {
    const auto page = outbox_.page(next_, kPageRows);
    if (!page) {
        log_.error("outbox_unreadable", page.error().message());
        return false;
    }
    if (page->empty()) {
        return false;
    }
    const std::uint64_t first = page->front().sequence;
    const bool known = !since_.empty() && since_.back().from >= first;
    since_.push_back({.from = known ? first + 1 : first, .at = clock_.wall_now()});
    forget_surplus();
    count_ += page->size();
    next_ = page->back().sequence + 1;
    return page->size() == kPageRows;
}

void Backlog::forget_surplus() {
    // Marks all of whose rows are gone.
    while (since_.size() > 1 && since_[1].from <= oldest_) {
        since_.pop_front();
    }
    if (since_.size() > kMarks) {
        since_.erase(since_.begin() + 1);
    }
}

void Backlog::show() {
    pending_.set(static_cast<double>(count_));
    if (count_ == 0) {
        oldest_ = next_;
        oldest_age_seconds_.set(0);
        return;
    }
    if (const auto first = outbox_.page(oldest_, 1); first && !first->empty()) {
        oldest_ = first->front().sequence;
    }
    forget_surplus();
    const std::int64_t age_ms = clock_.wall_now().value - since_.front().at.value;
    constexpr double kMillisPerSecond = 1000;
    oldest_age_seconds_.set(
        static_cast<double>(std::max<std::int64_t>(age_ms, 0)) / kMillisPerSecond
    );
}

runtime::Task<> Backlog::run() {
    // Endless: ends by cancellation.
    for (;;) {
        while (count_page()) {
            co_await clock_.sleep(Duration::zero());
        }
        show();
        if (count_ == 0) {
            co_await changed_.wait();
        } else {
            co_await changed_.wait_for(clock_, kRefresh);
        }
    }
}

}  // namespace faultline::delivery
