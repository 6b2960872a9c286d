// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/loop.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <optional>
#include <shell/runtime/real_clock.hpp>
#include <utility>

namespace faultline::runtime {

namespace asio = boost::asio;

namespace {

Loop* current_loop = nullptr;

}  // namespace

struct Loop::State {
    asio::io_context context{1};  // One thread runs it; worker threads only post to it.
    RealClock clock;
    std::optional<asio::signal_set> signals;
    std::optional<asio::signal_set> reloads;
};

Loop::Loop() : state_(std::make_unique<State>()) {
    FAULTLINE_ASSERT(current_loop == nullptr);
    current_loop = this;
}

Loop::~Loop() {
    state_.reset();
    current_loop = nullptr;
}

asio::io_context& Loop::context() noexcept {
    return state_->context;
}

Clock& Loop::clock() noexcept {
    return state_->clock;
}

void Loop::run(Task<> main) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(state_->context, std::move(main), [&](std::exception_ptr thrown) {
        ended = true;
        failure = std::move(thrown);
    });
    state_->context.restart();
    while (!ended) {
        state_->context.run_one();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void Loop::catch_signals() {
    if (!state_->signals) {
        state_->signals.emplace(state_->context, SIGINT, SIGTERM);
        state_->reloads.emplace(state_->context, SIGHUP);
    }
}

Task<int> Loop::shutdown_signal() {
    catch_signals();
    auto [failure, number] =
        co_await state_->signals->async_wait(asio::as_tuple(asio::use_awaitable));
    if (failure) {
        throw_cancelled();
    }
    co_return number;
}

Task<> Loop::reload_signal() {
    catch_signals();
    auto [failure, number] =
        co_await state_->reloads->async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(number);
    if (failure) {
        throw_cancelled();
    }
}

std::size_t Loop::poll() {
    state_->context.restart();
    return state_->context.poll();
}

Loop& Loop::current() {
    FAULTLINE_ASSERT(current_loop != nullptr);
    return *current_loop;
}

}  // namespace faultline::runtime
