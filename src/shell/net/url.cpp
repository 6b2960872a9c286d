// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace faultline::net {

namespace {

struct Scheme {
    std::string_view name;
    std::uint16_t port;
};

constexpr std::array<Scheme, 4> kSchemes{
    {{.name = "http", .port = 80},
     {.name = "https", .port = 443},
     {.name = "ws", .port = 80},
     {.name = "wss", .port = 443}}
};

Error invalid(std::string what) {
    return {Code::kInvalid, "the URL " + std::move(what)};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

bool host_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return alphanumeric(c) || c == '.' || c == '-' || c == '_';
    });
}

bool host_v6(std::string_view text) {
    return text.contains(':') && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' ||
                      c == '.';
           });
}

std::optional<std::uint16_t> port_number(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failure != std::errc{} || end != text.data() + text.size() || port == 0) {
        return std::nullopt;
    }
    return port;
}

/// Takes "host", "host:port", "[v6]" or "[v6]:port"; leaves the port alone when there is none.
Result<void> parse_authority(std::string_view text, Url& url) {
    std::string_view after;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || !host_v6(text.substr(1, end - 1))) {
            return invalid("has '[' before its host, but no IPv6 address and ']'");
        }
        url.host = lower(text.substr(1, end - 1));
        after = text.substr(end + 1);
    } else {
        const auto end = std::min(text.find(':'), text.size());
        if (!host_name(text.substr(0, end))) {
            return invalid(end == 0 ? "has no host" : "has a host with characters no host has");
        }
        url.host = lower(text.substr(0, end));
        after = text.substr(end);
    }
    if (after.empty()) {
        return {};
    }
    const auto port = after.starts_with(':') ? port_number(after.substr(1)) : std::nullopt;
    if (!port) {
        return invalid("needs a port from 1 to 65535, or none, after its host");
    }
    url.port = *port;
    return {};
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
    const auto scheme_end = text.find("://");
    const auto name = lower(text.substr(0, std::min(scheme_end, text.size())));
    const auto* scheme = std::ranges::find(kSchemes, name, &Scheme::name);
    if (scheme_end == std::string_view::npos || scheme == kSchemes.end()) {
        return invalid("does not start with http://, https://, ws:// or wss://");
    }
    Url url;
    url.scheme = name;
    url.port = scheme->port;

    const std::string_view rest = text.substr(scheme_end + 3);
    if (!printable(rest)) {
        return invalid("holds a space, a control character or one outside ASCII; write it as %XX");
    }
    const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, authority_end);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    FAULTLINE_TRY_VOID(parse_authority(authority, url));

    const std::string_view tail = rest.substr(authority_end);
    const std::string_view target = tail.substr(0, tail.find('#'));
    url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
    return url;
}

std::string Url::redacted() const {
    const std::string name = host.contains(':') ? "[" + host + "]" : host;
    return scheme + "://" + name + ":" + std::to_string(port) + (target == "/" ? "" : "/…");
}

}  // namespace faultline::net
