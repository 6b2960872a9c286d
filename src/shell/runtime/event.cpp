// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/event.hpp>

#include <boost/asio/this_coro.hpp>

#include <shell/runtime/gate.hpp>

namespace faultline::runtime {

struct Event::State {
    bool notified = false;
    Gate* waiter = nullptr;
};

namespace {

/// Leaves no pointer to the waiter's frame behind, however it ends.
struct Waiting {
    Gate*& slot;

    Waiting(Gate*& waiter, Gate& gate) : slot(waiter) { slot = &gate; }

    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    ~Waiting() { slot = nullptr; }
};

Task<> wait_and_tell(Event& event, bool& notified) {
    co_await event.wait();
    notified = true;
}

}  // namespace

Event::Event() : state_(std::make_unique<State>()) {}

Event::~Event() {
    FAULTLINE_ASSERT(state_->waiter == nullptr);
}

void Event::notify() {
    state_->notified = true;
    if (state_->waiter != nullptr) {
        state_->waiter->open();
    }
}

Task<> Event::wait() {
    if (!state_->notified) {
        FAULTLINE_ASSERT(state_->waiter == nullptr);
        Gate gate(co_await boost::asio::this_coro::executor);
        const Waiting waiting(state_->waiter, gate);
        co_await gate.wait();
        if (!state_->notified) {
            throw_cancelled();
        }
    }
    state_->notified = false;
}

Task<bool> Event::wait_for(Clock& clock, Duration limit) {
    bool notified = false;
    co_await detail::end_within(clock, limit, wait_and_tell(*this, notified));
    co_return notified;
}

}  // namespace faultline::runtime
