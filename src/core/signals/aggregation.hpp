// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>

#include <cstdint>
#include <optional>

namespace faultline::signals {

/// What rows come to. One that is not a value makes the whole of it not a value: the worst one's
/// status, the first of these.
class Aggregator {
  public:
    Aggregator(Aggregation aggregation, Type type) : aggregation_(aggregation), type_(type) {}

    void take(const Figure<Decimal>& figure);

    /// @pre something was taken
    [[nodiscard]] Figure<Decimal> result() const;

  private:
    Aggregation aggregation_;
    Type type_;
    std::optional<Figure<Decimal>> missing_;
    std::uint64_t rows_ = 0;
    std::uint64_t holding_ = 0;  ///< Truths that are 1.
    Decimal min_;
    Decimal max_;
    std::optional<Decimal> sum_ = Decimal();  ///< None beyond what a Decimal holds.
};

}  // namespace faultline::signals
