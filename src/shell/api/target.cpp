// SPDX-License-Identifier: Apache-2.0
#include "target.hpp"

#include <faultline/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::api {
namespace {

std::optional<unsigned> hex_digit(char c) {
    constexpr unsigned kTen = 10;
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<unsigned>(c - 'a') + kTen;
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<unsigned>(c - 'A') + kTen;
    }
    return std::nullopt;
}

/// The byte behind a "%", or nullopt.
std::optional<char> escaped_byte(std::string_view text) {
    constexpr std::size_t kEscape = 3;
    constexpr unsigned kBase = 16;
    if (text.size() < kEscape) {
        return std::nullopt;
    }
    const auto high = hex_digit(text[1]);
    const auto low = hex_digit(text[2]);
    if (!high || !low) {
        return std::nullopt;
    }
    return static_cast<char>((*high * kBase) + *low);
}

Result<std::string> percent_decoded(std::string_view text) {
    constexpr std::size_t kEscape = 3;
    std::string out;
    while (!text.empty()) {
        const bool escape = text[0] == '%';
        const auto c = escape ? escaped_byte(text) : text[0];
        if (!c) {
            return Error(Code::kInvalid, "in the URL a % is not followed by two hex digits");
        }
        if (static_cast<unsigned char>(*c) < ' ' || *c == '\x7f') {
            return Error(Code::kInvalid, "there is a control character in the URL");
        }
        out += *c;
        text.remove_prefix(escape ? kEscape : 1);
    }
    return out;
}

/// Cuts `text` behind the first `separator` and returns what was before it.
std::string_view cut(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    const std::string_view head = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    return head;
}

Result<void> parse_query(std::string_view text, Target& out) {
    while (!text.empty()) {
        std::string_view value = cut(text, '&');
        const std::string_view name = cut(value, '=');
        FAULTLINE_TRY(std::string key, percent_decoded(name));
        FAULTLINE_TRY(std::string decoded, percent_decoded(value));
        if (!out.query.emplace(key, std::move(decoded)).second) {
            return Error(Code::kInvalid, "the parameter " + quoted(key) + " is given twice");
        }
    }
    return {};
}

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t kShown = 60;
    return "\"" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "…\"" : "\"");
}

Result<Target> parse_target(std::string_view text) {
    Target out;
    std::string_view path = cut(text, '?');
    FAULTLINE_TRY_VOID(parse_query(text, out));
    if (!path.starts_with('/')) {
        return Error(Code::kInvalid, "the path does not begin with /");
    }
    path.remove_prefix(1);
    while (!path.empty()) {
        FAULTLINE_TRY(std::string segment, percent_decoded(cut(path, '/')));
        if (segment == "." || segment == "..") {
            return Error(Code::kInvalid, "the path has a segment of dots");
        }
        out.path.push_back(std::move(segment));
    }
    return out;
}

bool matches(std::string_view pattern, const std::vector<std::string>& path) {
    std::size_t used = 0;
    pattern.remove_prefix(1);
    while (!pattern.empty()) {
        const std::size_t slash = std::min(pattern.find('/'), pattern.size());
        const std::string_view want = pattern.substr(0, slash);
        if (used >= path.size() || (want != "*" && want != path[used])) {
            return false;
        }
        ++used;
        pattern.remove_prefix(std::min(slash + 1, pattern.size()));
    }
    return used == path.size();
}

}  // namespace faultline::api
