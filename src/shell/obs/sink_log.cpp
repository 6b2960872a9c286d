// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>

#include <array>
#include <initializer_list>
#include <mutex>
#include <shell/obs/event_limiter.hpp>
#include <shell/obs/log_line.hpp>
#include <shell/obs/sink_log.hpp>
#include <string_view>
#include <utility>

namespace faultline::obs {

SinkLog::SinkLog(SinkLogOptions options, SinkLogPorts ports)
    : options_(options), ports_(std::move(ports)) {}

SinkLog::~SinkLog() {
    const std::scoped_lock lock(mutex_);
    for (const Suppressed& suppressed : limiter_.take_all()) {
        report(suppressed);
    }
}

void SinkLog::write(
    Level level, std::string_view event, std::string_view text, std::initializer_list<Field> fields
) {
    if (level < options_.least) {
        return;
    }
    const std::scoped_lock lock(mutex_);
    const Instant now = ports_.monotonic();
    for (const Suppressed& suppressed : limiter_.take_due(now)) {
        report(suppressed);
    }
    if (!limiter_.allow(event, now)) {
        return;
    }
    write_line({
        .at = ports_.wall(),
        .level = level,
        .event = event,
        .text = text,
        .fields = {fields.begin(), fields.size()},
    });
}

void SinkLog::report(const Suppressed& suppressed) const {
    const std::array fields{
        Field("suppressed_event", suppressed.event), Field("lines", suppressed.count)
    };
    write_line({
        .at = ports_.wall(),
        .level = Level::kWarn,
        .event = "log_suppressed",
        .text = "Left out lines of an event that came too often",
        .fields = fields,
    });
}

void SinkLog::write_line(const Entry& entry) const {
    ports_.write(
        options_.format == LogFormat::kJson ? json_line(entry) : text_line(entry, options_.colour)
    );
}

}  // namespace faultline::obs
