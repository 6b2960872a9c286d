// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/join.hpp"
#include "core/signals/tree.hpp"

#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace faultline::signals {

/// One evaluation of one expression.
class Evaluator {
  public:
    /// @pre all three outlive it
    Evaluator(
        const std::vector<Node>& nodes, const std::vector<Selector>& selectors, const Board& board
    )
        : nodes_(nodes), selectors_(selectors), board_(board) {}

    std::vector<Row> run(NodeId root, const WantsInputs& wants_inputs);

  private:
    using Rows = std::vector<Partial>;

    Rows of(NodeId node);
    Rows step(const Literal& literal);
    Rows step(const Reading& reading);
    Rows step(const Windowed& window);
    Rows step(const Absolute& absolute);
    Rows step(const Unary& unary);
    Rows step(const Binary& binary);
    Rows step(const Aggregate& aggregate);

    using ValueOf = std::function<Figure<Decimal>(const Posted&)>;
    Rows read(const Selector& selector, const ValueOf& value_of);
    [[nodiscard]] Partial group(
        const Aggregate& aggregate, const Rows& rows, const std::vector<std::size_t>& places
    ) const;
    void stop(std::string why);

    const std::vector<Node>& nodes_;
    const std::vector<Selector>& selectors_;
    const Board& board_;
    std::size_t steps_ = 0;
    std::string stopped_;  ///< Why the whole evaluation is an error; empty otherwise.
};

}  // namespace faultline::signals
