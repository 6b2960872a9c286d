// SPDX-License-Identifier: Apache-2.0
#include "base/malformed.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/divisor.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline {
namespace {

static_assert(std::endian::native == std::endian::little, "the byte conversions swap");

/// Holds any product of two U256.
using Wide = std::array<std::uint64_t, 8>;

constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000ULL;
constexpr std::size_t kChunkDigits = 19;

/// value << shift, one limb longer. @pre shift < 64
template <std::size_t N>
std::array<std::uint64_t, N + 1> shift_left(
    const std::array<std::uint64_t, N>& value, unsigned shift
) {
    std::array<std::uint64_t, N + 1> out{};
    if (shift == 0) {
        std::ranges::copy(value, out.begin());
        return out;
    }
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < N; ++i) {
        out[i] = (value[i] << shift) | (below >> (64U - shift));
        below = value[i];
    }
    out[N] = below >> (64U - shift);
    return out;
}

/// The low 256 bits of value >> shift. @pre shift < 64
template <std::size_t N>
    requires(N > 4)
U256 shift_right(const std::array<std::uint64_t, N>& value, unsigned shift) {
    U256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] =
            shift == 0 ? value[i] : (value[i] >> shift) | (value[i + 1] << (64U - shift));
    }
    return out;
}

std::size_t limb_count(const std::array<std::uint64_t, 4>& value) {
    std::size_t count = value.size();
    while (count > 0 && value[count - 1] == 0) {
        --count;
    }
    return count;
}

/// A division of N limbs by up to 256 bits: schoolbook (Knuth, TAOCP 4.3.1 D) with reciprocals.
/// Leaves the remainder, still shifted, in the numerator, which has one limb more for the bits that
/// normalisation shifts out.
template <std::size_t N>
class LongDivision {
  public:
    /// @pre divisor != 0
    LongDivision(const std::array<std::uint64_t, N>& numerator, const U256& divisor)
        : size_(limb_count(divisor.limbs)),
          shift_(static_cast<unsigned>(std::countl_zero(divisor.limbs[size_ - 1]))),
          numerator_(shift_left(numerator, shift_)) {
        const auto shifted = shift_left(divisor.limbs, shift_);
        std::ranges::copy_n(shifted.begin(), 4, divisor_.begin());
        while (top_ > 0 && numerator_[top_] == 0) {
            --top_;
        }
        if (size_ == 1) {
            by_one();
        } else {
            by_many();
        }
    }

    [[nodiscard]] const std::array<std::uint64_t, N>& quotient() const { return quotient_; }

    [[nodiscard]] U256 remainder() const { return shift_right(numerator_, shift_); }

  private:
    void by_one() {
        const std::uint64_t reciprocal = limbs::reciprocal_2by1(divisor_[0]);
        std::uint64_t remainder = numerator_[N];
        for (std::size_t i = std::min(top_ + 1, N); i-- > 0;) {
            quotient_[i] = limbs::divide_2by1(remainder, numerator_[i], divisor_[0], reciprocal);
        }
        numerator_.fill(0);
        numerator_[0] = remainder;
    }

    void by_many() {
        const U128 head = (U128{divisor_[size_ - 1]} << 64U) | divisor_[size_ - 2];
        const std::uint64_t reciprocal = limbs::reciprocal_3by2(head);
        // The highest limb may be a whole digit (not only overflow of the shift), so the digit
        // above it is 0 and the first step starts one higher.
        const std::size_t steps = top_ + 1 < size_ ? 0 : std::min(top_ + 2, N + 1) - size_;
        for (std::size_t at = steps; at-- > 0;) {
            quotient_[at] = digit(at, head, reciprocal);
        }
    }

