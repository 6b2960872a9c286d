// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "outbox.hpp"

#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace faultline::delivery {

/// How much waits in the outbox, and for how long: the two gauges that page somebody when delivery
/// stands still, whatever the reason.
class Backlog {
  public:
    Backlog(
        const Outbox& outbox,
        runtime::Clock& clock,
        obs::Log& log,
        obs::Metrics& metrics,
        const std::string& chain_name
    );

    /// New rows may be there.
    void notify() { changed_.notify(); }

    /// A row left.
    void deleted(std::uint64_t sequence);

    /// A row that had left is back.
    void returned(std::uint64_t sequence);

    /// The oldest row was already waiting at that time, in an earlier process. @pre not running
    void oldest_since(std::uint64_t sequence, UnixMillis at) {
        since_.push_back({.from = sequence, .at = at});
    }

    /// Keeps the gauges. Endless: ends by cancellation.
    runtime::Task<> run();

  private:
    /// Rows from `from` on were first seen at `at`.
    struct Since {
        std::uint64_t from = 0;
        UnixMillis at;
    };

    [[nodiscard]] bool count_page();
    void forget_surplus();
    void show();

    const Outbox& outbox_;
    runtime::Clock& clock_;
    obs::Log& log_;
    obs::Gauge& pending_;
    obs::Gauge& oldest_age_seconds_;
    runtime::Event changed_;
    std::uint64_t next_ = 0;    ///< Rows below are counted.
    std::uint64_t oldest_ = 0;  ///< No row is below.
    std::size_t count_ = 0;
    std::deque<Since> since_;
};

}  // namespace faultline::delivery
