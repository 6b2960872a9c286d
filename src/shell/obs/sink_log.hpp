// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>

#include <functional>
#include <initializer_list>
#include <mutex>
#include <shell/obs/event_limiter.hpp>
#include <shell/obs/log_line.hpp>
#include <string>
#include <string_view>

namespace faultline::obs {

/// Where a SinkLog takes time from and puts lines; replaced in tests.
struct SinkLogPorts {
    std::function<UnixMillis()> wall;
    std::function<Instant()> monotonic;
    std::function<void(const std::string& line)> write;
};

struct SinkLogOptions {
    Level least = Level::kInfo;
    LogFormat format = LogFormat::kText;
    bool colour = false;
};

/// The Log of the daemon: filters by level, limits by event name, formats. Thread: any; lines are
/// written in the order of the calls.
class SinkLog final : public Log {
  public:
    SinkLog(SinkLogOptions options, SinkLogPorts ports);
    /// Reports what is still suppressed.
    ~SinkLog() override;

    void write(
        Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<Field> fields
    ) override;

  private:
    void write_line(const Entry& entry) const;
    void report(const Suppressed& suppressed) const;

    SinkLogOptions options_;
    SinkLogPorts ports_;
    std::mutex mutex_;
    EventLimiter limiter_;
};

}  // namespace faultline::obs
