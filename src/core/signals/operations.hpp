// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>

#include <string_view>

/// Operators on single figures: docs/expressions.md, "Values that are not there".
namespace faultline::signals {

/// The operand that is not a value; of two, the worse one, or the left one when they are as bad.
/// @pre one of them is not a value
const Figure<Decimal>& worse(const Figure<Decimal>& left, const Figure<Decimal>& right);

Figure<Decimal> truth(bool holds);
Figure<Decimal> beyond(std::string_view what);  ///< kError: an overflow.

Figure<Decimal> apply(Operator operation, const Figure<Decimal>& of);
Figure<Decimal> apply(
    Operator operation, const Figure<Decimal>& left, const Figure<Decimal>& right
);

}  // namespace faultline::signals
