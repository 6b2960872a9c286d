// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace faultline::runtime {

/// The one thread everything runs on: an io_context, its real clock, and process signals.
/// At most one exists at a time; it is the default executor of TaskGroup.
class Loop {
  public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    [[nodiscard]] boost::asio::io_context& context() noexcept;
    /// The real clock of this loop.
    [[nodiscard]] Clock& clock() noexcept;

    /// Runs `main` to its end on the calling thread and returns; rethrows what it threw.
    void run(Task<> main);

    /// From now on SIGINT and SIGTERM do not end the process but are kept for shutdown_signal(),
    /// and SIGHUP for reload_signal().
    void catch_signals();

    /// Ends when SIGINT or SIGTERM arrives, or has since catch_signals(); returns its number.
    Task<int> shutdown_signal();

    /// Ends when SIGHUP arrives, or has since catch_signals().
    Task<> reload_signal();

    /// For simulations: runs every handler that is ready, without waiting; returns how many ran.
    std::size_t poll();
    /// The loop that exists now. @pre one does
    static Loop& current();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faultline::runtime
