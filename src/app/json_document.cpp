// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>

#include <algorithm>
#include <app/json_document.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::app {
namespace {

constexpr std::size_t kDepth = 64;

class Parser {
  public:
    Parser(const std::string& file, std::string_view text) : file_(file), text_(text) {}

    Result<Json> document() {
        FAULTLINE_TRY(Json out, value(0));
        skip_spaces();
        if (at_ != text_.size()) {
            return wrong("the end of the document");
        }
        return out;
    }

  private:
    Result<Json> value(std::size_t depth) {
        skip_spaces();
        if (depth > kDepth) {
            return wrong("values that are nested less deeply");
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"': {
                FAULTLINE_TRY(std::string text, string());
                return Json{
                    .kind = Json::Kind::kString, .text = std::move(text), .items = {}, .members = {}
                };
            }
            default:
                return word();
        }
    }

    Result<Json> object(std::size_t depth) {
        Json out;
        out.kind = Json::Kind::kObject;
        ++at_;
        skip_spaces();
        if (take('}')) {
            return out;
        }
        for (;;) {
            FAULTLINE_TRY_VOID(member(out, depth));
            skip_spaces();
            if (take('}')) {
                return out;
            }
            if (!take(',')) {
                return wrong("a comma or }");
            }
        }
    }

    /// A key and its value.
    Result<void> member(Json& object, std::size_t depth) {
        skip_spaces();
        if (peek() != '"') {
            return wrong("a key in double quotes");
        }
        const std::size_t begin = at_;
        FAULTLINE_TRY(std::string key, string());
        if (object.find(key) != nullptr) {
            at_ = begin;
            return wrong("keys that are there once only");
        }
        skip_spaces();
        if (!take(':')) {
            return wrong("a colon");
        }
        FAULTLINE_TRY(Json read, value(depth + 1));
        object.members.push_back({.key = std::move(key), .value = std::move(read)});
        return {};
    }

    Result<Json> array(std::size_t depth) {
        Json out;
        out.kind = Json::Kind::kArray;
        ++at_;
        skip_spaces();
        if (take(']')) {
            return out;
        }
        for (;;) {
            FAULTLINE_TRY(Json item, value(depth + 1));
            out.items.push_back(std::move(item));
            skip_spaces();
            if (take(']')) {
                return out;
            }
            if (!take(',')) {
                return wrong("a comma or ]");
            }
        }
    }

    /// null, true, false, or a number.
    Result<Json> word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) {
            ++at_;
        }
        Json out;
        out.text = text_.substr(begin, at_ - begin);
        if (out.text == "null") {
            return Json{};
        }
        const bool boolean = out.text == "true" || out.text == "false";
        out.kind = boolean ? Json::Kind::kBool : Json::Kind::kNumber;
        if (!boolean && !is_number(out.text)) {
            at_ = begin;
            return wrong("a value");
        }
        return out;
    }

    static bool is_number(std::string_view text) {
        text.remove_prefix(text.starts_with('-') ? 1 : 0);
        const std::size_t whole = digits(text);
        if (whole == 0 || (whole > 1 && text.front() == '0')) {
            return false;
        }
        text.remove_prefix(whole);
        if (text.starts_with('.')) {
            const std::size_t fraction = digits(text.substr(1));
            if (fraction == 0) {
                return false;
            }
            text.remove_prefix(fraction + 1);
        }
        if (text.starts_with('e') || text.starts_with('E')) {
            text.remove_prefix(1);
            text.remove_prefix(text.starts_with('+') || text.starts_with('-') ? 1 : 0);
            const std::size_t exponent = digits(text);
            return exponent > 0 && exponent == text.size();
        }
        return text.empty();
    }

    static std::size_t digits(std::string_view text) {
        return std::min(text.find_first_not_of("0123456789"), text.size());
    }

    Result<std::string> string() {
        std::string out;
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < ' ') {
                return wrong("text without control characters");
            }
            if (c == '\\') {
                if (!escape(out)) {
                    return wrong("an escape such as \\n or \\u00e9");
                }
                continue;
            }
            out += c;
            ++at_;
        }
        if (!take('"')) {
            return wrong("the closing double quote");
        }
        return out;
    }

    bool escape(std::string& out) {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (c == 'u') {
            return unicode(out);
        }
        const std::size_t found = kLetters.find(c);
        if (c == '\0' || found == std::string_view::npos) {
            return false;
        }
        out += kMeant[found];
        at_ += 2;
        return true;
    }

    /// Of "\uXXXX" at the position, which moves behind it.
    std::optional<std::uint32_t> unit() {
        constexpr std::size_t kSize = 6;
        if (text_.size() - at_ < kSize || text_[at_] != '\\' || text_[at_ + 1] != 'u') {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        for (const char c : text_.substr(at_ + 2, 4)) {
            const std::size_t digit = std::string_view("0123456789abcdef").find(c | 0x20);
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            value = value * 16 + static_cast<std::uint32_t>(digit);
        }
        at_ += kSize;
        return value;
    }

    bool unicode(std::string& out) {
        auto point = unit();
        if (!point) {
            return false;
        }
        constexpr std::uint32_t kHigh = 0xd800;
        constexpr std::uint32_t kLow = 0xdc00;
        if (*point >= kHigh && *point < kLow) {
            const auto low = unit();
            if (!low || *low < kLow || *low > 0xdfff) {
                return false;
            }
            point = 0x10000 + ((*point - kHigh) << 10U) + (*low - kLow);
        } else if (*point >= kLow && *point <= 0xdfff) {
            return false;
        }
        append(out, *point);
        return true;
    }

    static void append(std::string& out, std::uint32_t point) {
        const auto put = [&out](std::uint32_t byte) {
            out += static_cast<char>(byte);
        };
        if (point < 0x80) {
            put(point);
        } else if (point < 0x800) {
            put(0xc0 | point >> 6U);
            put(0x80 | (point & 0x3fU));
        } else if (point < 0x10000) {
            put(0xe0 | point >> 12U);
            put(0x80 | (point >> 6U & 0x3fU));
            put(0x80 | (point & 0x3fU));
        } else {
            put(0xf0 | point >> 18U);
            put(0x80 | (point >> 12U & 0x3fU));
            put(0x80 | (point >> 6U & 0x3fU));
            put(0x80 | (point & 0x3fU));
        }
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c) {
            return false;
        }
        ++at_;
        return true;
    }

    void skip_spaces() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    [[nodiscard]] Error wrong(const std::string& expected) const {
        const std::string_view before = text_.substr(0, at_);
        const auto line = std::ranges::count(before, '\n') + 1;
        const std::size_t begin = before.rfind('\n') + 1;
        return {
            Code::kMalformed,
            file_ + ":" + std::to_string(line) + ":" + std::to_string(at_ - begin + 1) +
                ": this is no JSON; expected " + expected
        };
    }

    const std::string& file_;
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

std::string Json::string(std::string_view key) const {
    const Json* found = find(key);
    return found != nullptr && found->kind == Kind::kString ? found->text : std::string();
}

Result<Json> parse_json(const std::string& file, std::string_view text) {
    return Parser(file, text).document();
}

std::string pointer_token(std::string_view key) {
    std::string out = "/";
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace faultline::app
