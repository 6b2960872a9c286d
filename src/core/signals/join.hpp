// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::signals {

/// A row on its way; what it read are places in the evaluation's list of signals.
struct Partial {
    Labels labels;
    Figure<Decimal> value;
    std::vector<std::uint32_t> inputs;
};

/// Rows of a node: at least one, by labels, which are different in each. With a fault (why the
/// whole evaluation is an error) the rows mean nothing.
struct Partials {
    std::vector<Partial> rows;
    std::string fault;
};

/// Adds inputs that are not there yet, up to Expression::kMostInputs. @pre places of `signals`
void add_inputs(
    const std::vector<Signal>& signals,
    const std::vector<std::uint32_t>& more,
    std::vector<std::uint32_t>& inputs
);

/// Orders by labels; rows of equal labels become one that is kError.
void settle(std::vector<Partial>& rows);

/// The natural join: each two rows that agree on all labels that both have make one, with the
/// labels of both. A row without a partner meets one that is kNoData.
Partials join(
    Operator operation,
    std::vector<Partial> left,
    std::vector<Partial> right,
    const std::vector<Signal>& signals
);

}  // namespace faultline::signals
