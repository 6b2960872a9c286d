// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/runtime/backoff.hpp>

#include <algorithm>

namespace faultline::runtime {

Backoff::Backoff(Options options) : options_(options), step_(options.first) {
    FAULTLINE_ASSERT(options.first > Duration::zero() && options.first <= options.longest);
}

Duration Backoff::next(Random& random, Duration at_least) {
    const auto whole = static_cast<std::uint64_t>(step_.count());
    const Duration wait(static_cast<Duration::rep>(random.between(whole / 2, whole)));
    // Compared before doubling, so that no choice of `longest` overflows.
    step_ = step_ > options_.longest / 2 ? options_.longest : step_ * 2;
    return std::max(wait, at_least);
}

void Backoff::reset() {
    step_ = options_.first;
}

}  // namespace faultline::runtime
