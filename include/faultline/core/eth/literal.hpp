// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace faultline::eth {

/// A string literal as a template argument: Event<"Transfer(address,address,uint256)">.
template <std::size_t N>
struct Literal {
    char characters[N]{};

    consteval Literal(const char (&text)[N]) {  // NOLINT(google-explicit-constructor)
        std::copy_n(text, N, characters);
    }

    [[nodiscard]] constexpr std::string_view view() const { return {characters, N - 1}; }
};

}  // namespace faultline::eth
