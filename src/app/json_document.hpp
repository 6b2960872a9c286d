// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {

/// A JSON value with the spot it stands at.
struct Json {
    enum class Kind : unsigned char {
        kNull,
        kBool,
        kNumber,
        kString,
        kArray,
        kObject
    };

    struct Member;

    Kind kind = Kind::kNull;
    std::string text;             ///< Of a string; of a number or bool as written.
    std::vector<Json> items;      ///< Of an array.
    std::vector<Member> members;  ///< Of an object, in the order written.

    /// The value of a key, or nullptr.
    [[nodiscard]] const Json* find(std::string_view key) const;
    /// The text of the string of that key; empty when there is none.
    [[nodiscard]] std::string string(std::string_view key) const;
};

struct Json::Member {
    std::string key;
    Json value;
};

/// Reads a document as RFC 8259 has it, no more: no comments, no commas at the end, no key twice.
/// kMalformed beginning with "file:line:col: ". Values are never repeated: they may be secrets.
Result<Json> parse_json(const std::string& file, std::string_view text);

/// The token of a JSON pointer (RFC 6901) for that key, with its slash.
std::string pointer_token(std::string_view key);

}  // namespace faultline::app
