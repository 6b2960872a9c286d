// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::net {

/// A parsed http, https, ws or wss URL. Path, query and user info may hold keys, so the whole is
/// never printed: text for people is redacted().
struct Url {
    std::string scheme;     ///< "http", "https", "ws", "wss"
    std::string user_info;  ///< As given, or empty.
    std::string host;       ///< Without brackets for IPv6.
    std::uint16_t port = 0;
    std::string target;  ///< Path and query, at least "/".

    bool operator==(const Url&) const = default;

    /// kInvalid naming what is wrong, without repeating the text (it may hold a key).
    static Result<Url> parse(std::string_view text);

    [[nodiscard]] bool tls() const { return scheme == "https" || scheme == "wss"; }

    [[nodiscard]] bool websocket() const { return scheme == "ws" || scheme == "wss"; }

    /// "https://host:port/…": scheme, host and port only; "/…" when there is more than "/".
    [[nodiscard]] std::string redacted() const;
};

/// The text with its %XX escapes taken back; what is no escape stays.
std::string percent_decoded(std::string_view text);

/// "Basic ..." of the URL's user info (percent-decoded), or empty when it has none: a secret.
std::string basic_authorization(const Url& url);

}  // namespace faultline::net
