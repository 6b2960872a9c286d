// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace faultline::network {

/// Adds in the order given and keeps what rounding loses (as Neumaier 1974), so that the sum of n
/// numbers of one sign is right to about two units in the last place, however many they are.
class Sum {
  public:
    void add(double value) noexcept {
        // What the addition rounds away, exactly, whichever of the two is larger (Knuth's TwoSum):
        // without a branch that data decides.
        const double next = total_ + value;
        const double added = next - total_;
        lost_ += (total_ - (next - added)) + (value - added);
        total_ = next;
    }

    [[nodiscard]] double value() const noexcept { return total_ + lost_; }

  private:
    double total_ = 0;
    double lost_ = 0;
};

}  // namespace faultline::network
