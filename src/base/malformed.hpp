// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline {

/// kMalformed: `expected X, got "Y"`, with Y cut and made printable so that it fits one log line.
inline Error malformed(std::string_view expected, std::string_view got) {
    constexpr std::size_t kShown = 80;
    std::string shown(got.substr(0, kShown));
    std::ranges::replace_if(shown, [](char c) { return c < ' ' || c > '~'; }, '?');
    if (got.size() > kShown) {
        shown += "...";
    }
    return {Code::kMalformed, "expected " + std::string(expected) + ", got \"" + shown + "\""};
}

}  // namespace faultline
