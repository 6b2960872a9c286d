// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/base64.hpp>

#include <algorithm>
#include <shell/net/http_text.hpp>

namespace faultline::net {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A token of RFC 9110: method or header name.
bool token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || kMarks.contains(c);
    });
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

bool has_header(const HttpRequest& request, std::string_view name) {
    return std::ranges::any_of(request.headers, [&](const auto& header) {
        return same_header_name(header.first, name);
    });
}

bool sendable_target(std::string_view target) {
    return target.starts_with('/') &&
           std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool expects_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool sendable_header(std::string_view name, std::string_view value) {
    return token(name) &&
           std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string authority(const Url& url) {
    std::string text = url.host.contains(':') ? "[" + url.host + "]" : url.host;
    if (url.port != (url.tls() ? 443 : 80)) {
        text += ":" + std::to_string(url.port);
    }
    return text;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string basic_authorization(const Url& url) {
    return url.user_info.empty() ? "" : "Basic " + base64(percent_decoded(url.user_info));
}

Result<std::string> request_head(const HttpRequest& request) {
    if (!token(request.method) || !sendable_target(request.url.target)) {
        return Error(
            Code::kInvalid, "the method or the path holds a character that cannot be sent"
        );
    }
    std::string head = request.method + " " + request.url.target + " HTTP/1.1\r\n";
    const auto add = [&](std::string_view name, std::string_view value) {
        head.append(name).append(": ").append(value).append("\r\n");
    };
    const auto add_default = [&](std::string_view name, std::string_view value) {
        if (!value.empty() && !has_header(request, name)) {
            add(name, value);
        }
    };
    add_default("Host", authority(request.url));
    add_default("User-Agent", "faultline");
    add_default("Authorization", basic_authorization(request.url));
    if (!request.body.empty() || expects_body(request.method)) {
        add("Content-Length", std::to_string(request.body.size()));
    }
    for (const auto& [name, value] : request.headers) {
        if (same_header_name(name, "Content-Length")) {
            continue;
        }
        if (!sendable_header(name, value)) {
            return Error(
                Code::kInvalid, "a header's name or value holds a character that cannot be sent"
            );
        }
        add(name, value);
    }
    head += "\r\n";
    return head;
}

}  // namespace faultline::net
