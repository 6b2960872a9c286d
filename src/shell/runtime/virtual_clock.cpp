// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <shell/runtime/gate.hpp>
#include <stdexcept>

namespace faultline::runtime {

/// One sleeping coroutine; lives in its frame and leaves the heap with it.
class VirtualClock::Sleeper {
  public:
    Sleeper(VirtualClock& clock, Instant due, const boost::asio::any_io_executor& executor)
        : clock_(clock),
          gate_(executor),
          at_(clock.sleepers_.emplace(Key(due, clock.ties_.next()), this)) {}

    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    ~Sleeper() {
        if (!gate_.is_open()) {
            clock_.sleepers_.erase(at_);
        }
    }

    /// @pre already out of the heap
    void wake() { gate_.open(); }

    Task<> wait() {
        co_await gate_.wait();
        if (!gate_.is_open()) {
            throw_cancelled();
        }
    }

  private:
    VirtualClock& clock_;
    Gate gate_;
    std::multimap<Key, Sleeper*>::iterator at_;
};

VirtualClock::VirtualClock(std::uint64_t seed, UnixMillis epoch) : ties_(seed), epoch_(epoch) {}

Instant VirtualClock::now() const {
    return now_;
}

UnixMillis VirtualClock::wall_now() const {
    return {
        epoch_.value +
        std::chrono::duration_cast<std::chrono::milliseconds>(now_.since_start).count()
    };
}

Task<> VirtualClock::sleep(Duration duration) {
    const Duration left = Duration::max() - now_.since_start;
    const Duration bounded = std::clamp(duration, Duration::zero(), left);
    Sleeper sleeper(*this, now_ + bounded, co_await boost::asio::this_coro::executor);
    co_await sleeper.wait();
}

bool VirtualClock::advance() {
    if (sleepers_.empty()) {
        return false;
    }
    const auto first = sleepers_.begin();
    Sleeper& sleeper = *first->second;
    now_ = first->first.first;
    sleepers_.erase(first);
    sleeper.wake();
    return true;
}

Instant VirtualClock::next_wake() const {
    FAULTLINE_ASSERT(!sleepers_.empty());
    return sleepers_.begin()->first.first;
}

std::size_t VirtualClock::sleepers() const noexcept {
    return sleepers_.size();
}

namespace {

/// A group's failure is rethrown by a coroutine; here plain code wants it.
Task<> keep_failure(Task<> main, std::exception_ptr& failure) {
    try {
        co_await std::move(main);
    } catch (...) {
        failure = std::current_exception();
    }
}

}  // namespace

void VirtualClock::run(Loop& loop, Task<> main) {
    TaskGroup group;
    std::exception_ptr failure;
    group.spawn("main", keep_failure(std::move(main), failure));
    loop.poll();
    while (group.live() > 0) {
        if (!advance()) {
            group.cancel();
            loop.poll();
            throw std::logic_error("everybody waits and nobody sleeps: nothing can happen any more"
            );
        }
        loop.poll();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace faultline::runtime
