// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::sim {

/// One JSON value, read by hand: the simulated node must not share a parser with the client it
/// tests. Numbers keep their text.
struct Json {
    enum class Kind {
        kNull,
        kBool,
        kNumber,
        kString,
        kArray,
        kObject
    };

    Kind kind = Kind::kNull;
    std::string text;         ///< Of a string (escapes undone), a number, or "true" and "false".
    std::vector<Json> items;  ///< Elements of an array, values of an object.
    std::vector<std::string> names;  ///< Of an object, in the order of its values.

    /// nullopt when the text is not one JSON document.
    static std::optional<Json> parse(std::string_view text);

    /// The member of that name, or a null.
    [[nodiscard]] const Json& at(std::string_view name) const;
};

}  // namespace faultline::sim
