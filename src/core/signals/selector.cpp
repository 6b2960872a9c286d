// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

/// Back to the newest star only: what an older one took may stay, so the cost is a product.
bool like(std::string_view pattern, std::string_view value) {
    std::size_t at = 0;
    std::size_t read = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    while (read < value.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            taken = read;
        } else if (at < pattern.size() && pattern[at] == value[read]) {
            ++at;
            ++read;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            read = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool like_any(std::string_view patterns, std::string_view value) {
    while (true) {
        const std::size_t bar = patterns.find('|');
        if (like(patterns.substr(0, bar), value)) {
            return true;
        }
        if (bar == std::string_view::npos) {
            return false;
        }
        patterns.remove_prefix(bar + 1);
    }
}

std::string_view sign(MatchKind kind) {
    switch (kind) {
        case MatchKind::kIs:
            return "=";
        case MatchKind::kIsNot:
            return "!=";
        case MatchKind::kLike:
            return "=~";
    }
    return "=";
}

void write(std::string& out, const Matcher& matcher) {
    out += matcher.label;
    out += sign(matcher.kind);
    out += '"';
    for (const char c : matcher.value) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    out += '"';
}

}  // namespace

bool matches(const Matcher& matcher, std::string_view value) {
    switch (matcher.kind) {
        case MatchKind::kIs:
            return value == matcher.value;
        case MatchKind::kIsNot:
            return value != matcher.value;
        case MatchKind::kLike:
            return like_any(matcher.value, value);
    }
    return false;
}

bool matches(const std::vector<Matcher>& matchers, const Labels& labels) {
    return std::ranges::all_of(matchers, [&labels](const Matcher& matcher) {
        const auto found = labels.find(matcher.label);
        return matches(
            matcher, found == labels.end() ? std::string_view() : std::string_view(found->second)
        );
    });
}

std::string text(const Range& range) {
    if (range.unit == RangeUnit::kBlocks) {
        return std::to_string(range.length) + "b";
    }
    constexpr std::array<std::pair<std::uint32_t, char>, 3> kUnits{
        {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}}
    };
    for (const auto& [seconds, letter] : kUnits) {
        if (range.length % seconds == 0) {
            return std::to_string(range.length / seconds) + letter;
        }
    }
    return std::to_string(range.length) + "s";
}

std::string_view window_function_name(WindowFunction function) noexcept {
    switch (function) {
        case WindowFunction::kMin:
            return "min";
        case WindowFunction::kMax:
            return "max";
        case WindowFunction::kAvg:
            return "avg";
        case WindowFunction::kDelta:
            return "delta";
        case WindowFunction::kRate:
            return "rate";
        case WindowFunction::kZscore:
            return "zscore";
    }
    return "";
}

std::string text(const Selector& selector) {
    std::string out = selector.name;
    if (!selector.matchers.empty()) {
        out += '{';
        for (const Matcher& matcher : selector.matchers) {
            out += &matcher == &selector.matchers.front() ? "" : ", ";
            write(out, matcher);
        }
        out += '}';
    }
    if (selector.range) {
        out += '[' + text(*selector.range) + ']';
    }
    return out;
}

}  // namespace faultline::signals
