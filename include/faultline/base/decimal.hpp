// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace faultline {

/// A signed number with 18 decimals: what rules compare and compute with. Not for accounting, whose
/// integers are in a contract's own units. The same on every machine: no floating point.
///
/// Every operation rounds toward zero and says nullopt beyond 2^256 / 10^18 (about 1.2e59).
class Decimal {
  public:
    static constexpr unsigned kPlaces = 18;

    constexpr Decimal() = default;

    /// A whole number; always fits.
    static Decimal of(std::uint64_t whole);
    /// amount / 10^decimals. @pre decimals <= 77
    static std::optional<Decimal> of(const U256& amount, unsigned decimals);
    /// a / b; nullopt also when b is 0.
    static std::optional<Decimal> ratio(const U256& a, const U256& b);
    /// "12", "-0.05": digits, at most one point, at most 18 digits after it. kMalformed otherwise.
    static Result<Decimal> parse(std::string_view text);

    /// Without zeros at the end: "1.5", "-3", "0".
    [[nodiscard]] std::string text() const;
    /// Cut (not rounded) to so many places, all of which are written. @pre places <= 18
    [[nodiscard]] std::string text(unsigned places) const;

    [[nodiscard]] bool negative() const noexcept { return negative_; }

    [[nodiscard]] bool is_zero() const noexcept { return magnitude_.is_zero(); }

    /// Without its sign, times 10^18.
    [[nodiscard]] const U256& magnitude() const noexcept { return magnitude_; }

    [[nodiscard]] Decimal negated() const;
    [[nodiscard]] Decimal abs() const;
    /// nullopt below 0.
    [[nodiscard]] std::optional<Decimal> sqrt() const;

    friend std::optional<Decimal> add(const Decimal& a, const Decimal& b);
    friend std::optional<Decimal> sub(const Decimal& a, const Decimal& b);
    friend std::optional<Decimal> mul(const Decimal& a, const Decimal& b);
    /// nullopt also when b is 0.
    friend std::optional<Decimal> div(const Decimal& a, const Decimal& b);

    bool operator==(const Decimal&) const = default;
    std::strong_ordering operator<=>(const Decimal& other) const;

    /// For row codecs.
    auto fields(this auto& self) { return std::tie(self.negative_, self.magnitude_); }

  private:
    Decimal(bool negative, const U256& magnitude)
        : negative_(negative && !magnitude.is_zero()), magnitude_(magnitude) {}

    bool negative_ = false;  ///< Never of 0.
    U256 magnitude_;         ///< Times 10^18.
};

}  // namespace faultline
