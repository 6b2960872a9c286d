// SPDX-License-Identifier: Apache-2.0
#include "core/signals/aggregation.hpp"

#include "core/signals/operations.hpp"
#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>

#include <algorithm>
#include <optional>

namespace faultline::signals {

void Aggregator::take(const Figure<Decimal>& figure) {
    if (!figure.ok()) {
        missing_ = missing_ ? worse(*missing_, figure) : figure;
        return;
    }
    min_ = rows_ == 0 ? figure.value : std::min(min_, figure.value);
    max_ = rows_ == 0 ? figure.value : std::max(max_, figure.value);
    sum_ = sum_ ? add(*sum_, figure.value) : std::nullopt;
    ++rows_;
    holding_ += figure.value.is_zero() ? 0 : 1;
}

Figure<Decimal> Aggregator::result() const {
    if (missing_) {
        return *missing_;
    }
    switch (aggregation_) {
        case Aggregation::kMin:
            return Figure<Decimal>::of(min_);
        case Aggregation::kMax:
            return Figure<Decimal>::of(max_);
        case Aggregation::kCount:
            return Figure<Decimal>::of(Decimal::of(type_ == Type::kTruth ? holding_ : rows_));
        case Aggregation::kSum:
        case Aggregation::kAvg:
            break;
    }
    if (!sum_) {
        return beyond("the sum");
    }
    if (aggregation_ == Aggregation::kSum) {
        return Figure<Decimal>::of(*sum_);
    }
    const auto average = div(*sum_, Decimal::of(rows_));
    return average ? Figure<Decimal>::of(*average) : beyond("the average");
}

}  // namespace faultline::signals
