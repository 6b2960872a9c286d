// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/url.hpp>

#include <string>
#include <string_view>

namespace faultline::rpc {

/// The text without the parts of the URL that may be a key. Providers like to repeat the key of the
/// caller in their error messages.
std::string scrub(std::string text, const net::Url& url);

}  // namespace faultline::rpc
