// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::obs {

enum class Level : std::uint8_t {
    kDebug,
    kInfo,
    kWarn,
    kError
};

/// One key and value of a log event. Values are text already; numbers convert.
struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}

    Field(std::string_view k, const char* v) : key(k), value(v) {}

    Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}

    template <class T>
        requires(std::integral<T> && !std::same_as<T, bool>)
    Field(std::string_view k, T v) : key(k), value(std::to_string(v)) {}
};

/// Structured log events: a stable snake_case name, a sentence for people, fields. Each name is
/// rate-limited by itself (10 a second, the surplus counted and reported). Levels say what a person
/// must do: error = act now, warn = look today, info = milestones, debug = everything. Thread: any.
class Log {
  public:
    Log() = default;
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    virtual ~Log() = default;

    virtual void write(
        Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<Field> fields
    ) = 0;

    void debug(
        std::string_view event, std::string_view text, std::initializer_list<Field> fields = {}
    ) {
        write(Level::kDebug, event, text, fields);
    }

    void info(
        std::string_view event, std::string_view text, std::initializer_list<Field> fields = {}
    ) {
        write(Level::kInfo, event, text, fields);
    }

    void warn(
        std::string_view event, std::string_view text, std::initializer_list<Field> fields = {}
    ) {
        write(Level::kWarn, event, text, fields);
    }

    void error(
        std::string_view event, std::string_view text, std::initializer_list<Field> fields = {}
    ) {
        write(Level::kError, event, text, fields);
    }
};

enum class LogFormat : std::uint8_t {
    kText,
    kJson
};

/// Writes to standard error. Close the store before the last Log goes away.
std::unique_ptr<Log> make_stderr_log(Level least, LogFormat format);

/// Drops everything: for tests and simulation.
Log& null_log();

}  // namespace faultline::obs
