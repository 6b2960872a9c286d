// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::config {
namespace {

struct Unit {
    std::string_view name;
    Duration length;
};

constexpr std::array<Unit, 5> kUnits{
    {{.name = "ms", .length = std::chrono::milliseconds(1)},
     {.name = "s", .length = std::chrono::seconds(1)},
     {.name = "m", .length = std::chrono::minutes(1)},
     {.name = "h", .length = std::chrono::hours(1)},
     {.name = "d", .length = std::chrono::days(1)}}
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

Result<Duration> parse_duration(std::string_view text) {
    const auto digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    const std::string_view unit_name = text.substr(digits);
    const auto count = parse_integer(text.substr(0, digits));
    if (!count) {
        return wrong();
    }
    if (unit_name.empty()) {
        return wrong("no unit; write ms, s, m, h or d after the number");
    }
    const auto unit = std::ranges::find(kUnits, unit_name, &Unit::name);
    if (unit == kUnits.end()) {
        return wrong("the unit must be ms, s, m, h or d");
    }
    if (*count > static_cast<std::uint64_t>(Duration::max() / unit->length)) {
        return wrong();
    }
    return unit->length * static_cast<Duration::rep>(*count);
}

Result<U256> parse_decimal(std::string_view text, unsigned decimals) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const bool fraction_given = point != std::string_view::npos;
    if (!all_digits(whole) || (fraction_given && !all_digits(fraction))) {
        return wrong();
    }
    if (fraction.size() > decimals) {
        return wrong("more than " + std::to_string(decimals) + " decimals");
    }
    std::string digits{whole};
    digits += fraction;
    digits.append(decimals - fraction.size(), '0');
    auto value = U256::from_decimal(digits);
    if (!value) {
        return wrong();
    }
    return *value;
}

}  // namespace

Result<std::uint64_t> parse_integer(std::string_view text) {
    if (!all_digits(text)) {
        return wrong();
    }
    if (text.size() > 1 && text.front() == '0') {
        return wrong("leading zero");
    }
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc{}) {
        return wrong();
    }
    return value;
}

std::string words_name(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return words.size() == 1 ? out : "one of " + out;
}

Type<bool> boolean() {
    return one_of<bool>({{"true", true}, {"false", false}});
}

Type<std::string> text(const std::string& name, std::size_t shortest, std::size_t longest) {
    auto parse = [shortest, longest](std::string_view given) -> Result<std::string> {
        if (given.size() < shortest) {
            return wrong(given.empty() ? "empty" : "too short");
        }
        if (given.size() > longest) {
            return wrong("longer than " + std::to_string(longest) + " bytes");
        }
        if (has_control(given)) {
            return wrong("it holds a control character");
        }
        return std::string(given);
    };
    return scalar<std::string>(name, std::move(parse), [](const std::string& value) {
        return value;
    });
}

Type<std::string> identifier() {
    auto parse = [](std::string_view given) -> Result<std::string> {
        constexpr std::size_t kLongest = 40;
        const auto lower = [](char c) {
            return c >= 'a' && c <= 'z';
        };
        const auto allowed = [&](char c) {
            return lower(c) || is_digit(c) || c == '_' || c == '-';
        };
        if (given.empty() || given.size() > kLongest || !lower(given.front()) ||
            !std::ranges::all_of(given, allowed)) {
            return wrong();
        }
        return std::string(given);
    };
    return scalar<std::string>(
        "name of a-z, 0-9, _ and - (1 to 40, a letter first)",
        std::move(parse),
        [](const std::string& value) { return value; }
    );
}

std::string duration_text(Duration value) {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (value % unit->length == Duration::zero()) {
            return std::to_string(value / unit->length) + std::string(unit->name);
        }
    }
    return std::to_string(value.count()) + "ns";
}

Type<Duration> duration(Duration least, Duration most) {
    const std::string name = "duration " + duration_text(least) + ".." + duration_text(most);
    auto parse = [least, most](std::string_view text) -> Result<Duration> {
        auto value = parse_duration(text);
        if (value && (*value < least || *value > most)) {
            return wrong();
        }
        return value;
    };
    return scalar<Duration>(name, std::move(parse), duration_text);
}

std::string decimal_text(const U256& value, unsigned decimals) {
    std::string digits = value.to_string();
    if (decimals == 0) {
        return digits;
    }
    if (digits.size() <= decimals) {
        digits.insert(0, decimals + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - decimals, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) {
        digits.pop_back();
    }
    return digits;
}

Type<U256> decimal(unsigned decimals, const U256& least, const U256& most) {
    FAULTLINE_ASSERT(decimals <= 36);
    const std::string name =
        "decimal " + decimal_text(least, decimals) + ".." + decimal_text(most, decimals);
    auto parse = [=](std::string_view text) -> Result<U256> {
        auto value = parse_decimal(text, decimals);
        if (value && (*value < least || *value > most)) {
            return wrong();
        }
        return value;
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns the lambda.
    return scalar<U256>(name, std::move(parse), [decimals](const U256& value) {
        return decimal_text(value, decimals);
    });
}

Type<std::vector<std::pair<std::string, std::string>>> text_map(
    const std::string& key, std::function<std::string(const std::string&)> check
) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    const std::string name = "`" + key + ": text` lines";
    auto read = [name, check = std::move(check), value_type = text("text", 0)](
                    Reader& reader, const Node& node
                ) -> std::optional<Pairs> {
        if (!reader.is_map(node, name)) {
            return std::nullopt;
        }
        Pairs out;
        for (const Node::Entry& entry : node.entries) {
            const Reader::Scope scope(reader, "." + entry.key, entry.value.place, {});
            if (const std::string fault = check(entry.key); !fault.empty()) {
                reader.error(reader.path(), fault);
            }
            if (auto value = value_type.read(reader, entry.value)) {
                out.emplace_back(entry.key, std::move(*value));
            }
        }
        return out;
    };
    return {
        .name = name,
        .read = std::move(read),
        .show = [](const Pairs& pairs) { return pairs.empty() ? "{}" : "{...}"; },
        .section = nullptr
    };
}

}  // namespace faultline::config
