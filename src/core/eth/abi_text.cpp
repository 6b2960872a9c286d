// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_text.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

using Kind = AbiType::Kind;

constexpr std::size_t kShown = 80;

Error wrong(const AbiType& type, std::string_view text, std::string_view why) {
    const std::string shown(text.substr(0, kShown));
    return {
        Code::kInvalid, "\"" + shown + "\" is no " + type.canonical() + ": " + std::string(why)
    };
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

bool is_list(const AbiType& type) {
    return type.kind == Kind::kArray || type.kind == Kind::kList || type.kind == Kind::kTuple;
}

/// The parts between the commas of a list, those of lists in it untouched.
class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    /// nullopt when brackets or quotes do not match.
    std::optional<std::vector<std::string_view>> split() {
        std::vector<std::string_view> out;
        std::size_t begin = 0;
        for (std::size_t at = 0; at < text_.size(); ++at) {
            if (!see(at)) {
                return std::nullopt;
            }
            if (text_[at] == ',' && open_.empty() && !quoted_) {
                out.push_back(text_.substr(begin, at - begin));
                begin = at + 1;
            }
        }
        if (quoted_ || !open_.empty()) {
            return std::nullopt;
        }
        if (!out.empty() || !trimmed(text_).empty()) {
            out.push_back(text_.substr(begin));
        }
        return out;
    }

  private:
    bool see(std::size_t& at) {
        const char c = text_[at];
        if (quoted_) {
            at += c == '\\' ? 1 : 0;
            quoted_ = c != '"';
            return at < text_.size();
        }
        quoted_ = c == '"';
        if (c == '[' || c == '(') {
            open_ += c == '[' ? ']' : ')';
        } else if (c == ']' || c == ')') {
            if (open_.empty() || open_.back() != c) {
                return false;
            }
            open_.pop_back();
        }
        return true;
    }

    std::string_view text_;
    std::string open_;  ///< What has to close.
    bool quoted_ = false;
};

/// A part of a list: text in it may be in quotes, and has to be where it is of type string.
Result<std::string> unquoted(const AbiType& type, std::string_view text) {
    if (!text.starts_with('"')) {
        if (type.kind == Kind::kString) {
            return wrong(type, text, "inside of lists text is in double quotes");
        }
        return std::string(text);
    }
    std::string out;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        at += text[at] == '\\' && at + 2 < text.size() ? 1 : 0;
        out += text[at];
    }
    return out;
}

/// The parts of an array or a tuple, as many as its type has.
Result<std::vector<std::string_view>> parts_of(const AbiType& type, std::string_view text) {
    const std::string_view whole = trimmed(text);
    const bool tuple = type.kind == Kind::kTuple;
    const std::string_view brackets = tuple ? "()" : "[]";
    if (whole.size() < 2 || whole.front() != brackets.front() || whole.back() != brackets.back()) {
        return wrong(type, text, tuple ? "a tuple is in parentheses" : "an array is in brackets");
    }
    auto parts = Splitter(whole.substr(1, whole.size() - 2)).split();
    if (!parts) {
        return wrong(type, text, "brackets or quotes do not match");
    }
    const std::size_t wanted = tuple ? type.parts.size() : type.size;
    if (type.kind != Kind::kList && parts->size() != wanted) {
        return wrong(
            type,
            text,
            "it has " + std::to_string(parts->size()) + " parts, not " + std::to_string(wanted)
        );
    }
    return *std::move(parts);
}

/// What is no list; `inside` of one.
Result<AbiText> parse_leaf(const AbiType& type, std::string_view text, bool inside) {
    AbiText out{.type = type, .text = std::string(text), .parts = {}};
    if (inside) {
        FAULTLINE_TRY(out.text, unquoted(type, trimmed(text)));
    }
    return out;
}