    std::uint64_t digit(std::size_t at, U128 head, std::uint64_t reciprocal) {
        U128 high = (U128{numerator_[at + size_]} << 64U) | numerator_[at + size_ - 1];
        if (high >= head) [[unlikely]] {
            // Only equality can be: then the estimate 2^64-1 is exact, as the tails differ by less
            // than one divisor.
            subtract_product(at, size_, ~std::uint64_t{0});
            return ~std::uint64_t{0};
        }
        std::uint64_t quotient =
            limbs::divide_3by2(high, numerator_[at + size_ - 2], head, reciprocal);
        const std::uint64_t borrow = subtract_product(at, size_ - 2, quotient);
        const bool too_big = high < borrow;
        high -= borrow;
        numerator_[at + size_ - 2] = static_cast<std::uint64_t>(high);
        numerator_[at + size_ - 1] = static_cast<std::uint64_t>(high >> 64U);
        numerator_[at + size_] = 0;
        if (too_big) [[unlikely]] {
            --quotient;
            add_divisor(at);
        }
        return quotient;
    }

    /// numerator -= divisor[0, count) * quotient << (64 * at); the borrow goes to limb at + count
    /// when the whole divisor was used, else to the caller.
    std::uint64_t subtract_product(std::size_t at, std::size_t count, std::uint64_t quotient) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const U128 term = (U128{divisor_[i]} * quotient) + carry;
            carry = static_cast<std::uint64_t>(term >> 64U);
            std::uint64_t borrow = 0;
            numerator_[at + i] =
                limbs::sub_borrow(numerator_[at + i], static_cast<std::uint64_t>(term), borrow);
            carry += borrow;
        }
        if (count == size_) {
            numerator_[at + count] -= carry;
        }
        return carry;
    }

    void add_divisor(std::size_t at) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            numerator_[at + i] = limbs::add_carry(numerator_[at + i], divisor_[i], carry);
        }
    }

    std::size_t size_;
    unsigned shift_;
    std::array<std::uint64_t, N + 1> numerator_;
    std::array<std::uint64_t, 4> divisor_{};
    std::array<std::uint64_t, N> quotient_{};
    std::size_t top_ = N;
};

std::optional<U256> narrow(const Wide& value) {
    if ((value[4] | value[5] | value[6] | value[7]) != 0) {
        return std::nullopt;
    }
    U256 out;
    std::ranges::copy_n(value.begin(), 4, out.limbs.begin());
    return out;
}

/// Cannot overflow: a product of two 256-bit numbers leaves room for one more.
void add(Wide& value, const U256& addend) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        value[i] = limbs::add_carry(value[i], i < 4 ? addend.limbs[i] : 0, carry);
    }
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::array<std::uint8_t, 32> U256::to_be_bytes() const {
    const std::array<std::uint64_t, 4> words{
        std::byteswap(limbs[3]),
        std::byteswap(limbs[2]),
        std::byteswap(limbs[1]),
        std::byteswap(limbs[0]),
    };
    return std::bit_cast<std::array<std::uint8_t, 32>>(words);
}

U256 U256::from_be_bytes(BytesView bytes) {
    FAULTLINE_ASSERT(bytes.size() <= 32);
    std::array<std::uint8_t, 32> padded{};
    std::ranges::copy(bytes, padded.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    const auto words = std::bit_cast<std::array<std::uint64_t, 4>>(padded);
    U256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        out.limbs[i] = std::byteswap(words[3 - i]);
    }
    return out;
}

std::string U256::to_string() const {
    constexpr std::uint64_t kReciprocal = limbs::reciprocal_2by1(kTenTo19);
    static_assert(std::countl_zero(kTenTo19) == 0);
    std::string reversed;
    for (U256 rest = *this; !rest.is_zero();) {
        std::uint64_t chunk = 0;
        for (std::size_t i = 4; i-- > 0;) {
            rest.limbs[i] = limbs::divide_2by1(chunk, rest.limbs[i], kTenTo19, kReciprocal);
        }
        for (std::size_t i = 0; i < kChunkDigits && (chunk != 0 || !rest.is_zero()); ++i) {
            reversed.push_back(static_cast<char>('0' + (chunk % 10)));
            chunk /= 10;
        }
    }
    std::ranges::reverse(reversed);
    return reversed.empty() ? "0" : reversed;
}

