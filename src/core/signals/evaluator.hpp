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

/// What a window takes of each signal beside its row, in rows.
std::uint64_t window_work(const Windowed& window, const std::vector<Selector>& selectors);

/// One evaluation of one expression.
class Evaluator {
  public:
    /// @pre all three outlive it
    Evaluator(
        const std::vector<Node>& nodes,
        const std::vector<Selector>& selectors,
        const Board& board,
        std::uint64_t most_work
    )
        : nodes_(nodes), selectors_(selectors), board_(board), most_work_(most_work) {}

    Evaluation run(NodeId root, const WantsInputs& wants_inputs);

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
    /// `work` is that of a signal beside its row.
    Rows read(const Selector& selector, std::uint64_t work, const ValueOf& value_of);
    [[nodiscard]] Partial group(
        const Aggregate& aggregate, const Rows& rows, const std::vector<std::size_t>& places
    ) const;
    void stop(std::string why);
    /// Whether it may go on.
    bool take(std::uint64_t work);

    [[nodiscard]] bool is_over() const { return cut_ || !stopped_.empty(); }

    const std::vector<Node>& nodes_;
    const std::vector<Selector>& selectors_;
    const Board& board_;
    std::size_t steps_ = 0;
    std::uint64_t most_work_;
    std::uint64_t work_ = 0;
    bool cut_ = false;     ///< Beyond most_work_.
    std::string stopped_;  ///< Why the whole evaluation is an error; empty otherwise.
};

}  // namespace faultline::signals
