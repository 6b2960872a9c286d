// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline {

/// U+FFFD, for what is no character.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// A run of bytes at the start of a text: one character, or a maximal subpart of none, which the
/// Unicode standard recommends to replace by one U+FFFD.
struct Utf8Run {
    std::size_t size = 0;
    bool valid = false;
};

/// @pre text is not empty
Utf8Run leading_utf8(std::string_view text);

}  // namespace faultline
