// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/task.hpp>

#include <memory>
#include <string>

namespace faultline::runtime {

/// Children with one parent. The parent awaits wait(); the first child that throws cancels its
/// siblings and wait() rethrows. Destroying a group with live children is a broken invariant.
///
///     TaskGroup group;
///     group.spawn("follower", follower.run());
///     group.spawn("delivery", delivery.run());
///     co_await group.wait();        // returns when all have ended
///
/// Await nothing between the first spawn() and wait(): an exception there would destroy the group
/// under running children. What the parent has to do meanwhile is one more child. Thread: loop.
class TaskGroup {
  public:
    TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup();

    /// Adds a child, which starts in the next turn of the loop, never inside this call. In a
    /// cancelled group it does not start at all.
    /// @pre called from the loop thread while a Loop exists.
    void spawn(std::string name, Task<> task);

    /// Asks all children to end, for good; returns at once. wait() still has to be awaited.
    void cancel();

    /// Returns when no child is left; rethrows the first failure (not cancellation). When the
    /// waiter itself is cancelled, children are cancelled and awaited before it unwinds.
    Task<> wait();

    /// Children that have not ended, started or not.
    [[nodiscard]] std::size_t live() const noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace faultline::runtime
