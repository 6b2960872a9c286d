// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/http.hpp>

#include <optional>
#include <string_view>

/// Requests that change something.
namespace faultline::api {

/// The answer to a request that must not change anything: it is no POST, or a page of another site
/// made a browser send it.
std::optional<net::HttpResponse> refused_change(const net::HttpRequest& request);

/// Of a request: empty when there is none. Names are compared without case.
std::string_view header_of(const net::HttpRequest& request, std::string_view name);

}  // namespace faultline::api
