// SPDX-License-Identifier: Apache-2.0
#include "property/aave_model/exact_math.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/u256.hpp>

#include <cstddef>
#include <cstdint>

namespace faultline::aave_model {
namespace {

constexpr std::uint64_t kYearSeconds = 31'536'000;

Int half_up(const Int& numerator, const Int& denominator) {
    return (numerator + denominator / 2) / denominator;
}

}  // namespace

Int pow10(unsigned exponent) {
    Int out = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        out *= 10;
    }
    return out;
}

Int ray() {
    return pow10(27);
}

Int max_word() {
    return (Int(1) << 256U) - 1;
}

Int div_ceil(const Int& a, const Int& b) {
    return (a + b - 1) / b;
}

Int ray_mul(const Int& a, const Int& b) {
    return half_up(a * b, ray());
}

Int ray_div(const Int& a, const Int& b) {
    return half_up(a * ray(), b);
}

Int ray_mul_floor(const Int& a, const Int& b) {
    return a * b / ray();
}

Int ray_mul_ceil(const Int& a, const Int& b) {
    return div_ceil(a * b, ray());
}

Int ray_div_floor(const Int& a, const Int& b) {
    return a * ray() / b;
}

Int ray_div_ceil(const Int& a, const Int& b) {
    return div_ceil(a * ray(), b);
}

Int wad_div(const Int& a, const Int& b) {
    return half_up(a * pow10(18), b);
}

Int percent_mul(const Int& a, const Int& bps) {
    return half_up(a * bps, 10'000);
}

Int linear_interest(const Int& rate, std::uint64_t seconds) {
    return ray() + rate * seconds / kYearSeconds;
}

Int binomial_interest(const Int& rate, std::uint64_t seconds) {
    if (seconds == 0) {
        return ray();
    }
    const Int n = seconds;
    const Int one_less = n - 1;
    const Int two_less = seconds > 2 ? n - 2 : Int(0);
    const Int second_power = ray_mul(rate, rate) / (Int(kYearSeconds) * kYearSeconds);
    const Int third_power = ray_mul(second_power, rate) / kYearSeconds;
    return ray() + rate * n / kYearSeconds + n * one_less * second_power / 2 +
           n * one_less * two_less * third_power / 6;
}

Int per_second_interest(const Int& rate, std::uint64_t seconds) {
    if (seconds == 0) {
        return ray();
    }
    const Int n = seconds;
    const Int one_less = n - 1;
    const Int two_less = seconds > 2 ? n - 2 : Int(0);
    const Int rate_per_second = rate / kYearSeconds;
    const Int second_power = ray_mul(rate_per_second, rate_per_second);
    const Int third_power = ray_mul(second_power, rate_per_second);
    return ray() + rate_per_second * n + n * one_less * second_power / 2 +
           n * one_less * two_less * third_power / 6;
}

Int taylor_interest(const Int& rate, std::uint64_t seconds) {
    if (seconds == 0) {
        return ray();
    }
    const Int x = rate * seconds / kYearSeconds;
    return ray() + x + ray_mul(x, x / 2 + ray_mul(x, x / 6));
}

U256 to_word(const Int& value) {
    FAULTLINE_ASSERT(value >= 0 && value <= max_word());
    U256 out;
    Int rest = value;
    for (std::uint64_t& limb : out.limbs) {
        limb = static_cast<std::uint64_t>(rest % (Int(1) << 64U));
        rest >>= 64U;
    }
    return out;
}

Int from_word(const U256& word) {
    Int out;
    for (std::size_t i = word.limbs.size(); i-- > 0;) {
        out = (out << 64U) + word.limbs.at(i);
    }
    return out;
}

bool has_bit(const Int& bits, unsigned at) {
    return (bits >> at) % 2 != 0;
}

void set_bit(Int& bits, unsigned at, bool on) {
    if (has_bit(bits, at) != on) {
        bits += on ? Int(1) << at : -(Int(1) << at);
    }
}

}  // namespace faultline::aave_model
