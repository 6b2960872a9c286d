// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace faultline::net {

/// HMAC-SHA256 (RFC 2104) of the text, as 64 hex digits.
std::string hmac_sha256_hex(std::string_view secret, std::string_view text);

}  // namespace faultline::net
