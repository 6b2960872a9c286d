// SPDX-License-Identifier: Apache-2.0
#include "scrub.hpp"

#include <faultline/shell/net/url.hpp>

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

/// Hides every run of `text` that begins like the secret, as far as it goes on like it: an echo may
/// have been cut off, or put into another case.
void hide(std::string& text, std::string_view secret) {
    if (secret.size() < kShortestSecret) {
        return;
    }
    const std::string wanted = lower(secret);
    std::string seen = lower(text);
    const std::string_view begin = std::string_view(wanted).substr(0, kShortestSecret);
    for (std::size_t at = seen.find(begin); at != std::string::npos; at = seen.find(begin, at)) {
        std::size_t length = begin.size();
        while (length < wanted.size() && at + length < seen.size() &&
               seen[at + length] == wanted[length]) {
            ++length;
        }
        text.replace(at, length, kHidden);
        seen.replace(at, length, kHidden);
        at += kHidden.size();
    }
}

}  // namespace

std::string scrub(std::string text, const net::Url& url) {
    hide(text, url.target);
    hide(text, url.user_info);
    constexpr std::size_t kScheme = std::string_view("Basic ").size();
    const std::string authorization = net::basic_authorization(url);
    hide(text, std::string_view(authorization).substr(std::min(kScheme, authorization.size())));
    for (std::string_view rest : {std::string_view(url.target), std::string_view(url.user_info)}) {
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find_first_of("/?&=:#"), rest.size());
            hide(text, rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return text;
}

}  // namespace faultline::rpc
