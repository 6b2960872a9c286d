// SPDX-License-Identifier: Apache-2.0
#include "core/signals/operations.hpp"

#include "core/signals/tree.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace faultline::signals {
namespace {

bool compare(Operator operation, const Decimal& left, const Decimal& right) {
    switch (operation) {
        case Operator::kLess:
            return left < right;
        case Operator::kAtMost:
            return left <= right;
        case Operator::kMore:
            return left > right;
        case Operator::kAtLeast:
            return left >= right;
        case Operator::kEqual:
            return left == right;
        default:
            return left != right;
    }
}

Figure<Decimal> compute(Operator operation, const Decimal& left, const Decimal& right) {
    std::optional<Decimal> result;
    switch (operation) {
        case Operator::kAdd:
            result = add(left, right);
            break;
        case Operator::kSubtract:
            result = sub(left, right);
            break;
        case Operator::kMultiply:
            result = mul(left, right);
            break;
        case Operator::kDivide:
            if (right.is_zero()) {
                return Figure<Decimal>::without(FigureStatus::kError, "a division by zero");
            }
            result = div(left, right);
            break;
        default:
            return truth(compare(operation, left, right));
    }
    return result ? Figure<Decimal>::of(*result)
                  : beyond("the result of '" + std::string(sign(operation)) + "'");
}

bool is(const Figure<Decimal>& figure, bool holds) {
    return figure.ok() && figure.value.is_zero() != holds;
}

/// Whether one operand alone decides `and` (by being false) or `or` (by being true).
Figure<Decimal> decide(bool deciding, const Figure<Decimal>& left, const Figure<Decimal>& right) {
    if (is(left, deciding) || is(right, deciding)) {
        return truth(deciding);
    }
    return left.ok() && right.ok() ? truth(!deciding) : worse(left, right);
}

}  // namespace

const Figure<Decimal>& worse(const Figure<Decimal>& left, const Figure<Decimal>& right) {
    static_assert(FigureStatus::kNoData < FigureStatus::kStale);
    static_assert(FigureStatus::kStale < FigureStatus::kError);
    return right.status > left.status ? right : left;
}

Figure<Decimal> truth(bool holds) {
    return Figure<Decimal>::of(Decimal::of(holds ? 1U : 0U));
}

Figure<Decimal> beyond(std::string_view what) {
    return Figure<Decimal>::without(
        FigureStatus::kError, std::string(what) + " is beyond what a number holds (1.2e59)"
    );
}

Figure<Decimal> apply(Operator operation, const Figure<Decimal>& of) {
    if (!of.ok()) {
        return of;
    }
    FAULTLINE_ASSERT(operation == Operator::kNot || operation == Operator::kNegate);
    return operation == Operator::kNot ? truth(of.value.is_zero())
                                       : Figure<Decimal>::of(of.value.negated());
}

Figure<Decimal> apply(
    Operator operation, const Figure<Decimal>& left, const Figure<Decimal>& right
) {
    if (operation == Operator::kAnd || operation == Operator::kOr) {
        return decide(operation == Operator::kOr, left, right);
    }
    return left.ok() && right.ok() ? compute(operation, left.value, right.value)
                                   : worse(left, right);
}

}  // namespace faultline::signals
