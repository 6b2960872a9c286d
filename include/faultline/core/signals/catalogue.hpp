// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// Every signal that rules may read, told once: documentation, checks of rules and those who make
/// signals go by it.
namespace faultline::signals {

/// What it means when there is no signal with the labels that were there before.
enum class Absence : std::uint8_t {
    kNoData,  ///< It is not known any more.
    kZero,    ///< There is none any more: nothing is held, nothing happened.
};

struct Kind {
    std::string_view name;
    std::string_view
        unit;  ///< "1" for shares and counts, "seconds", "currency", "tokens", "usd or 1".
    std::vector<std::string_view> labels;  ///< Sorted; each signal of that name has all of them.
    std::string_view text;                 ///< One sentence for docs/signals.md.
    Absence absence = Absence::kNoData;
    /// It never falls, and what it grew by since an earlier block was counted since.
    bool counts = false;
};

/// Sorted by name.
std::span<const Kind> catalogue();

/// nullptr: no signal has that name.
const Kind* kind_of(std::string_view name);

/// The names that some rule reads: nobody makes a signal that nobody reads.
class Wanted {
  public:
    virtual ~Wanted() = default;
    [[nodiscard]] virtual bool reads(std::string_view name) const = 0;
};

}  // namespace faultline::signals
