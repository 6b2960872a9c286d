// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <deque>

namespace faultline::runtime {

class Turn;

/// Who waits, in the order in which they came; the front one has its turn.
using Queue = std::deque<Turn*>;

/// A place in a queue, held for as long as the caller's frame lives: of those who wait for their
/// turns one at a time goes on. Thread: loop.
class Turn {
  public:
    /// The queue outlives it.
    explicit Turn(Queue& queue);

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

    /// Returns when all who came before have gone. Endless: they decide.
    Task<> come();

  private:
    Queue& queue_;
    Event event_;
};

}  // namespace faultline::runtime
