// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// ABI types and declarations. Source: Solidity docs, "Contract ABI Specification".
namespace faultline::eth {

/// How deep arrays and tuples may nest, and how many words a type may take without its tails. Far
/// above any real contract; they bound recursion and memory.
inline constexpr std::size_t kMaxAbiDepth = 16;
inline constexpr std::uint64_t kMaxAbiHeadWords = 65'536;

/// One ABI type as a tree.
struct AbiType {
    enum class Kind : std::uint8_t {
        kAddress,
        kBool,
        kUint,
        kInt,
        kFixedBytes,  ///< bytes1 to bytes32
        kBytes,
        kString,
        kArray,  ///< T[n]
        kList,   ///< T[]
        kTuple,
    };

    Kind kind = Kind::kBool;
    std::uint32_t size = 0;  ///< Bits of kUint and kInt, bytes of kFixedBytes, elements of kArray.
    std::vector<AbiType> parts;  ///< The element of an array, the members of a tuple.

    bool operator==(const AbiType&) const = default;

    /// Whether its encoding is an offset to a tail.
    [[nodiscard]] constexpr bool is_dynamic() const {
        switch (kind) {
            case Kind::kBytes:
            case Kind::kString:
            case Kind::kList:
                return true;
            case Kind::kArray:
            case Kind::kTuple:
                for (const AbiType& part : parts) {
                    if (part.is_dynamic()) {
                        return true;
                    }
                }
                return false;
            default:
                return false;
        }
    }

    /// 32-byte words of its encoding in place: 1 for what is dynamic.
    [[nodiscard]] constexpr std::uint64_t head_words() const {
        if (is_dynamic() || parts.empty()) {
            return 1;
        }
        std::uint64_t words = 0;
        for (const AbiType& part : parts) {
            words += part.head_words();
        }
        return kind == Kind::kArray ? words * size : words;
    }

    /// Levels of nesting: 1 for an elementary type.
    [[nodiscard]] constexpr std::size_t depth() const {
        std::size_t deepest = 0;
        for (const AbiType& part : parts) {
            deepest = std::max(deepest, part.depth());
        }
        return deepest + 1;
    }

    /// As in a signature: "(uint256,address[])[2]".
    [[nodiscard]] std::string canonical() const;
    constexpr void append_canonical(std::vector<char>& out) const;
};

/// One parameter of an event or function.
struct AbiParameter {
    AbiType type;
    std::string_view name;  ///< Empty when it has none. A view into the text that was parsed.
    bool indexed = false;
};

/// "Name(type [indexed] [name], ...) [anonymous]".
struct AbiDeclaration {
    std::string_view name;  ///< A view into the text that was parsed.
    std::vector<AbiParameter> parameters;
    bool anonymous = false;

    /// What topics and selectors are the digest of: "Transfer(address,address,uint256)".
    [[nodiscard]] std::string signature() const;
    /// The same for compile time, where libstdc++ 12 has no std::string.
    [[nodiscard]] constexpr std::vector<char> signature_characters() const;
};

namespace detail {

constexpr void append(std::vector<char>& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

constexpr void append_number(std::vector<char>& out, std::uint32_t value) {
    if (value >= 10) {
        append_number(out, value / 10);
    }
    out.push_back(static_cast<char>('0' + (value % 10)));
}

}  // namespace detail

constexpr void AbiType::append_canonical(std::vector<char>& out) const {
    switch (kind) {
        case Kind::kAddress:
            return detail::append(out, "address");
        case Kind::kBool:
            return detail::append(out, "bool");
        case Kind::kBytes:
            return detail::append(out, "bytes");
        case Kind::kString:
            return detail::append(out, "string");
        case Kind::kUint:
            detail::append(out, "uint");
            return detail::append_number(out, size);
        case Kind::kInt:
            detail::append(out, "int");
            return detail::append_number(out, size);
        case Kind::kFixedBytes:
            detail::append(out, "bytes");
            return detail::append_number(out, size);
        case Kind::kArray:
            parts.front().append_canonical(out);
            detail::append(out, "[");
            detail::append_number(out, size);
            return detail::append(out, "]");
        case Kind::kList:
            parts.front().append_canonical(out);
            return detail::append(out, "[]");
        case Kind::kTuple:
            for (std::size_t i = 0; i < parts.size(); ++i) {
                detail::append(out, i == 0 ? "(" : ",");
                parts[i].append_canonical(out);
            }
            return detail::append(out, ")");
    }
}

constexpr std::vector<char> AbiDeclaration::signature_characters() const {
    std::vector<char> out;
    detail::append(out, name);
    detail::append(out, "(");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        detail::append(out, i == 0 ? "" : ",");
        parameters[i].type.append_canonical(out);
    }
    detail::append(out, ")");
    return out;
}

}  // namespace faultline::eth
