// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/shell/obs/log.hpp>

#include <spdlog/common.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <shell/obs/sink_log.hpp>
#include <string>
#include <string_view>
#include <unistd.h>

namespace faultline::obs {
namespace {

// The only clock readings outside runtime: the log is below runtime, and neither its timestamps nor
// its rate limit can change what the daemon computes.
UnixMillis wall_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

Instant monotonic_now() {
    return {std::chrono::steady_clock::now().time_since_epoch()};
}

/// People who watch a terminal get coloured levels, unless NO_COLOR (no-color.org) is set.
bool wants_colour() {
    const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): never set.
    return ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

class NullLog final : public Log {
  public:
    void write(
        Level /*level*/,
        std::string_view /*event*/,
        std::string_view /*text*/,
        std::initializer_list<Field> /*fields*/
    ) override {}
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(Level least, LogFormat format) {
    // Not in spdlog's registry: spdlog::shutdown() cannot pull it away from a RocksDB logger that
    // speaks once more while its database closes.
    auto logger = std::make_shared<spdlog::logger>(
        "faultline", std::make_shared<spdlog::sinks::stderr_sink_mt>()
    );
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    // A closed standard error must not end the daemon, and there is nowhere else to say it.
    logger->set_error_handler([](const std::string&) {});
    const SinkLogOptions options{
        .least = least,
        .format = format,
        .colour = format == LogFormat::kText && wants_colour(),
    };
    return std::make_unique<SinkLog>(
        options,
        SinkLogPorts{
            .wall = wall_now,
            .monotonic = monotonic_now,
            .write = [logger](const std::string& line
                     ) { logger->log(spdlog::level::info, spdlog::string_view_t(line)); },
        }
    );
}

Log& null_log() {
    // Never destroyed: it may be used by destructors that run at exit.
    static auto* const log = new NullLog;
    return *log;
}

}  // namespace faultline::obs
