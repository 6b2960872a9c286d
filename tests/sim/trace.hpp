// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

namespace faultline::sim {

/// A digest of everything that crossed a border of the daemon, with the simulated time at which it
/// did: two runs of one seed must end with the same one. Prints as it goes when asked to.
class Trace {
  public:
    explicit Trace(bool verbose) : verbose_(verbose) {}

    void add(Instant at, std::string_view what, std::string_view detail) {
        mix(std::to_string(at.since_start.count()));
        mix(what);
        mix(detail);
        ++events_;
        if (verbose_) {
            constexpr std::size_t kShown = 200;
            const auto ms =
                std::chrono::duration_cast<std::chrono::milliseconds>(at.since_start).count();
            std::cout << ms / 1000 << '.' << std::to_string(1000 + ms % 1000).substr(1) << ' '
                      << what << ' ' << detail.substr(0, kShown) << '\n';
        }
    }

    [[nodiscard]] std::uint64_t digest() const { return digest_; }

    [[nodiscard]] std::uint64_t events() const { return events_; }

    [[nodiscard]] bool verbose() const { return verbose_; }

  private:
    /// FNV-1a.
    void mix(std::string_view text) {
        for (const char c : text) {
            digest_ = (digest_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
        }
        digest_ = (digest_ ^ 0xffU) * 0x100000001b3ULL;
    }

    bool verbose_;
    std::uint64_t digest_ = 0xcbf29ce484222325ULL;
    std::uint64_t events_ = 0;
};

}  // namespace faultline::sim
