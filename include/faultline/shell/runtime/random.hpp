// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace faultline::runtime {

/// Seeded xoshiro256** (Blackman and Vigna, 2018): same seed, same sequence on every machine.
/// Randomness enters the product only through one of these: jitter in the daemon, everything in
/// tests/sim.
class Random {
  public:
    explicit Random(std::uint64_t seed);
    /// A seed from the operating system.
    static std::uint64_t system_seed();

    std::uint64_t next();
    /// Uniform in [0, bound). @pre bound > 0
    std::uint64_t below(std::uint64_t bound);
    /// Uniform in [low, high]. @pre low <= high
    std::uint64_t between(std::uint64_t low, std::uint64_t high);
    /// True with probability `p`.
    bool chance(double p);

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace faultline::runtime
