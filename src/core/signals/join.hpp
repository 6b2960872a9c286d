// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace faultline::signals {

/// Of a signal on the board, which keeps them, or made for rows; copies share them. Never null.
using SharedLabels = std::shared_ptr<const Labels>;

/// @pre the labels outlive it
SharedLabels borrowed(const Labels& labels);
SharedLabels no_labels();

/// The first Expression::kMostInputs signals of the board that a row was made from, each once.
class Inputs {
  public:
    void add(const Signal& signal);
    void add(const Inputs& more);

    void clear() noexcept { size_ = 0; }

    [[nodiscard]] std::span<const Signal* const> all() const noexcept {
        return std::span(signals_).first(size_);
    }

  private:
    std::array<const Signal*, Expression::kMostInputs> signals_{};
    std::size_t size_ = 0;
};

/// A row on its way.
struct Partial {
    SharedLabels labels = no_labels();
    Figure<Decimal> value;
    Inputs inputs;
};

/// Rows of a node: at least one, by labels, which are different in each. With a fault (why the
/// whole evaluation is an error) the rows mean nothing.
struct Partials {
    std::vector<Partial> rows;
    std::string fault;
    std::uint64_t work = 0;  ///< Beside that of the rows.
    bool cut = false;        ///< It would have taken more than it may; the rows mean nothing.
};

/// Orders by labels; rows of equal labels become one that is kError.
void settle(std::vector<Partial>& rows);

/// The natural join: each two rows that agree on all labels that both have make one, with the
/// labels of both. A row without a partner meets one that is kNoData. Stops where it would take
/// more than `most_work`: a row each, and what looking for partners takes.
Partials join(
    Operator operation,
    std::vector<Partial> left,
    std::vector<Partial> right,
    std::uint64_t most_work
);

}  // namespace faultline::signals
