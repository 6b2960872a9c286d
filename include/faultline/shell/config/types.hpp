// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/shell/config/reader.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::config {

struct SectionText;

/// How values of V are written in a document: one object reads them, names them in errors and in
/// the documentation, and shows defaults.
template <class V>
struct Type {
    std::string name;  ///< Follows "expected": "integer 0..256", "list of address".
    /// Reports what is wrong and returns nullopt.
    std::function<std::optional<V>(Reader&, const Node&)> read;
    /// The value as it would be written, for the documentation; "" for none.
    std::function<std::string(const V&)> show;
    /// The fields inside, for a section or a list of sections.
    std::shared_ptr<const SectionText> section;
    bool list = false;
    bool scalar = false;  ///< Written as one text.
};

/// A type written as one scalar. `parse` gets the text after ${...}; its Error's detail says why
/// it is wrong, without repeating the text, or is empty when the type's name says enough.
template <class V>
Type<V> scalar(
    const std::string& name,
    std::function<Result<V>(std::string_view)> parse,
    std::function<std::string(const V&)> show
) {
    auto read = [name, parse = std::move(parse)](Reader& reader, const Node& node) {
        std::optional<V> out;
        const auto text = reader.text(node, name);
        if (!text) {
            return out;
        }
        auto value = parse(*text);
        if (!value) {
            reader.refuse(node, name, value.error().detail());
            return out;
        }
        out = std::move(*value);
        return out;
    };
    return {
        .name = name,
        .read = std::move(read),
        .show = std::move(show),
        .section = nullptr,
        .list = false,
        .scalar = true
    };
}

/// For parsers: the text is wrong in the way `why` says.
inline Error wrong(std::string why = {}) {
    return {Code::kInvalid, std::move(why)};
}

/// Decimal digits, at most 64 bits; nothing else (no sign, no leading zero).
Result<std::uint64_t> parse_integer(std::string_view text);

/// "true" or "false".
Type<bool> boolean();

/// Any text of `shortest` to `longest` bytes without control characters.
Type<std::string> text(
    const std::string& name, std::size_t shortest = 1, std::size_t longest = 4096
);

/// A name for people and machines: lower-case letters, digits, _ and -, begins with a letter, at
/// most 40 characters. Safe as a folder and as a metric label.
Type<std::string> identifier();

/// A whole number, bounds included.
template <std::unsigned_integral V>
Type<V> integer(V least, V most) {
    const std::string name = "integer " + std::to_string(least) + ".." + std::to_string(most);
    auto parse = [least, most](std::string_view text) -> Result<V> {
        auto value = parse_integer(text);
        if (!value) {
            return std::move(value).error();
        }
        if (*value < least || *value > most) {
            return wrong();
        }
        return static_cast<V>(*value);
    };
    return scalar<V>(name, std::move(parse), [](const V& value) { return std::to_string(value); });
}

/// A number with a unit, bounds included: "250ms", "4s", "15m", "2h", "7d".
Type<Duration> duration(Duration least, Duration most);

/// The shortest such text: 90 s -> "90s", 7200 s -> "2h".
std::string duration_text(Duration value);

/// A decimal figure held exactly as an integer of 10^-decimals: with 18 decimals "1.05" is
/// 1050000000000000000. Bounds included, in that unit. @pre decimals <= 36
Type<U256> decimal(unsigned decimals, const U256& least, const U256& most);

/// The figure without trailing zeros: 1050000000000000000 with 18 decimals -> "1.05".
std::string decimal_text(const U256& value, unsigned decimals);

/// "text", or "one of text, json".
std::string words_name(const std::vector<std::string>& words);

/// One of a few words.
template <class V>
Type<V> one_of(std::vector<std::pair<std::string, V>> words) {
    std::vector<std::string> known;
    known.reserve(words.size());
    for (const auto& [word, value] : words) {
        known.push_back(word);
    }
    const std::string name = words_name(known);
    auto show = [words](const V& value) {
        for (const auto& [word, candidate] : words) {
            if (candidate == value) {
                return word;
            }
        }
        return std::string();
    };
    auto parse = [words = std::move(words), known](std::string_view text) -> Result<V> {
        for (const auto& [word, value] : words) {
            if (word == text) {
                return value;
            }
        }
        const auto close = nearest(text, known);
        return wrong(close ? "did you mean " + quoted(*close) + "?" : "");
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns the lambda.
    return scalar<V>(name, std::move(parse), std::move(show));
}

/// A value that may be left out. Shows nothing when it is.
template <class V>
Type<std::optional<V>> maybe(Type<V> type) {
    auto read = [read = type.read](Reader& reader, const Node& node) {
        auto value = read(reader, node);
        return value ? std::optional<std::optional<V>>(std::move(value)) : std::nullopt;
    };
    auto show = [show = type.show](const std::optional<V>& value) {
        return value ? show(*value) : std::string();
    };
    return {
        .name = std::move(type.name),
        .read = std::move(read),
        .show = std::move(show),
        .section = type.section,
        .list = type.list,
        .scalar = type.scalar
    };
}

struct ListSize {
    std::size_t least = 0;
    std::size_t most = 1000;
};

/// A list. An item that is wrong is reported and left out.
template <class V>
Type<std::vector<V>> list_of(const Type<V>& item, ListSize size = {}) {
    std::string name = "list of " + item.name;
    auto read = [name, size, read = item.read](Reader& reader, const Node& node) {
        std::optional<std::vector<V>> out;
        if (!reader.is_list(node, name)) {
            return out;
        }
        if (node.items.size() < size.least || node.items.size() > size.most) {
            reader.error(
                reader.path(),
                "has " + std::to_string(node.items.size()) + " entries, expected " +
                    std::to_string(size.least) + " to " + std::to_string(size.most)
            );
            return out;
        }
        out.emplace();
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const Node& one = node.items[i];
            const Reader::Scope scope(reader, "[" + std::to_string(i) + "]", one.place, {});
            if (auto value = read(reader, one)) {
                out->push_back(std::move(*value));
            }
        }
        return out;
    };
    auto show = [show = item.show](const std::vector<V>& values) {
        std::string out;
        for (const V& value : values) {
            out += (out.empty() ? "" : ", ") + show(value);
        }
        return "[" + out + "]";
    };
    return {
        .name = std::move(name),
        .read = std::move(read),
        .show = std::move(show),
        .section = item.section,
        .list = true
    };
}

/// Names of the reader's choice, each with a text, in the order written. `key` names what they are:
/// "header". `check` says what is wrong with a key, or nothing.
Type<std::vector<std::pair<std::string, std::string>>> text_map(
    const std::string& key, std::function<std::string(const std::string&)> check
);

}  // namespace faultline::config
