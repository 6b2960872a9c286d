// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/turn.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>

namespace faultline::store {

/// The one way to commit while the loop runs: several parts of a process write to one store, and a
/// Store wants its commits one after the other. Thread: loop.
class Committer {
  public:
    /// Both outlive the committer.
    Committer(Store& store, runtime::Workers& workers) : store_(store), workers_(workers) {}

    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;
    /// @pre no commit waits or is under way
    ~Committer();

    /// Commits on a worker (the batch outlives the task), in the order in which commits were
    /// started. Returns what the store says; nothing is retried, so the caller decides what a
    /// failure means.
    ///
    /// A caller that is cancelled while it waits for its turn has written nothing. A commit under
    /// way always completes, and its caller learns the result. No deadline: a disk that hangs
    /// cannot be asked to forget.
    runtime::Task<Result<void>> commit(const Batch& batch, Durability durability);

    /// Commits under way or waiting.
    [[nodiscard]] std::size_t queued() const noexcept { return queue_.size(); }

  private:
    Store& store_;
    runtime::Workers& workers_;
    runtime::Queue queue_;  ///< The front one commits.
};

}  // namespace faultline::store
