// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstdint>
#include <memory>

namespace faultline::runtime {

/// "Something changed, look again." Sticky: a notify() without a waiter wakes the next wait at
/// once. Many notifies before a wait count as one. One waiter at a time. Thread: loop.
class Event {
  public:
    Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event();

    void notify();
    /// Returns when notified. Endless by design: callers that need a bound use wait_for.
    Task<> wait();
    /// Returns true when notified, false when `limit` passed first.
    Task<bool> wait_for(Clock& clock, Duration limit);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faultline::runtime
