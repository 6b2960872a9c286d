// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace faultline {

/// What a figure is worth. Only kValue may be compared with a threshold; the others never mean
/// 'fine'.
enum class FigureStatus : std::uint8_t {
    kValue,   ///< Exact as of the block it is given for.
    kNoData,  ///< Something it needs was never seen.
    kStale,   ///< Something it needs is older than the block.
    kError,   ///< The inputs contradict each other, or the contract's own view would revert.
};

constexpr FigureStatus last_of(FigureStatus /*of*/) noexcept {
    return FigureStatus::kError;
}

/// "value", "no_data", "stale", "error".
std::string_view figure_status_name(FigureStatus status) noexcept;

/// A value with its status; `value` is meaningful for kValue only, `reason` for the others.
template <class T>
struct Figure {
    FigureStatus status = FigureStatus::kNoData;
    T value{};
    std::string reason;

    static Figure of(T value) { return {FigureStatus::kValue, std::move(value), {}}; }

    static Figure without(FigureStatus status, std::string reason) {
        return {status, T{}, std::move(reason)};
    }

    [[nodiscard]] bool ok() const noexcept { return status == FigureStatus::kValue; }

    bool operator==(const Figure&) const = default;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.status, self.value, self.reason); }
};

}  // namespace faultline
