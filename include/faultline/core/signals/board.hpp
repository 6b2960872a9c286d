// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>

namespace faultline::signals {

/// A signal on a board, and by what windows know it.
struct Posted {
    Signal signal;
    Hash32 digest;  ///< SeriesKey::signal
};

/// Gets a signal, which is valid until the board changes; says whether to go on.
using BoardVisit = std::function<bool(const Posted&)>;

/// What an evaluation reads: the signals of one block, and what windows remember of them. It does
/// not change while an expression is evaluated.
class Board {
  public:
    Board() = default;
    Board(const Board&) = default;
    Board& operator=(const Board&) = default;
    Board(Board&&) = default;
    Board& operator=(Board&&) = default;
    virtual ~Board() = default;

    /// Visits each signal of the selector's name that meets its matchers, once, in any order,
    /// until the visitor says no. The range is not looked at. How many signals it takes to find
    /// them all, the same on every board of the same signals.
    virtual std::size_t each(const Selector& selector, const BoardVisit& visit) const = 0;

    /// The figure of a signal's window that ends with this block. It is one that each() gave: when
    /// it is not a value, the result has its status and reason.
    [[nodiscard]] virtual Figure<Decimal> window(
        const Posted& posted, WindowFunction function, const Range& range
    ) const = 0;
};

}  // namespace faultline::signals
