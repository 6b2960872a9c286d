// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
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

/// Whether a character is not seen itself but changes how what is around it is: a control character
/// (C0, DEL, C1), a separator of lines or paragraphs, a mark that turns the direction of writing.
/// @pre one valid character
bool steers(std::string_view character);

/// The text for one line of a terminal: valid UTF-8, a space for each character that steers.
std::string one_line(std::string_view text);

}  // namespace faultline
