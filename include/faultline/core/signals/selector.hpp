// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/signals/signal.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// What an expression reads. The language is docs/expressions.md.
namespace faultline::signals {

enum class MatchKind : std::uint8_t {
    kIs,     ///< `label="v"`
    kIsNot,  ///< `label!="v"`
    kLike,   ///< `label=~"a|b*"`: alternatives; `*` stands for any characters, or none.
};

/// One condition on a label. A label that a signal does not have counts as the empty text.
struct Matcher {
    std::string label;
    MatchKind kind = MatchKind::kIs;
    std::string value;

    bool operator==(const Matcher&) const = default;
};

/// Cost: for kLike, the product of the lengths at worst.
bool matches(const Matcher& matcher, std::string_view value);
bool matches(const std::vector<Matcher>& matchers, const Labels& labels);

enum class RangeUnit : std::uint8_t {
    kSeconds,  ///< Of block timestamps.
    kBlocks,
};

constexpr RangeUnit last_of(RangeUnit /*of*/) noexcept {
    return RangeUnit::kBlocks;
}

/// How far a window reaches back: 1 to 2,592,000 seconds (30 days), or 1 to 300 blocks.
struct Range {
    RangeUnit unit = RangeUnit::kSeconds;
    std::uint32_t length = 0;

    auto operator<=>(const Range&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.unit, self.length); }
};

inline constexpr std::uint32_t kMostRangeSeconds = 2'592'000;
inline constexpr std::uint32_t kMostRangeBlocks = 300;

/// In the largest unit that divides it: "90s", "1h", "7d", "10b".
std::string text(const Range& range);

/// What is asked of a window; see docs/expressions.md for the exact edges.
enum class WindowFunction : std::uint8_t {
    kMin,
    kMax,
    kAvg,     ///< Each sample counts the same.
    kDelta,   ///< The newest less the one at the window's beginning.
    kRate,    ///< Delta by the seconds between the two.
    kZscore,  ///< The newest against the earlier ones, by median and MAD.
};

/// "min", "max", "avg", "delta", "rate", "zscore".
std::string_view window_function_name(WindowFunction function) noexcept;

/// One place of an expression that reads signals.
struct Selector {
    std::string name;  ///< Of the signals. Whether there is such a name is the caller's to judge.
    std::vector<Matcher> matchers;
    std::optional<Range> range;  ///< Set inside a window function: the signals need Series.
    std::size_t offset = 0;      ///< Of the name, in bytes of the text that was parsed.

    bool operator==(const Selector&) const = default;
};

/// As it is written: `name{label="v", other=~"a|b"}[10m]`.
std::string text(const Selector& selector);

}  // namespace faultline::signals
