// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <string>

namespace faultline::runtime {

/// "2026-11-30T09:15:00Z" (RFC 3339); what lies behind the year 9999 is its last second.
std::string iso_time(UnixSeconds at);
/// The same of the second that it is in; what lies before 1970 is its first.
std::string iso_time(UnixMillis at);

}  // namespace faultline::runtime
