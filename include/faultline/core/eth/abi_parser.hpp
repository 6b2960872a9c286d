// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

/// Solidity's own notation of types and declarations, read by one parser that runs at compile time
/// (event.hpp) and at run time.
namespace faultline::eth {

/// Reads an ABI type or a declaration. Usable at compile time; parse_abi_* below wrap it for run
/// time.
class AbiParser {
  public:
    constexpr explicit AbiParser(std::string_view text) : text_(text) {}

    constexpr std::optional<AbiType> whole_type();
    constexpr std::optional<AbiDeclaration> whole_declaration();

    /// After nullopt: what was expected, and the index of the character where.
    [[nodiscard]] constexpr std::string_view expected() const { return expected_; }

    [[nodiscard]] constexpr std::size_t position() const { return at_; }

  private:
    constexpr std::optional<AbiType> type(std::size_t depth);
    constexpr std::optional<AbiType> base_type(std::size_t depth);
    constexpr std::optional<AbiType> elementary_type();
    constexpr std::optional<AbiType> sized(
        AbiType::Kind kind, std::string_view name, std::size_t prefix
    );
    constexpr bool array_suffix(AbiType& type);
    constexpr std::optional<std::vector<AbiParameter>> parameters(std::size_t depth);
    constexpr std::optional<AbiParameter> parameter(std::size_t depth);
    constexpr bool within_bounds(const AbiType& type);
    constexpr std::string_view word();
    constexpr bool take(char c);
    constexpr void skip_spaces();

