// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <gmp.h>
#include <optional>
#include <random>
#include <vector>

/// Inputs and the oracle for the arithmetic tests: numbers of every size, crowded where carries and
/// overflows happen, and GMP's integers to check against.
namespace faultline::test {

/// A GMP integer with value semantics.
class Big {
  public:
    Big() { mpz_init(value_); }

    Big(std::uint64_t value) : Big(U256(value)) {}  // NOLINT(google-explicit-constructor)

    Big(const U256& value) {  // NOLINT(google-explicit-constructor)
        mpz_init(value_);
        mpz_import(value_, value.limbs.size(), -1, sizeof(std::uint64_t), 0, 0, value.limbs.data());
    }

    Big(const Big& other) { mpz_init_set(value_, other.value_); }

    Big& operator=(const Big& other) {
        mpz_set(value_, other.value_);
        return *this;
    }

    ~Big() { mpz_clear(value_); }

    friend Big operator+(const Big& a, const Big& b) { return a.with(mpz_add, b); }

    friend Big operator-(const Big& a, const Big& b) { return a.with(mpz_sub, b); }

    friend Big operator*(const Big& a, const Big& b) { return a.with(mpz_mul, b); }

    friend Big operator/(const Big& a, const Big& b) { return a.with(mpz_fdiv_q, b); }

    friend Big operator%(const Big& a, const Big& b) { return a.with(mpz_fdiv_r, b); }

    friend Big ceil_div(const Big& a, const Big& b) { return a.with(mpz_cdiv_q, b); }

    friend bool operator==(const Big& a, const Big& b) { return mpz_cmp(a.value_, b.value_) == 0; }

    /// Whether it is 0 or more and below 2^256.
    [[nodiscard]] bool fits_u256() const {
        return mpz_sgn(value_) >= 0 && mpz_sizeinbase(value_, 2) <= 256;
    }

    /// @pre fits_u256()
    [[nodiscard]] U256 u256() const {
        U256 out;
        mpz_export(out.limbs.data(), nullptr, -1, sizeof(std::uint64_t), 0, 0, value_);
        return out;
    }

    /// The value when it fits 256 bits.
    [[nodiscard]] std::optional<U256> checked() const {
        return fits_u256() ? std::optional(u256()) : std::nullopt;
    }

    [[nodiscard]] std::string text(int base = 10) const {
        std::string out(mpz_sizeinbase(value_, base) + 2, '\0');
        mpz_get_str(out.data(), base, value_);
        out.resize(out.find('\0'));
        return out;
    }

  private:
    template <class Operation>
    [[nodiscard]] Big with(Operation operation, const Big& other) const {
        Big out;
        operation(out.value_, value_, other.value_);
        return out;
    }

    mpz_t value_;
};

/// 0, 1, 2^64±1, 2^128±1, 2^255, max, powers of ten and of two, ray and the like, each with its
/// neighbours.
inline std::vector<U256> edge_values() {
    std::vector<U256> out{0, 1, 2, 3, U256::max()};
    const auto with_neighbours = [&](const U256& value) {
        out.push_back(wrapping_sub(value, 1));
        out.push_back(value);
        out.push_back(wrapping_add(value, 1));
    };
    for (const unsigned bits :
         {31U, 32U, 63U, 64U, 65U, 127U, 128U, 129U, 191U, 192U, 193U, 255U}) {
        U256 power;
        power.set_bit(bits, true);
        with_neighbours(power);
    }
    for (const unsigned digits : {1U, 4U, 18U, 19U, 20U, 27U, 38U, 39U, 45U, 50U, 77U}) {
        with_neighbours(pow10(digits));
    }
    with_neighbours(half(pow10(27)));
    with_neighbours(half(U256::max()));
    return out;
}

/// Draws numbers whose size in bits is uniform, one in four of them an edge value, one in eight
/// with limbs of only zeros or ones.
class Values {
  public:
    explicit Values(std::uint64_t seed) : random_(seed), edges_(edge_values()) {}

    U256 next() {
        const std::uint64_t kind = random_() % 8;
        if (kind < 2) {
            return edges_[random_() % edges_.size()];
        }
        U256 out;
        for (auto& limb : out.limbs) {
            limb = kind == 2 ? std::uint64_t{0} - (random_() & 1U) : random_();
        }
        return below_bits(out, static_cast<unsigned>(random_() % 257));
    }

    /// As next(), below 2^bits.
    U256 next_below_bits(unsigned bits) { return below_bits(next(), bits); }

    std::uint64_t raw() { return random_(); }

  private:
    static U256 below_bits(U256 value, unsigned bits) {
        for (unsigned i = value.bit_width(); i > bits; --i) {
            value.set_bit(i - 1, false);
        }
        return value;
    }

    std::mt19937_64 random_;
    std::vector<U256> edges_;
};

}  // namespace faultline::test
