// SPDX-License-Identifier: Apache-2.0
#include "latency.hpp"

#include <faultline/base/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace faultline::rpc {
namespace {

constexpr std::size_t kEnough = 16;
constexpr int kWeight = 8;

}  // namespace

void Latency::add(Duration took) {
    typical_ = seen_ == 0 ? took : typical_ + ((took - typical_) / kWeight);
    last_.at(seen_ % kKept) = took;
    ++seen_;
}

std::optional<Duration> Latency::p95() const {
    const std::size_t count = std::min(seen_, kKept);
    if (count < kEnough) {
        return std::nullopt;
    }
    std::array<Duration, kKept> sorted = last_;
    const auto at = static_cast<std::ptrdiff_t>((count * 95) / 100);
    std::nth_element(
        sorted.begin(), sorted.begin() + at, sorted.begin() + static_cast<std::ptrdiff_t>(count)
    );
    return sorted.at(static_cast<std::size_t>(at));
}

}  // namespace faultline::rpc
