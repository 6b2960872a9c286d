// SPDX-License-Identifier: Apache-2.0
#include "sim/json.hpp"

#include <cstddef>

namespace faultline::sim {

namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Json> document() {
        Json value;
        if (!read(value)) {
            return std::nullopt;
        }
        skip_space();
        return at_ == text_.size() ? std::optional(std::move(value)) : std::nullopt;
    }

  private:
    void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) {
            ++at_;
        }
    }

    bool take(char wanted) {
        skip_space();
        if (at_ < text_.size() && text_[at_] == wanted) {
            ++at_;
            return true;
        }
        return false;
    }

    bool read(Json& value) {
        skip_space();
        if (at_ == text_.size()) {
            return false;
        }
        switch (text_[at_]) {
            case '{':
                return read_object(value);
            case '[':
                return read_array(value);
            case '"':
                value.kind = Json::Kind::kString;
                return read_string(value.text);
            default:
                return read_bare(value);
        }
    }

    bool read_object(Json& value) {
        value.kind = Json::Kind::kObject;
        ++at_;
        if (take('}')) {
            return true;
        }
        do {
            skip_space();
            if (!read_string(value.names.emplace_back()) || !take(':') ||
                !read(value.items.emplace_back())) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    bool read_array(Json& value) {
        value.kind = Json::Kind::kArray;
        ++at_;
        if (take(']')) {
            return true;
        }
        do {
            if (!read(value.items.emplace_back())) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    /// Escapes other than \uXXXX, which nothing here writes.
    bool read_string(std::string& out) {
        if (at_ == text_.size() || text_[at_] != '"') {
            return false;
        }
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                ++at_;
                return true;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                ++at_;
            }
            out.push_back(text_[at_]);
        }
        return false;
    }

    bool read_bare(Json& value) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && !std::string_view(",]} \t\r\n").contains(text_[at_])) {
            ++at_;
        }
        value.text = text_.substr(begin, at_ - begin);
        if (value.text == "true" || value.text == "false") {
            value.kind = Json::Kind::kBool;
        } else if (value.text != "null") {
            value.kind = Json::Kind::kNumber;
        }
        return !value.text.empty();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
    return Reader(text).document();
}

const Json& Json::at(std::string_view name) const {
    static const Json null;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) {
            return items[i];
        }
    }
    return null;
}

}  // namespace faultline::sim
