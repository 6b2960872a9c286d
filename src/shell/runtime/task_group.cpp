// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstdio>
#include <exception>
#include <optional>
#include <shell/runtime/gate.hpp>
#include <utility>
#include <vector>

namespace faultline::runtime {

namespace asio = boost::asio;

namespace {

struct Child {
    std::string name;
    std::optional<Task<>> unstarted;
    asio::cancellation_signal signal;
};

/// co_spawn awaits once more after the task; that await must not see the cancellation.
Task<> guarded(Task<> task) {
    std::exception_ptr failure;
    try {
        co_await std::move(task);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace

struct TaskGroup::State : std::enable_shared_from_this<State> {
    std::vector<std::shared_ptr<Child>> children;
    bool cancelled = false;
    std::exception_ptr failure;
    Gate* waiter = nullptr;

    void start(const std::shared_ptr<Child>& child);
    void ended(const std::shared_ptr<Child>& child, const std::exception_ptr& thrown);
    void remove(const std::shared_ptr<Child>& child);
    void cancel();
    void drop_unstarted();
};

void TaskGroup::State::start(const std::shared_ptr<Child>& child) {
    if (!child->unstarted) {
        return;
    }
    Task<> task = guarded(std::move(*child->unstarted));
    child->unstarted.reset();
    asio::co_spawn(
        Loop::current().context(),
        std::move(task),
        asio::bind_cancellation_slot(
            child->signal.slot(),
            [self = shared_from_this(), child](const std::exception_ptr& thrown) {
                self->ended(child, thrown);
            }
        )
    );
}

void TaskGroup::State::ended(
    const std::shared_ptr<Child>& child, const std::exception_ptr& thrown
) {
    const bool asked_to = cancelled && thrown && is_cancellation(thrown);
    if (thrown && !asked_to && !failure) {
        failure = thrown;
        cancel();
    }
    remove(child);
}

void TaskGroup::State::remove(const std::shared_ptr<Child>& child) {
    std::erase(children, child);
    if (children.empty() && waiter != nullptr) {
        waiter->open();
    }
}

void TaskGroup::State::cancel() {
    if (std::exchange(cancelled, true)) {
        return;
    }
    drop_unstarted();
    // On the loop, because there Asio hands the signal on at once; from outside it would post a
    // bare pointer to it, which the child may not outlive.
    asio::dispatch(Loop::current().context(), [asked = children] {
        for (const auto& child : asked) {
            child->signal.emit(asio::cancellation_type::terminal);
        }
    });
}

void TaskGroup::State::drop_unstarted() {
    const auto copy = children;
    for (const auto& child : copy) {
        if (child->unstarted) {
            child->unstarted.reset();
            remove(child);
        }
    }
}

TaskGroup::TaskGroup() : state_(std::make_shared<State>()) {}

TaskGroup::~TaskGroup() {
    state_->drop_unstarted();
    for (const auto& child : state_->children) {
        (void)std::fprintf(stderr, "task group destroyed while '%s' runs\n", child->name.c_str());
    }
    FAULTLINE_ASSERT(state_->children.empty());
}

void TaskGroup::spawn(std::string name, Task<> task) {
    if (state_->cancelled) {
        return;
    }
    auto child = std::make_shared<Child>();
    child->name = std::move(name);
    child->unstarted.emplace(std::move(task));
    state_->children.push_back(child);
    asio::post(Loop::current().context(), [state = state_, child] { state->start(child); });
}

void TaskGroup::cancel() {
    state_->cancel();
}

Task<> TaskGroup::wait() {
    auto state = state_;
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (!state->children.empty()) {
        FAULTLINE_ASSERT(state->waiter == nullptr);
        Gate gate(co_await asio::this_coro::executor);
        state->waiter = &gate;
        // The wait itself is shielded; a cancellation goes to the children instead.
        if (auto slot = cancellation.slot(); slot.is_connected()) {
            slot.assign([state](asio::cancellation_type) { state->cancel(); });
        }
        co_await gate.wait_shielded();
        state->waiter = nullptr;
    }
    if (state->failure) {
        std::rethrow_exception(state->failure);
    }
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        throw_cancelled();
    }
}

std::size_t TaskGroup::live() const noexcept {
    return state_->children.size();
}

}  // namespace faultline::runtime
