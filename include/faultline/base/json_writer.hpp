// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

/// Writes one JSON document (RFC 8259) without white space. The same calls give the same bytes, and
/// what comes out is always valid: text is escaped, and bytes that are not UTF-8 become U+FFFD, one
/// for each maximal subpart as the Unicode standard recommends. Calls that do not make a document
/// are a broken invariant of the caller.
///
/// Integers beyond 2^53 are rounded by many readers: write those as decimal strings.
class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();

    /// The name of the next value. @pre inside an object, no name is pending
    JsonWriter& key(std::string_view name);

    JsonWriter& string(std::string_view text);
    JsonWriter& number(std::uint64_t value);
    /// The shortest decimal that reads back as the same double. @pre value is finite
    JsonWriter& real(double value);
    /// A number as it is written: "12.50000000". @pre digits, perhaps with a point between them,
    /// and no zero in front of another digit
    JsonWriter& decimal(std::string_view digits);
    JsonWriter& boolean(bool value);
    JsonWriter& null();

    JsonWriter& field(std::string_view name, std::string_view text) {
        return key(name).string(text);
    }

    JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }

    template <std::unsigned_integral T>
    JsonWriter& field(std::string_view name, T value) {
        if constexpr (std::same_as<T, bool>) {
            return key(name).boolean(value);
        } else {
            return key(name).number(value);
        }
    }

    /// The document. @pre it is complete
    [[nodiscard]] std::string take();

  private:
    struct Level {
        bool object = false;
        bool empty = true;
        bool named = false;  ///< In an object: key() was called, its value is due.
    };

    void before_value();
    JsonWriter& open(char bracket, bool object);
    JsonWriter& close(char bracket, bool object);
    void quote(std::string_view text);

    std::string out_;
    std::vector<Level> levels_;
};

}  // namespace faultline
