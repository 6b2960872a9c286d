// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>

#include <optional>
#include <string_view>

namespace faultline::net {

/// Any of the three date formats of HTTP (RFC 9110, 5.6.7); nullopt when it is none.
std::optional<UnixMillis> parse_http_date(std::string_view text);

}  // namespace faultline::net
