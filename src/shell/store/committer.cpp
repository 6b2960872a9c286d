// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <deque>
#include <functional>
#include <utility>

namespace faultline::store {

/// A place in the queue, held for as long as the caller's frame lives.
class Committer::Turn {
  public:
    explicit Turn(std::deque<Turn*>& queue) : queue_(queue) { queue_.push_back(this); }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    ~Turn() {
        std::erase(queue_, this);
        if (!queue_.empty()) {
            queue_.front()->event_.notify();
        }
    }

    runtime::Task<> come() {
        while (queue_.front() != this) {
            co_await event_.wait();
        }
    }

  private:
    std::deque<Turn*>& queue_;
    runtime::Event event_;
};

Committer::~Committer() {
    FAULTLINE_ASSERT(queue_.empty());
}

runtime::Task<Result<void>> Committer::commit(const Batch& batch, Durability durability) {
    Turn turn(queue_);
    co_await turn.come();
    Result<void> result;
    std::move_only_function<void()> work = [&] {
        result = store_.commit(batch, durability);
    };
    co_await workers_.run(std::move(work));
    co_return result;
}

}  // namespace faultline::store