Result<U256> U256::from_decimal(std::string_view text) {
    const bool digits_only = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (text.empty() || !digits_only) {
        return malformed("decimal digits", text);
    }
    U256 out;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view head = rest.substr(0, std::min(rest.size(), kChunkDigits));
        std::uint64_t chunk = 0;
        for (const char c : head) {
            chunk = (chunk * 10) + static_cast<std::uint64_t>(c - '0');
        }
        const auto scaled = checked_mul(out, pow10(static_cast<unsigned>(head.size())));
        const auto sum = scaled ? checked_add(*scaled, chunk) : std::nullopt;
        if (!sum) {
            return malformed("a number below 2^256", text);
        }
        out = *sum;
        rest.remove_prefix(head.size());
    }
    return out;
}

Result<U256> U256::from_hex(std::string_view text) {
    if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) {
        return malformed("0x and hex digits", text);
    }
    U256 out;
    for (const char c : text.substr(2)) {
        const int digit = digit_value(c);
        if (digit < 0) {
            return malformed("0x and hex digits", text);
        }
        if ((out.limbs[3] >> 60U) != 0) {
            return malformed("a number below 2^256", text);
        }
        for (std::size_t i = 4; i-- > 1;) {
            out.limbs[i] = (out.limbs[i] << 4U) | (out.limbs[i - 1] >> 60U);
        }
        out.limbs[0] = (out.limbs[0] << 4U) | static_cast<std::uint64_t>(digit);
    }
    return out;
}

std::string U256::hex() const {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const unsigned digits = std::max(1U, (bit_width() + 3) / 4);
    std::string out = "0x";
    for (unsigned i = digits; i-- > 0;) {
        out.push_back(kDigits[(limbs[i / 16] >> (4 * (i % 16))) & 0xfU]);
    }
    return out;
}

DivMod div_mod(const U256& dividend, const U256& divisor) {
    FAULTLINE_ASSERT(!divisor.is_zero());
    if (dividend < divisor) {
        return {.quotient = {}, .remainder = dividend};
    }
    if (divisor.fits_u128()) {
        return Divisor(divisor).divide(dividend);
    }
    const LongDivision division(dividend.limbs, divisor);
    U256 quotient;
    quotient.limbs = division.quotient();
    return {.quotient = quotient, .remainder = division.remainder()};
}

std::optional<U256> mul_div_floor(const U256& a, const U256& b, const U256& c) {
    if (c.is_zero()) {
        return std::nullopt;
    }
    const LongDivision division(limbs::product(a.limbs, b.limbs), c);
    return narrow(division.quotient());
}

std::optional<U256> mul_div_ceil(const U256& a, const U256& b, const U256& c) {
    if (c.is_zero()) {
        return std::nullopt;
    }
    const LongDivision division(limbs::product(a.limbs, b.limbs), c);
    const auto floor = narrow(division.quotient());
    if (!floor || division.remainder().is_zero()) {
        return floor;
    }
    return checked_add(*floor, 1);
}

std::optional<U256> mul_div_half_up(const U256& a, const U256& b, const U256& c) {
    if (c.is_zero()) {
        return std::nullopt;
    }
    Wide numerator = limbs::product(a.limbs, b.limbs);
    add(numerator, half(c));
    const LongDivision division(numerator, c);
    return narrow(division.quotient());
}

U256 pow10(unsigned n) {
    static constexpr auto kPowers = [] {
        std::array<U256, 78> table{};
        table[0] = 1;
        for (std::size_t i = 1; i < table.size(); ++i) {
            table[i] = wrapping_mul(table[i - 1], 10);
        }
        return table;
    }();
    FAULTLINE_ASSERT(n < kPowers.size());
    return kPowers[n];
}

}  // namespace faultline
