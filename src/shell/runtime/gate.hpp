// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/task.hpp>

#include <boost/asio/steady_timer.hpp>

namespace faultline::runtime {

/// Opens once; one coroutine waits for it. Built on a timer that never expires, because the loop
/// then owns the suspended coroutine and frees it when it goes away itself. Thread: loop.
class Gate {
  public:
    explicit Gate(const boost::asio::any_io_executor& executor);

    void open();

    [[nodiscard]] bool is_open() const noexcept { return open_; }

    /// Returns when open or when the waiter is cancelled: look at is_open().
    Task<> wait();
    /// Returns when open; a cancellation of the waiter is left for its next await.
    Task<> wait_shielded();

  private:
    boost::asio::steady_timer timer_;
    bool open_ = false;
};

}  // namespace faultline::runtime
