// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::signals {

/// Why a text is no expression.
struct Fault {
    std::size_t offset = 0;  ///< In bytes of the text; its size where more was expected.
    std::string what;        ///< "'>' compares numbers, and this is a truth"
    std::string advice;      ///< What to do next.

    bool operator==(const Fault&) const = default;
};

enum class Type : std::uint8_t {
    kNumber,
    kTruth,  ///< May be the condition of a rule.
};

/// One result of an evaluation.
struct Row {
    Labels labels;               ///< Different in each row of a result.
    Figure<Decimal> value;       ///< Of a truth: 1 or 0.
    std::vector<Signal> inputs;  ///< The first 16 that it was made from, each once.

    bool operator==(const Row&) const = default;
};

/// Whether somebody is going to look at what a row was made from; of others it is not copied.
using WantsInputs = std::function<bool(const Row&)>;

/// Rows and what they took.
struct Evaluation {
    std::vector<Row> rows;   ///< Of no meaning when `cut`.
    std::uint64_t work = 0;  ///< So far, when `cut`.
    bool cut = false;        ///< It would have taken more than it may.
};

/// An expression over signals: docs/expressions.md. A value; copies share what was parsed.
class Expression {
  public:
    static constexpr std::size_t kMostBytes = 4'096;  ///< Of the text, and of text().
    static constexpr std::size_t kMostDepth = 64;     ///< Of brackets, calls, `not` and `-`.
    static constexpr std::size_t kMostNodes = 512;
    static constexpr std::size_t kMostRows = 100'000;
    /// Of all steps of an evaluation together: what bounds its time.
    static constexpr std::size_t kMostSteps = 1'000'000;
    /// Sets of label names among the rows of one operand.
    static constexpr std::size_t kMostShapes = 64;
    static constexpr std::size_t kMostInputs = 16;  ///< Of a row.

    /// Checks grammar, types and bounds.
    static tl::expected<Expression, Fault> parse(std::string_view text);

    [[nodiscard]] Type type() const noexcept;

    /// Each place that reads signals, in the order of the text.
    [[nodiscard]] const std::vector<Selector>& selectors() const noexcept;

    /// The canonical form: parsed, it is the same expression with the same text().
    [[nodiscard]] const std::string& text() const noexcept;

    /// Rows ordered by labels, at least one: where no signal matches, a row says so with kNoData.
    /// Beyond kMostRows rows at any step, or another bound, one row without labels that is kError.
    /// Cost: O(rows log rows) for each node, and what the board takes.
    [[nodiscard]] std::vector<Row> evaluate(const Board& board) const;

    /// evaluate() that stops where it would take more work than that. Work is rows: those of each
    /// step, what a window looks at, and the inputs of results. It follows from the expression and
    /// from which signals there are, never from their values, so it is the same on every machine.
    [[nodiscard]] Evaluation evaluate(
        const Board& board, std::uint64_t most_work, const WantsInputs& wants_inputs = {}
    ) const;

    /// The work where each place reads one signal: no chain on which it finds anything takes less.
    [[nodiscard]] std::uint64_t least_work() const noexcept;

    /// By text().
    bool operator==(const Expression& other) const noexcept;

  private:
    struct Tree;
    explicit Expression(std::shared_ptr<const Tree> tree);

    std::shared_ptr<const Tree> tree_;
};

}  // namespace faultline::signals
