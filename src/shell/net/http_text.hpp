// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>

namespace faultline::net {

/// Compared without case (ASCII).
bool same_header_name(std::string_view a, std::string_view b);

/// Whether the pair can stand in a header line without ending it.
bool sendable_header(std::string_view name, std::string_view value);

/// "host" or "host:port" when the port is not the scheme's, IPv6 in brackets: the Host header.
std::string authority(const Url& url);

/// The request up to its body, with Host, User-Agent, Content-Length and Authorization filled in
/// where the caller gave none. kInvalid when a part would break out of its line.
Result<std::string> request_head(const HttpRequest& request);

}  // namespace faultline::net