    constexpr std::nullopt_t fail(std::string_view expected) {
        if (expected_.empty()) {
            expected_ = expected;
        }
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view expected_;
};

/// kInvalid saying what was expected at which column.
Result<AbiType> parse_abi_type(std::string_view text);
/// As parse_abi_type; the names in the declaration are views into `text`.
Result<AbiDeclaration> parse_abi_declaration(std::string_view text);

namespace detail {

/// Digits without a leading zero, at most 5 of them; nullopt otherwise.
constexpr std::optional<std::uint32_t> parse_number(std::string_view digits) {
    if (digits.empty() || digits.size() > 5 || digits.front() == '0') {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = (value * 10) + static_cast<std::uint32_t>(c - '0');
    }
    return value;
}

constexpr bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

}  // namespace detail

constexpr std::optional<AbiType> AbiParser::whole_type() {
    auto out = type(0);
    if (out && at_ != text_.size()) {
        return fail("the end of the type");
    }
    return out;
}

constexpr std::optional<AbiDeclaration> AbiParser::whole_declaration() {
    AbiDeclaration out;
    out.name = word();
    if (out.name.empty()) {
        return fail("a name");
    }
    if (!take('(')) {
        return fail("'('");
    }
    auto list = parameters(0);
    if (!list) {
        return std::nullopt;
    }
    out.parameters = std::move(*list);
    const std::string_view rest = word();
    if (!rest.empty() && rest != "anonymous") {
        return fail("'anonymous' or the end of the declaration");
    }
    out.anonymous = !rest.empty();
    skip_spaces();
    if (at_ != text_.size()) {
        return fail("the end of the declaration");
    }
    return out;
}

constexpr std::optional<AbiType> AbiParser::type(std::size_t depth) {
    if (depth > kMaxAbiDepth) {
        return fail("a type nested less deeply");
    }
    auto out = base_type(depth);
    while (out && take('[')) {
        if (!array_suffix(*out)) {
            return std::nullopt;
        }
    }
    return out;
}

constexpr std::optional<AbiType> AbiParser::base_type(std::size_t depth) {
    const std::size_t start = at_;
    if (word() != "tuple" || at_ == text_.size() || text_[at_] != '(') {
        at_ = start;
    }
    if (!take('(')) {
        return elementary_type();
    }
    auto members = parameters(depth + 1);
    if (!members) {
        return std::nullopt;
    }
    if (members->empty()) {
        return fail("a tuple with members");
    }
    AbiType out;
    out.kind = AbiType::Kind::kTuple;
    for (AbiParameter& member : *members) {
        if (member.indexed) {
            return fail("a tuple without indexed members");
        }
        out.parts.push_back(std::move(member.type));
    }
    return within_bounds(out) ? std::optional(std::move(out)) : std::nullopt;
}

constexpr bool AbiParser::within_bounds(const AbiType& type) {
    if (type.depth() > kMaxAbiDepth || type.head_words() > kMaxAbiHeadWords) {
        fail("a smaller type");
        return false;
    }
    return true;
}

constexpr std::optional<AbiType> AbiParser::elementary_type() {
    using Kind = AbiType::Kind;
    skip_spaces();
    const std::size_t start = at_;
    const std::string_view name = word();
    AbiType out;
    if (name == "address") {
        out.kind = Kind::kAddress;
    } else if (name == "bool") {
        out.kind = Kind::kBool;
    } else if (name == "string") {
        out.kind = Kind::kString;
    } else if (name == "bytes") {
        out.kind = Kind::kBytes;
    } else if (name.starts_with("uint")) {
        return sized(Kind::kUint, name, 4);
    } else if (name.starts_with("int")) {
        return sized(Kind::kInt, name, 3);
    } else if (name.starts_with("bytes")) {
        return sized(Kind::kFixedBytes, name, 5);
    } else {
        at_ = start;
        return fail("an ABI type such as uint256, address or bytes32");
    }
    return out;
}

/// A type whose name is a prefix and a width.
constexpr std::optional<AbiType> AbiParser::sized(
    AbiType::Kind kind, std::string_view name, std::size_t prefix
) {
    const std::string_view digits = name.substr(prefix);
    const bool is_bytes = kind == AbiType::Kind::kFixedBytes;
    const auto width =
        digits.empty() ? std::optional<std::uint32_t>(256) : detail::parse_number(digits);
    if (!width || *width > (is_bytes ? 32U : 256U) || (!is_bytes && *width % 8 != 0)) {
        at_ -= name.size();
        return fail(is_bytes ? "bytes1 to bytes32" : "a width of 8 to 256 bits in steps of 8");
    }
    AbiType out;
    out.kind = kind;
    out.size = *width;
    return out;
}

constexpr bool AbiParser::array_suffix(AbiType& type) {
    AbiType out;
    out.kind = AbiType::Kind::kList;
    const std::string_view digits = word();
    if (!digits.empty()) {
        const auto length = detail::parse_number(digits);
        if (!length) {
            fail("a length of 1 to 99999");
            return false;
        }
        out.kind = AbiType::Kind::kArray;
        out.size = *length;
    }
    if (!take(']')) {
        fail("']'");
        return false;
    }
    out.parts.push_back(std::move(type));
    type = std::move(out);
    return within_bounds(type);
}

constexpr std::optional<std::vector<AbiParameter>> AbiParser::parameters(std::size_t depth) {
    std::vector<AbiParameter> out;
    if (take(')')) {
        return out;
    }
    do {
        auto next = parameter(depth);
        if (!next) {
            return std::nullopt;
        }
        out.push_back(std::move(*next));
    } while (take(','));
    if (!take(')')) {
        return fail("',' or ')'");
    }
    return out;
}

constexpr std::optional<AbiParameter> AbiParser::parameter(std::size_t depth) {
    skip_spaces();
    auto parsed = type(depth);
    if (!parsed) {
        return std::nullopt;
    }
    AbiParameter out;
    out.type = std::move(*parsed);
    std::string_view next = word();
    if (next == "payable" && out.type.kind == AbiType::Kind::kAddress) {
        next = word();
    }
    if (next == "indexed") {
        out.indexed = true;
        next = word();
    }
    out.name = next;
    return out;
}

/// The name or number at the position, after spaces; empty when there is none.
constexpr std::string_view AbiParser::word() {
    skip_spaces();
    const std::size_t start = at_;
    while (at_ < text_.size() && detail::is_name_char(text_[at_])) {
        ++at_;
    }
    return text_.substr(start, at_ - start);
}

constexpr bool AbiParser::take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) {
        return false;
    }
    ++at_;
    return true;
}

constexpr void AbiParser::skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
        ++at_;
    }
}

}  // namespace faultline::eth
