// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <shell/net/stream.hpp>
#include <string>

namespace faultline::net {

/// Writes head and body the way `answer.sending` says; the caller sets the deadline and closes a
/// connection that was cut. The value is the system's error, if any.
runtime::Task<Result<boost::system::error_code>> send_answer(
    Stream& stream, runtime::Clock& clock, const std::string& head, const Answer& answer
);

}  // namespace faultline::net
