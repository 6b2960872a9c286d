// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>

namespace faultline::app {

/// Asks the daemon that a configuration is of to do something: POST of `target`, answered in words.
/// `api_listen` as it is configured; an address that stands for all is asked as this machine.
/// kUnavailable when nobody answers there.
Result<net::HttpResponse> ask_daemon(const std::string& api_listen, const std::string& target);

/// A text as it may stand in a query.
std::string percent_encoded(std::string_view text);

}  // namespace faultline::app
