// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace faultline::aave {

/// Index in the Pool's reservesList, which is also its pair of bits in a user's configuration.
using ReserveId = std::uint16_t;
inline constexpr ReserveId kMaxReserves = 128;

/// A set of reserves: bit n is reserve n. @pre of all members: an id is below kMaxReserves
class ReserveBits {
  public:
    [[nodiscard]] constexpr bool bit(unsigned id) const {
        return ((words_[id / kWord] >> (id % kWord)) & 1U) != 0;
    }

    constexpr void set_bit(unsigned id, bool on) {
        const std::uint64_t mask = std::uint64_t{1} << (id % kWord);
        words_[id / kWord] = on ? (words_[id / kWord] | mask) : (words_[id / kWord] & ~mask);
    }

    [[nodiscard]] constexpr bool is_zero() const { return (words_[0] | words_[1]) == 0; }

    constexpr bool operator==(const ReserveBits&) const = default;

    /// As a number with the same bits.
    constexpr bool operator==(const U256& mask) const { return to_u256() == mask; }

    /// Those in either.
    friend constexpr ReserveBits operator|(const ReserveBits& a, const ReserveBits& b) {
        ReserveBits both;
        both.words_ = {a.words_[0] | b.words_[0], a.words_[1] | b.words_[1]};
        return both;
    }

    /// The lowest id that is not below `from`; kMaxReserves without one.
    [[nodiscard]] constexpr unsigned next(unsigned from) const {
        for (unsigned id = from; id < kMaxReserves; id = (id / kWord + 1) * kWord) {
            const std::uint64_t rest = words_[id / kWord] >> (id % kWord);
            if (rest != 0) {
                return id + static_cast<unsigned>(std::countr_zero(rest));
            }
        }
        return kMaxReserves;
    }

    [[nodiscard]] constexpr U256 to_u256() const {
        U256 mask;
        mask.limbs = {words_[0], words_[1], 0, 0};
        return mask;
    }

    /// nullopt where a bit stands for no reserve.
    static constexpr std::optional<ReserveBits> from_u256(const U256& mask) {
        if (!mask.fits_u128()) {
            return std::nullopt;
        }
        ReserveBits bits;
        bits.words_ = {mask.limbs[0], mask.limbs[1]};
        return bits;
    }

  private:
    static constexpr unsigned kWord = 64;

    std::array<std::uint64_t, 2> words_{};
};

}  // namespace faultline::aave