Result<AbiText> parse(const AbiType& type, std::string_view text, bool inside) {
    if (!is_list(type)) {
        return parse_leaf(type, text, inside);
    }
    FAULTLINE_TRY(const auto parts, parts_of(type, text));
    AbiText out{.type = type, .text = {}, .parts = {}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const AbiType& of = type.parts[type.kind == Kind::kTuple ? i : 0];
        FAULTLINE_TRY(auto part, parse(of, parts[i], true));
        out.parts.push_back(std::move(part));
    }
    return out;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// 2^bits - 1.
U256 most_of(std::uint32_t bits) {
    U256 out = U256::max();
    for (std::uint32_t bit = 256; bit > bits; --bit) {
        out.limbs[(bit - 1) / 64] &= ~(std::uint64_t{1} << ((bit - 1) % 64));
    }
    return out;
}

Result<AbiValue> read_uint(const AbiType& type, std::string_view text) {
    const bool hex = text.starts_with("0x");
    if (!hex && !all_digits(text)) {
        return wrong(type, text, "it has to be a whole number, in digits or as 0x and hex digits");
    }
    const auto value = hex ? U256::from_hex(text) : U256::from_decimal(text);
    if (!value || *value > most_of(type.size)) {
        return wrong(type, text, hex && !value ? "it is no number" : "it is too large");
    }
    return AbiValue{*value};
}

Result<AbiValue> read_int(const AbiType& type, std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    if (!all_digits(digits)) {
        return wrong(type, text, "it has to be a whole number in digits");
    }
    const auto magnitude = U256::from_decimal(digits);
    const U256 most = most_of(type.size - 1);
    const U256 limit = negative ? wrapping_add(most, U256(1)) : most;
    if (!magnitude || *magnitude > limit) {
        return wrong(type, text, "it is too large");
    }
    return AbiValue{I256{negative ? wrapping_sub(U256(), *magnitude) : *magnitude}};
}

bool has(std::string_view text, char from, char to) {
    return std::ranges::any_of(text, [from, to](char c) { return c >= from && c <= to; });
}

/// A capital is where the digest of the lower-case digits has a nibble of 8 or more.
bool checksum_holds(std::string_view digits) {
    std::string lower(digits);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const Hash32 digest = keccak256(Bytes(lower.begin(), lower.end()));
    for (std::size_t i = 0; i < lower.size(); ++i) {
        constexpr unsigned kHalf = 8;
        const unsigned byte = digest.bytes[i / 2];
        const bool capital = (i % 2 == 0 ? byte >> 4U : byte & 0xfU) >= kHalf;
        if (has(lower.substr(i, 1), 'a', 'f') && capital != has(digits.substr(i, 1), 'A', 'F')) {
            return false;
        }
    }
    return true;
}

Result<AbiValue> read_address(const AbiType& type, std::string_view text) {
    const auto address = Address::from_hex(text);
    if (!address) {
        return wrong(type, text, "it has to be 0x and 40 hex digits");
    }
    const std::string_view digits = text.substr(2);
    if (has(digits, 'A', 'F') && has(digits, 'a', 'f') && !checksum_holds(digits)) {
        return wrong(type, text, "its capitals are not those of EIP-55: is a digit wrong?");
    }
    return AbiValue{*address};
}

Result<AbiValue> read_bytes(const AbiType& type, std::string_view text) {
    auto bytes = bytes_from_hex(text);
    if (!bytes) {
        return wrong(type, text, "it has to be 0x and an even number of hex digits");
    }
    if (type.kind == Kind::kFixedBytes && bytes->size() != type.size) {
        return wrong(type, text, "it has " + std::to_string(bytes->size()) + " bytes");
    }
    return AbiValue{*std::move(bytes)};
}

}  // namespace

Result<AbiText> parse_abi_text(const AbiType& type, std::string_view text) {
    return parse(type, text, false);
}

Result<AbiValue> abi_value_of(const AbiType& type, std::string_view text) {
    switch (type.kind) {
        case Kind::kBool:
            if (text != "true" && text != "false") {
                return wrong(type, text, "it has to be true or false");
            }
            return AbiValue{text == "true"};
        case Kind::kUint:
            return read_uint(type, text);
        case Kind::kInt:
            return read_int(type, text);
        case Kind::kAddress:
            return read_address(type, text);
        case Kind::kFixedBytes:
        case Kind::kBytes:
            return read_bytes(type, text);
        case Kind::kString:
            return AbiValue{std::string(text)};
        default:
            return wrong(type, text, "it is a list");
    }
}

Result<AbiValue> read_abi_text(
    const AbiText& text, const std::function<Result<std::string>(const AbiText&)>& fill
) {
    if (!is_list(text.type)) {
        FAULTLINE_TRY(const std::string filled, fill(text));
        return abi_value_of(text.type, filled);
    }
    AbiList out;
    for (const AbiText& part : text.parts) {
        FAULTLINE_TRY(auto value, read_abi_text(part, fill));
        out.push_back(std::move(value));
    }
    return AbiValue{std::move(out)};
}

}  // namespace faultline::eth
