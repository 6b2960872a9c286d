// SPDX-License-Identifier: Apache-2.0
#include "scrub.hpp"

#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::string_view kHidden = "(hidden)";
/// Shorter pieces ("v3", "rpc", "mainnet") are words, and hiding them would garble messages.
constexpr std::size_t kShortestSecret = 8;
/// Shorter passwords are no secrets, and would hide any figure.
constexpr std::size_t kShortestWord = 3;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

bool of_a_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A text and which of its characters are to be hidden. Marked first and hidden at the end, as one
/// secret may be looked for in several forms that begin alike.
class Scrubbed {
  public:
    explicit Scrubbed(std::string text)
        : text_(std::move(text)), seen_(lower(text_)), hidden_(text_.size(), false) {}

    /// Marks every run that eight or more characters of the secret are in, in any case: an echo may
    /// have been cut off at either end.
    void hide(std::string_view secret) {
        const std::string wanted = lower(secret);
        for (std::size_t from = 0; from + kShortestSecret <= wanted.size(); ++from) {
            const std::string_view piece = std::string_view(wanted).substr(from, kShortestSecret);
            for (std::size_t at = seen_.find(piece); at != std::string::npos;
                 at = seen_.find(piece, at + 1)) {
                mark(at, piece.size());
            }
        }
    }

    /// Marks a secret that is too short for hide() where it stands as a word of its own.
    void hide_word(std::string_view secret) {
        if (secret.size() < kShortestWord || secret.size() >= kShortestSecret) {
            return;
        }
        for (std::size_t at = text_.find(secret); at != std::string::npos;
             at = text_.find(secret, at + 1)) {
            const std::size_t end = at + secret.size();
            if ((at == 0 || !of_a_word(text_[at - 1])) &&
                (end == text_.size() || !of_a_word(text_[end]))) {
                mark(at, secret.size());
            }
        }
    }

    [[nodiscard]] std::string text() const {
        std::string out;
        for (std::size_t i = 0; i < text_.size(); ++i) {
            if (!hidden_[i]) {
                out += text_[i];
            } else if (i == 0 || !hidden_[i - 1]) {
                out += kHidden;
            }
        }
        return out;
    }

  private:
    void mark(std::size_t at, std::size_t length) {
        std::fill_n(hidden_.begin() + static_cast<std::ptrdiff_t>(at), length, true);
    }

    std::string text_;
    std::string seen_;  ///< In small letters.
    std::vector<bool> hidden_;
};

/// Passwords and the values of a query: never a word of the language, however short.
void hide_short(Scrubbed& text, const net::Url& url) {
    if (const std::size_t colon = url.user_info.find(':'); colon != std::string::npos) {
        text.hide_word(net::percent_decoded(std::string_view(url.user_info).substr(colon + 1)));
    }
    std::string_view query = url.target;
    query.remove_prefix(std::min(query.find('?'), query.size()));
    while (!query.empty()) {
        query.remove_prefix(1);
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(pair.size());
        if (const std::size_t equals = pair.find('='); equals != std::string_view::npos) {
            text.hide_word(net::percent_decoded(pair.substr(equals + 1)));
        }
    }
}

void hide_parts(Scrubbed& text, const net::Url& url) {
    text.hide(url.target);
    text.hide(net::percent_decoded(url.target));
    text.hide(url.user_info);
    text.hide(net::percent_decoded(url.user_info));
    constexpr std::size_t kScheme = std::string_view("Basic ").size();
    const std::string authorization = net::basic_authorization(url);
    text.hide(std::string_view(authorization).substr(std::min(kScheme, authorization.size())));
    hide_short(text, url);
}

}  // namespace

std::string scrub(std::string text, const EndpointOptions& endpoint) {
    Scrubbed scrubbed(std::move(text));
    hide_parts(scrubbed, endpoint.http);
    if (endpoint.ws) {
        hide_parts(scrubbed, *endpoint.ws);
    }
    return scrubbed.text();
}

}  // namespace faultline::rpc
