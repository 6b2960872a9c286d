// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/task_group.hpp>

#include <app/foreground.hpp>
#include <utility>

namespace faultline::app {
namespace {

runtime::Task<> cancel_on_signal(runtime::Loop& loop, runtime::TaskGroup& all) {
    co_await loop.shutdown_signal();
    all.cancel();
}

}  // namespace

runtime::Task<> serve_until_signal(runtime::Loop& loop, runtime::Task<> service) {
    runtime::TaskGroup all;
    all.spawn("service", std::move(service));
    all.spawn("signal", cancel_on_signal(loop, all));
    co_await all.wait();
}

}  // namespace faultline::app
