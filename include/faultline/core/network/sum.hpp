// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace faultline::network {

/// Adds in the order given and keeps what rounding loses (Neumaier 1974), so that the sum of n
/// numbers of one sign is right to about two units in the last place, however many they are.
class Sum {
  public:
    void add(double value) noexcept {
        const double next = total_ + value;
        if (std::abs(total_) >= std::abs(value)) {
            lost_ += (total_ - next) + value;
        } else {
            lost_ += (value - next) + total_;
        }
        total_ = next;
    }

    [[nodiscard]] double value() const noexcept { return total_ + lost_; }

  private:
    double total_ = 0;
    double lost_ = 0;
};

}  // namespace faultline::network
