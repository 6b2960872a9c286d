// SPDX-License-Identifier: Apache-2.0
#include "changes.hpp"

#include "answers.hpp"

#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace faultline::api {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view header_of(const net::HttpRequest& request, std::string_view name) {
    const auto found = std::ranges::find_if(request.headers, [name](const auto& header) {
        return std::ranges::equal(header.first, name, {}, lower, lower);
    });
    return found == request.headers.end() ? std::string_view() : found->second;
}

std::optional<net::HttpResponse> refused_change(const net::HttpRequest& request) {
    if (request.method != "POST") {
        net::HttpResponse out =
            error_answer(405, "method_not_allowed", "this changes something", "use POST");
        out.headers.emplace_back("Allow", "POST");
        return out;
    }
    // Browsers name the page that sends: one of another site must not act for whoever looks at it.
    const std::string_view origin = header_of(request, "Origin");
    const std::size_t scheme = origin.find("://");
    const bool ours =
        scheme != std::string_view::npos && origin.substr(scheme + 3) == header_of(request, "Host");
    if (!origin.empty() && !ours) {
        return error_answer(
            403,
            "forbidden",
            "a page of another site may not change anything here",
            "send it without an Origin header, as curl and faultline do"
        );
    }
    return std::nullopt;
}

}  // namespace faultline::api
