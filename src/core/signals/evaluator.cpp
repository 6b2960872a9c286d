// SPDX-License-Identifier: Apache-2.0
#include "core/signals/evaluator.hpp"

#include "core/signals/aggregation.hpp"
#include "core/signals/join.hpp"
#include "core/signals/operations.hpp"
#include "core/signals/slots.hpp"
#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::signals {
namespace {

/// Signals that a selector looks at in vain, in the time that a row takes.
constexpr std::size_t kLooksOfARow = 8;

/// What stands for signals that are not there: it takes part in joins like one of them.
Partial nothing(const Selector& selector) {
    Labels labels;
    for (const Matcher& matcher : selector.matchers) {
        if (matcher.kind == MatchKind::kIs && !matcher.value.empty()) {
            labels.emplace(matcher.label, matcher.value);
        }
    }
    Partial row;
    row.labels = std::make_shared<const Labels>(std::move(labels));
    row.value =
        Figure<Decimal>::without(FigureStatus::kNoData, "no signal matches " + text(selector));
    return row;
}

}  // namespace

std::uint64_t window_work(const Windowed& window, const std::vector<Selector>& selectors) {
    if (window.function == WindowFunction::kDelta || window.function == WindowFunction::kRate) {
        return 1;
    }
    const Range range = selectors[window.selector].range.value_or(Range{});
    const std::uint64_t most = range.unit == RangeUnit::kBlocks ? range.length : kSlotsOfRange;
    const auto slots = std::min<std::uint64_t>(range.length, most);
    // Looking at a slot costs half as much as a row; a zscore sorts them twice.
    return 1 + (window.function == WindowFunction::kZscore ? slots : slots / 2);
}

Evaluation Evaluator::run(NodeId root, const WantsInputs& wants_inputs) {
    Rows rows = of(root);
    Evaluation result;
    std::uint64_t handed = 0;
    for (const Partial& row : rows) {
        handed += row.inputs.all().size();
    }
    take(handed);
    result.work = work_;
    result.cut = cut_;
    if (is_over()) {
        if (!stopped_.empty()) {
            result.rows.push_back(
                {.labels = {},
                 .value = Figure<Decimal>::without(FigureStatus::kError, stopped_),
                 .inputs = {}}
            );
        }
        return result;
    }
    result.rows.reserve(rows.size());
    for (Partial& row : rows) {
        Row& made = result.rows.emplace_back(
            Row{.labels = *row.labels, .value = std::move(row.value), .inputs = {}}
        );
        if (!wants_inputs || wants_inputs(made)) {
            std::ranges::transform(
                row.inputs.all(),
                std::back_inserter(made.inputs),
                [](const Signal* signal) -> const Signal& { return *signal; }
            );
        }
    }
    return result;
}

Evaluator::Rows Evaluator::of(NodeId node) {
    if (is_over()) {
        return {};
    }
    Rows rows = std::visit([this](const auto& is) { return this->step(is); }, nodes_[node].is);
    if (!take(rows.size())) {
        return {};
    }
    steps_ += rows.size();
    if (steps_ > Expression::kMostSteps) {
        stop(
            "all steps together make more than " + std::to_string(Expression::kMostSteps) +
            " rows; name fewer signals"
        );
    }
    return rows;
}

Evaluator::Rows Evaluator::step(const Literal& literal) {
    Rows rows(1);
    rows.front().value = Figure<Decimal>::of(literal.value);
    return rows;
}

Evaluator::Rows Evaluator::step(const Reading& reading) {
    return read(selectors_[reading.selector], 0, [](const Posted& posted) {
        return posted.signal.value;
    });
}

Evaluator::Rows Evaluator::step(const Windowed& window) {
    const Selector& selector = selectors_[window.selector];
    return read(selector, window_work(window, selectors_), [&](const Posted& posted) {
        return board_.window(posted, window.function, selector.range.value_or(Range{}));
    });
}

Evaluator::Rows Evaluator::read(
    const Selector& selector, std::uint64_t work, const ValueOf& value_of
) {
    Rows rows;
    const std::size_t seen = board_.each(selector, [&](const Posted& posted) {
        if (rows.size() == Expression::kMostRows) {
            stop(
                text(selector) + " matches more than " + std::to_string(Expression::kMostRows) +
                " signals; name fewer"
            );
            return false;
        }
        // Each row is yet to be counted, and shall not be made in vain.
        if (!take(work) || work_ + rows.size() >= most_work_) {
            cut_ = true;
            return false;
        }
        Partial& row = rows.emplace_back();
        row.labels = borrowed(posted.signal.labels);
        row.value = value_of(posted);
        row.inputs.add(posted.signal);
        return true;
    });
    if (!is_over()) {
        take((seen - std::min(seen, rows.size())) / kLooksOfARow);
    }
    if (rows.empty()) {
        rows.push_back(nothing(selector));
    }
    settle(rows);
    return rows;
}

Evaluator::Rows Evaluator::step(const Absolute& absolute) {
    Rows rows = of(absolute.of);
    for (Partial& row : rows) {
        if (row.value.ok()) {
            row.value.value = row.value.value.abs();
        }
    }
    return rows;
}

Evaluator::Rows Evaluator::step(const Unary& unary) {
    Rows rows = of(unary.of);
    for (Partial& row : rows) {
        row.value = apply(unary.operation, row.value);
    }
    return rows;
}

Evaluator::Rows Evaluator::step(const Binary& binary) {
    Rows left = of(binary.left);
    Rows right = of(binary.right);
    if (is_over()) {
        return {};
    }
    Partials joined = join(binary.operation, std::move(left), std::move(right), most_work_ - work_);
    cut_ = joined.cut;
    if (!take(joined.work)) {
        return {};
    }
    if (!joined.fault.empty()) {
        take(joined.rows.size() + 1);  // And that which was too much.
        stop(std::move(joined.fault));
        return {};
    }
    return std::move(joined.rows);
}

Evaluator::Rows Evaluator::step(const Aggregate& aggregate) {
    const Rows rows = of(aggregate.of);
    std::map<Labels, std::vector<std::size_t>> groups;
    for (std::size_t place = 0; place < rows.size(); ++place) {
        Labels labels;
        for (const std::string& name : aggregate.by) {
            if (const auto found = rows[place].labels->find(name);
                found != rows[place].labels->end()) {
                labels.insert(*found);
            }
        }
        groups[std::move(labels)].push_back(place);
    }
    Rows result;
    for (const auto& [labels, places] : groups) {
        result.push_back(group(aggregate, rows, places));
        result.back().labels = std::make_shared<const Labels>(labels);
    }
    return result;
}

Partial Evaluator::group(
    const Aggregate& aggregate, const Rows& rows, const std::vector<std::size_t>& places
) const {
    Partial made;
    Aggregator aggregator(aggregate.aggregation, nodes_[aggregate.of].type);
    for (const std::size_t place : places) {
        aggregator.take(rows[place].value);
        made.inputs.add(rows[place].inputs);
    }
    made.value = aggregator.result();
    return made;
}

bool Evaluator::take(std::uint64_t work) {
    cut_ = cut_ || work > most_work_ - work_;
    work_ = cut_ ? most_work_ : work_ + work;
    return !cut_;
}

void Evaluator::stop(std::string why) {
    if (stopped_.empty()) {
        stopped_ = std::move(why);
    }
}

}  // namespace faultline::signals
