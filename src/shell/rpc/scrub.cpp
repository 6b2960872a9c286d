// SPDX-License-Identifier: Apache-2.0
#include "scrub.hpp"

#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::rpc {
namespace {

void hide(std::string& text, std::string_view secret) {
    constexpr std::string_view kHidden = "(hidden)";
    // Shorter pieces ("v3", "rpc", "mainnet") are words, and hiding them would garble messages.
    constexpr std::size_t kShortestSecret = 8;
    if (secret.size() < kShortestSecret) {
        return;
    }
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), kHidden);
        at += kHidden.size();
    }
}

}  // namespace

std::string scrub(std::string text, const net::Url& url) {
    hide(text, url.target);
    hide(text, url.user_info);
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
