// SPDX-License-Identifier: Apache-2.0
// Arguments of rules as they are written.
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/rules/rule_kind.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {
namespace {

using Value = Arguments::Value;

constexpr std::uint64_t kMostSeconds = 2'592'000;
constexpr std::uint64_t kMostBlocks = 300;
constexpr std::uint64_t kMostCount = 1'000'000;

struct Unit {
    std::string_view suffix;
    std::uint64_t seconds;
};

constexpr std::array kUnits{
    Unit{.suffix = "s", .seconds = 1},
    Unit{.suffix = "m", .seconds = 60},
    Unit{.suffix = "h", .seconds = 3600},
    Unit{.suffix = "d", .seconds = 86'400},
};

std::optional<std::uint64_t> whole(std::string_view text) {
    constexpr std::size_t kMostDigits = 9;
    if (text.empty() || text.size() > kMostDigits ||
        !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    std::uint64_t out = 0;
    for (const char c : text) {
        out = (out * 10) + static_cast<std::uint64_t>(c - '0');
    }
    return out;
}

Result<Value> number(std::string_view text) {
    constexpr std::uint64_t kPercent = 100;
    constexpr std::uint64_t kBps = 10'000;
    std::uint64_t of = 1;
    std::string_view digits = text;
    if (digits.ends_with('%')) {
        digits.remove_suffix(1);
        of = kPercent;
    } else if (digits.ends_with("bps")) {
        digits.remove_suffix(3);
        of = kBps;
    }
    const auto parsed = Decimal::parse(digits);
    if (!parsed) {
        const std::size_t point = digits.find('.');
        const bool fine =
            point != std::string_view::npos && digits.size() - point - 1 > Decimal::kPlaces;
        return Error(Code::kMalformed, fine ? "more than 18 decimals" : "");
    }
    const Decimal& value = *parsed;
    const auto out = div(value, Decimal::of(of));
    return Value(out.value_or(value));
}

Result<Value> duration(std::string_view text, std::uint64_t most) {
    for (const Unit& unit : kUnits) {
        if (text.ends_with(unit.suffix)) {
            const auto count = whole(text.substr(0, text.size() - 1));
            if (!count || *count > most / unit.seconds) {
                break;
            }
            return Value(*count * unit.seconds);
        }
    }
    return Error(Code::kMalformed, "write it as 90s, 10m, 1h or 7d, up to 30d");
}

Result<Value> window(std::string_view text) {
    if (text.ends_with('b')) {
        const auto blocks = whole(text.substr(0, text.size() - 1));
        if (blocks && *blocks >= 1 && *blocks <= kMostBlocks) {
            return Value(std::string(text));
        }
    } else if (const auto seconds = duration(text, kMostSeconds);
               seconds && std::get<std::uint64_t>(*seconds) > 0) {
        return Value(std::string(text));
    }
    return Error(
        Code::kMalformed,
        "write it as 10m, 1h, 24h or 7d, up to 30d, or in blocks as 1b, up to 300b"
    );
}

Result<Value> choice(const Parameter& parameter, std::string_view text) {
    if (std::ranges::find(parameter.choices, text) != parameter.choices.end()) {
        return Value(std::string(text));
    }
    std::string all;
    for (const std::string_view one : parameter.choices) {
        all += (all.empty() ? "" : ", ") + std::string(one);
    }
    return Error(Code::kMalformed, "one of " + all);
}

}  // namespace

Result<Arguments::Value> read_argument(const Parameter& parameter, std::string_view text) {
    switch (parameter.type) {
        case ParameterType::kNumber:
            return number(text);
        case ParameterType::kDuration:
            return duration(text, kMostSeconds);
        case ParameterType::kWindow:
            return window(text);
        case ParameterType::kChoice:
            return choice(parameter, text);
        case ParameterType::kCount: {
            const auto count = whole(text);
            if (!count || *count == 0 || *count > kMostCount) {
                return Error(Code::kMalformed, "a whole number from 1 to 1000000");
            }
            return Value(*count);
        }
        case ParameterType::kText:
        case ParameterType::kTexts:
        case ParameterType::kAddresses:
            return Value(std::string(text));
    }
    return Error(Code::kMalformed, "a parameter of no type");
}

const Decimal& Arguments::number(std::string_view name) const {
    return std::get<Decimal>(values_.at(std::string(name)));
}

std::uint64_t Arguments::count(std::string_view name) const {
    return std::get<std::uint64_t>(values_.at(std::string(name)));
}

const std::string& Arguments::text(std::string_view name) const {
    return std::get<std::string>(values_.at(std::string(name)));
}

std::vector<std::string> Arguments::list(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::vector<std::string>()
                                  : std::get<std::vector<std::string>>(found->second);
}

}  // namespace faultline::rules
