// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/trace.hpp"

#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <string>

namespace faultline::sim {

/// The daemon's log as part of the trace.
class SimLog final : public obs::Log {
  public:
    SimLog(runtime::Clock& clock, Trace& trace) : clock_(clock), trace_(trace) {}

    void write(
        obs::Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<obs::Field> fields
    ) override {
        static_cast<void>(level);
        std::string line(text);
        for (const obs::Field& field : fields) {
            line += ' ';
            line += field.key;
            line += '=';
            line += field.value;
        }
        trace_.add(clock_.now(), event, line);
    }

  private:
    runtime::Clock& clock_;
    Trace& trace_;
};

}  // namespace faultline::sim
