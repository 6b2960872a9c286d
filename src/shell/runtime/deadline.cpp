// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace faultline::runtime::detail {

namespace {

Task<> end_all_after(Task<> task, TaskGroup& group) {
    co_await std::move(task);
    group.cancel();
}

/// "250 us", "300 ms", "2.5 s".
std::string duration_text(Duration duration) {
    using std::chrono::duration_cast;
    const auto micros = duration_cast<std::chrono::microseconds>(duration).count();
    if (micros < 1'000) {
        return std::to_string(micros) + " us";
    }
    const auto millis = micros / 1'000;
    if (millis < 1'000) {
        return std::to_string(millis) + " ms";
    }
    std::string text = std::to_string(millis / 1'000);
    if (const auto tenths = millis % 1'000 / 100; tenths != 0) {
        text += "." + std::to_string(tenths);
    }
    return text + " s";
}

}  // namespace

Task<> end_within(Clock& clock, Duration limit, Task<> task) {
    TaskGroup group;
    group.spawn("work", end_all_after(std::move(task), group));
    group.spawn("limit", end_all_after(clock.sleep(limit), group));
    co_await group.wait();
}

Error too_slow(const std::string& what, Duration limit) {
    return {Code::kTransient, what + " took longer than " + duration_text(limit)};
}

}  // namespace faultline::runtime::detail
