// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/turn.hpp>

#include <deque>

namespace faultline::runtime {

Turn::Turn(Queue& queue) : queue_(queue) {
    queue_.push_back(this);
}

Turn::~Turn() {
    std::erase(queue_, this);
    if (!queue_.empty()) {
        queue_.front()->event_.notify();
    }
}

Task<> Turn::come() {
    while (queue_.front() != this) {
        co_await event_.wait();
    }
}

}  // namespace faultline::runtime
