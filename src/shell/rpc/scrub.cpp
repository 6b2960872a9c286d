// SPDX-License-Identifier: Apache-2.0
#include "scrub.hpp"

#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::rpc {
namespace {

constexpr std::string_view kHidden = "(hidden)";
/// Shorter pieces ("v3", "rpc", "mainnet") are words, and hiding them would garble messages.
constexpr std::size_t kShortestSecret = 8;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

/// Hides every run of `text` that eight or more characters of the secret are in, in any case: an
/// echo may have been cut off at either end.
void hide(std::string& text, std::string_view secret) {
    const std::string wanted = lower(secret);
    std::string seen = lower(text);
    for (std::size_t from = 0; from + kShortestSecret <= wanted.size(); ++from) {
        const std::string_view begin = std::string_view(wanted).substr(from, kShortestSecret);
        for (std::size_t at = seen.find(begin); at != std::string::npos;
             at = seen.find(begin, at)) {
            std::size_t length = begin.size();
            while (from + length < wanted.size() && at + length < seen.size() &&
                   seen[at + length] == wanted[from + length]) {
                ++length;
            }
            text.replace(at, length, kHidden);
            seen.replace(at, length, kHidden);
            at += kHidden.size();
        }
    }
}

void hide_parts(std::string& text, const net::Url& url) {
    hide(text, url.target);
    hide(text, url.user_info);
    constexpr std::size_t kScheme = std::string_view("Basic ").size();
    const std::string authorization = net::basic_authorization(url);
    hide(text, std::string_view(authorization).substr(std::min(kScheme, authorization.size())));
}

}  // namespace

std::string scrub(std::string text, const EndpointOptions& endpoint) {
    hide_parts(text, endpoint.http);
    if (endpoint.ws) {
        hide_parts(text, *endpoint.ws);
    }
    return text;
}

}  // namespace faultline::rpc
