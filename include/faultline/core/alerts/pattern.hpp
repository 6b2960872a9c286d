// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::alerts {

/// A regular expression over bytes that matches whole texts: characters, `.`, `[a-z]`, `[^a-z]`,
/// `\d`, `\w`, `\s`, `\` before a mark, groups, `|`, `*`, `+`, `?`. All states are walked at once,
/// so a match costs no more than states times bytes, whatever the expression: people write them
/// into silences while an alert storm is on. std::regex has no such bound.
class Pattern {
  public:
    static constexpr std::size_t kMostBytes = 512;

    /// kInvalid says what is wrong, and at which byte.
    static Result<Pattern> compile(std::string_view text);

    /// Whether all of `text` matches.
    [[nodiscard]] bool matches(std::string_view text) const;

    /// One step of the machine.
    struct State {
        static constexpr std::uint32_t kNowhere = UINT32_MAX;

        enum class Kind : std::uint8_t {
            kByte,  ///< Takes a byte of `bytes`.
            kFork,  ///< Takes nothing, and goes both ways that there are.
            kEnd
        };

        Kind kind = Kind::kByte;
        std::bitset<256> bytes;
        std::uint32_t next = kNowhere;
        std::uint32_t other = kNowhere;
    };

  private:
    Pattern(std::vector<State> states, std::uint32_t first)
        : states_(std::move(states)), first_(first) {}

    std::vector<State> states_;
    std::uint32_t first_ = 0;
};

}  // namespace faultline::alerts
