// SPDX-License-Identifier: Apache-2.0
#include "core/signals/lexer.hpp"

#include <faultline/core/signals/expression.hpp>

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Longer ones first.
constexpr std::array<std::string_view, 20> kSymbols{"<=", ">=", "==", "!=", "=~", "<", ">",
                                                    "=",  "+",  "-",  "*",  "/",  "%", "(",
                                                    ")",  "{",  "}",  "[",  "]",  ","};

/// What people write in other languages.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kForeign{{
    {"&&", "write 'and'"},
    {"||", "write 'or'"},
    {"!~", "write label!=\"value\" for each value, or 'not'"},
    {"!", "write 'not'"},
    {"'", "write texts in \"double quotes\""},
}};

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    tl::expected<std::vector<Token>, Fault> run() {
        while (true) {
            while (at_ < text_.size() && is_space(text_[at_])) {
                ++at_;
            }
            if (at_ == text_.size()) {
                add(TokenKind::kEnd, 0);
                return std::move(found_);
            }
            if (!next()) {
                return tl::unexpected(std::move(fault_));
            }
        }
    }

  private:
    bool next() {
        const char c = text_[at_];
        if (is_letter(c)) {
            add(TokenKind::kName, [](char other) { return is_letter(other) || is_digit(other); });
            return true;
        }
        if (is_digit(c) || c == '.') {
            add(TokenKind::kNumber, [](char other) { return is_digit(other) || other == '.'; });
            return true;
        }
        return c == '"' ? string() : symbol();
    }

    bool symbol() {
        const std::string_view rest = text_.substr(at_);
        for (const std::string_view symbol : kSymbols) {
            if (rest.starts_with(symbol)) {
                add(TokenKind::kSymbol, symbol.size());
                return true;
            }
        }
        for (const auto& [foreign, advice] : kForeign) {
            if (rest.starts_with(foreign)) {
                return fail(at_, "'" + std::string(foreign) + "' is not of this language", advice);
            }
        }
        return fail(
            at_,
            "this character has no meaning here",
            "remove it; texts with any characters go in \"double quotes\""
        );
    }

    bool string() {
        std::string value;
        bool escaped = false;
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            const char c = text_[i];
            if (escaped && c != '"' && c != '\\') {
                return fail(i - 1, "this escape has no meaning", R"(write \" or \\)");
            }
            if (!escaped && c == '"') {
                add(TokenKind::kString, i + 1 - at_);
                found_.back().value = std::move(value);
                return true;
            }
            escaped = !escaped && c == '\\';
            if (!escaped) {
                value += c;
            }
        }
        return fail(at_, "a text begins here that does not end", "close it with '\"'");
    }

    bool fail(std::size_t offset, std::string what, std::string_view advice) {
        fault_ = {.offset = offset, .what = std::move(what), .advice = std::string(advice)};
        return false;
    }

    void add(TokenKind kind, std::size_t size) {
        found_.push_back({.kind = kind, .text = text_.substr(at_, size), .offset = at_, .value = {}}
        );
        at_ += size;
    }

    template <class Belongs>
    void add(TokenKind kind, Belongs belongs)
        requires(!std::is_integral_v<Belongs>)
    {
        std::size_t size = 0;
        while (at_ + size < text_.size() && belongs(text_[at_ + size])) {
            ++size;
        }
        add(kind, size);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> found_;
    Fault fault_;
};

}  // namespace

tl::expected<std::vector<Token>, Fault> tokens(std::string_view text) {
    return Lexer(text).run();
}

}  // namespace faultline::signals
