// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/task.hpp>

#include <functional>
#include <memory>

namespace faultline::runtime {

/// Runs plain functions over immutable input off the loop thread: RocksDB commits, large parses.
/// The caller keeps everything the function touches alive and untouched until the await returns;
/// an await on work is never cut short by cancellation.
class Workers {
  public:
    Workers() = default;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    virtual ~Workers() = default;

    /// Rethrows on the loop thread what `work` throws. Thread: loop.
    virtual Task<> run(std::move_only_function<void()> work) = 0;
};

/// A pool of `threads` threads. Destroying it waits for running work.
std::unique_ptr<Workers> make_worker_pool(unsigned threads);

/// Runs everything at once on the loop thread: for simulation and tests.
std::unique_ptr<Workers> make_inline_workers();

}  // namespace faultline::runtime
