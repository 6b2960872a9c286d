// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::delivery {

/// How one character is written in a receiver's markup.
using Escape = std::string (*)(std::string_view character);

std::string verbatim(std::string_view character);

/// How much of a text a receiver takes. Lengths are UTF-16 units, which Telegram counts by and
/// which no other way of counting characters exceeds.
struct Fit {
    std::size_t most = 0;
    Escape escape = verbatim;
    bool counts_escapes = true;  ///< What escape() adds counts, too.
};

/// UTF-16 units of valid UTF-8.
std::size_t utf16_length(std::string_view text);

/// The text as valid UTF-8 with spaces for control characters but line breaks and for marks that
/// turn the direction of writing, escaped, and no longer than fits: cut between characters, never
/// within an escape, and then ended by "…".
std::string fitted(std::string_view text, const Fit& fit);

/// The same, or "-" where nothing would be seen of it: many receivers refuse an empty text.
std::string fitted_or_dash(std::string_view text, const Fit& fit);

/// As it may stand in a path or a query: what may not is written as %XX. ':' stays.
std::string url_part(std::string_view text);

}  // namespace faultline::delivery
