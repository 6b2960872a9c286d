// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline {
namespace {

U256 one() {
    return pow10(Decimal::kPlaces);
}

/// floor(sqrt(value)), a bit at a time.
U256 floor_sqrt(const U256& value) {
    constexpr unsigned kHighestBit = 127;
    U256 root;
    for (unsigned bit = kHighestBit + 1; bit-- > 0;) {
        U256 tried = root;
        tried.set_bit(bit, true);
        if (mul_u128(tried.low_u128(), tried.low_u128()) <= value) {
            root = tried;
        }
    }
    return root;
}

}  // namespace

Decimal Decimal::of(std::uint64_t whole) {
    return {false, mul_u128(whole, one().low_u128())};
}

std::optional<Decimal> Decimal::of(const U256& amount, unsigned decimals) {
    const auto scaled = mul_div_floor(amount, one(), pow10(decimals));
    return scaled ? std::optional(Decimal(false, *scaled)) : std::nullopt;
}

std::optional<Decimal> Decimal::ratio(const U256& a, const U256& b) {
    const auto scaled = mul_div_floor(a, one(), b);
    return scaled ? std::optional(Decimal(false, *scaled)) : std::nullopt;
}

Result<Decimal> Decimal::parse(std::string_view text) {
    const auto bad = [text](std::string_view what) {
        return Error(Code::kMalformed, "'" + std::string(text) + "' " + std::string(what));
    };
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    rest.remove_prefix(negative ? 1 : 0);
    const std::size_t point = rest.find('.');
    const std::string_view whole = rest.substr(0, point);
    const std::string_view part =
        point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    const bool no_part = point != std::string_view::npos && part.empty();
    if (whole.empty() || no_part) {
        return bad("is no number; write it as 1.5");
    }
    if (part.size() > kPlaces) {
        return bad("has more than 18 digits behind the point");
    }
    std::string digits(whole);
    digits += part;
    digits.append(kPlaces - part.size(), '0');
    const Result<U256> magnitude = U256::from_decimal(digits);
    if (!magnitude) {
        return bad("is no number of up to 59 digits; write it as 1.5");
    }
    return Decimal(negative, *magnitude);
}

std::string Decimal::text() const {
    std::string out = text(kPlaces);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) {
        out.pop_back();
    }
    return out;
}

std::string Decimal::text(unsigned places) const {
    std::string digits = magnitude_.to_string();
    if (digits.size() <= kPlaces) {
        digits.insert(0, kPlaces + 1 - digits.size(), '0');
    }
    const std::size_t point = digits.size() - kPlaces;
    std::string out = negative_ ? "-" : "";
    out += digits.substr(0, point);
    if (places > 0) {
        out += "." + digits.substr(point, places);
    }
    return out;
}

Decimal Decimal::negated() const {
    return {!negative_, magnitude_};
}

Decimal Decimal::abs() const {
    return {false, magnitude_};
}

std::optional<Decimal> Decimal::sqrt() const {
    if (negative_) {
        return std::nullopt;
    }
    // sqrt(m / 10^18) * 10^18 = sqrt(m * 10^18); where that has more than 256 bits the root of m
    // alone has at least 98 of its own.
    if (const auto wide = checked_mul(magnitude_, one())) {
        return Decimal(false, floor_sqrt(*wide));
    }
    const U256 root = floor_sqrt(magnitude_);
    constexpr std::uint64_t kRootOfOne = 1'000'000'000;
    const auto scaled = checked_mul(root, U256(kRootOfOne));
    return scaled ? std::optional(Decimal(false, *scaled)) : std::nullopt;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
    if (a.negative_ == b.negative_) {
        const auto sum = checked_add(a.magnitude_, b.magnitude_);
        return sum ? std::optional(Decimal(a.negative_, *sum)) : std::nullopt;
    }
    if (a.magnitude_ >= b.magnitude_) {
        return Decimal(a.negative_, wrapping_sub(a.magnitude_, b.magnitude_));
    }
    return Decimal(b.negative_, wrapping_sub(b.magnitude_, a.magnitude_));
}

std::optional<Decimal> sub(const Decimal& a, const Decimal& b) {
    return add(a, b.negated());
}

std::optional<Decimal> mul(const Decimal& a, const Decimal& b) {
    const auto product = mul_div_floor(a.magnitude_, b.magnitude_, one());
    return product ? std::optional(Decimal(a.negative_ != b.negative_, *product)) : std::nullopt;
}

std::optional<Decimal> div(const Decimal& a, const Decimal& b) {
    const auto quotient = mul_div_floor(a.magnitude_, one(), b.magnitude_);
    return quotient ? std::optional(Decimal(a.negative_ != b.negative_, *quotient)) : std::nullopt;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    if (negative_ != other.negative_) {
        return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return negative_ ? other.magnitude_ <=> magnitude_ : magnitude_ <=> other.magnitude_;
}

}  // namespace faultline
