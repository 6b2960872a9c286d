// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>

namespace faultline::app {

/// Asks a daemon, and waits for what it answers. kUnavailable when nobody answers there.
Result<net::HttpResponse> exchange_with_daemon(net::HttpRequest request);

/// Asks the daemon that a configuration is of to do something: POST of `target`, answered in words.
/// `api_listen` as it is configured; an address that stands for all is asked as this machine.
/// Errors: as exchange_with_daemon().
Result<net::HttpResponse> post_to_daemon(const std::string& api_listen, const std::string& target);

/// A text as it may stand in a query.
std::string percent_encoded(std::string_view text);

}  // namespace faultline::app
