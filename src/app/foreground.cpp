// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/task_group.hpp>

#include <app/exit_code.hpp>
#include <app/foreground.hpp>
#include <cstdlib>
#include <exception>
#include <utility>

namespace faultline::app {
namespace {

runtime::Task<> cancel_on_signal(runtime::Loop& loop, runtime::TaskGroup& all) {
    co_await loop.shutdown_signal();
    all.cancel();
}

runtime::Task<> obey_signals(runtime::Loop& loop, runtime::TaskGroup& all) {
    co_await cancel_on_signal(loop, all);
    co_await loop.shutdown_signal();
    std::_Exit(exit_status(ExitCode::kInterrupted));
}

}  // namespace

runtime::Task<> serve_until_signal(runtime::Loop& loop, runtime::Task<> service) {
    runtime::TaskGroup all;
    all.spawn("service", std::move(service));
    all.spawn("signal", cancel_on_signal(loop, all));
    co_await all.wait();
}

runtime::Task<> wait_or_signal(runtime::Loop& loop, runtime::TaskGroup& all) {
    runtime::TaskGroup signals;
    signals.spawn("signals", obey_signals(loop, all));
    std::exception_ptr failure;
    try {
        co_await all.wait();
    } catch (...) {
        failure = std::current_exception();
    }
    signals.cancel();
    co_await signals.wait();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace faultline::app
