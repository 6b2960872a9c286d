// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <bit>
#include <limits>
#include <random>

namespace faultline::runtime {

namespace {

/// Fills the state from one word, as the authors of xoshiro advise.
std::uint64_t splitmix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed) {
    for (auto& word : state_) {
        word = splitmix64(seed);
    }
}

std::uint64_t Random::system_seed() {
    std::random_device device;
    const std::uint64_t high = device();
    return (high << 32U) | device();
}

std::uint64_t Random::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
    FAULTLINE_ASSERT(bound > 0);
    // 2^64 mod bound: the values below it would make small results more likely.
    const std::uint64_t surplus = (0 - bound) % bound;
    std::uint64_t value = next();
    while (value < surplus) {
        value = next();
    }
    return value % bound;
}

std::uint64_t Random::between(std::uint64_t low, std::uint64_t high) {
    FAULTLINE_ASSERT(low <= high);
    const std::uint64_t span = high - low;
    if (span == std::numeric_limits<std::uint64_t>::max()) {
        return next();
    }
    return low + below(span + 1);
}

bool Random::chance(double p) {
    return static_cast<double>(next() >> 11U) * 0x1.0p-53 < p;
}

}  // namespace faultline::runtime
