// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/signals/expression.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::signals {

enum class TokenKind : std::uint8_t {
    kEnd,
    kName,    ///< Letters, digits and underscores.
    kNumber,  ///< Digits and points, without a unit.
    kString,
    kSymbol,
};

struct Token {
    TokenKind kind = TokenKind::kEnd;
    std::string_view text;  ///< As it is written.
    std::size_t offset = 0;
    std::string value;  ///< Of a string, without quotes and escapes.

    [[nodiscard]] bool is(std::string_view symbol_or_name) const noexcept {
        return (kind == TokenKind::kSymbol || kind == TokenKind::kName) && text == symbol_or_name;
    }

    /// Whether another one begins where this ends.
    [[nodiscard]] bool touches(const Token& next) const noexcept {
        return offset + text.size() == next.offset && next.kind != TokenKind::kEnd;
    }
};

/// The tokens of a text; the last one is kEnd. They live as long as the text.
tl::expected<std::vector<Token>, Fault> tokens(std::string_view text);

}  // namespace faultline::signals
