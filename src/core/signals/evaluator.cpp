// SPDX-License-Identifier: Apache-2.0
#include "core/signals/evaluator.hpp"

#include "core/signals/aggregation.hpp"
#include "core/signals/join.hpp"
#include "core/signals/operations.hpp"
#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::signals {
namespace {

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

std::vector<Row> Evaluator::run(NodeId root, const WantsInputs& wants_inputs) {
    Rows rows = of(root);
    std::vector<Row> result;
    if (!stopped_.empty()) {
        result.push_back(
            {.labels = {},
             .value = Figure<Decimal>::without(FigureStatus::kError, stopped_),
             .inputs = {}}
        );
        return result;
    }
    result.reserve(rows.size());
    for (Partial& row : rows) {
        Row& made = result.emplace_back(
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
    if (!stopped_.empty()) {
        return {};
    }
    Rows rows = std::visit([this](const auto& is) { return this->step(is); }, nodes_[node].is);
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
    return read(selectors_[reading.selector], [](const Posted& posted) {
        return posted.signal.value;
    });
}

Evaluator::Rows Evaluator::step(const Windowed& window) {
    const Selector& selector = selectors_[window.selector];
    return read(selector, [&](const Posted& posted) {
        return board_.window(posted, window.function, selector.range.value_or(Range{}));
    });
}

Evaluator::Rows Evaluator::read(const Selector& selector, const ValueOf& value_of) {
    Rows rows;
    board_.each(selector, [&](const Posted& posted) {
        if (rows.size() == Expression::kMostRows) {
            stop(
                text(selector) + " matches more than " + std::to_string(Expression::kMostRows) +
                " signals; name fewer"
            );
            return false;
        }
        Partial& row = rows.emplace_back();
        row.labels = borrowed(posted.signal.labels);
        row.value = value_of(posted);
        row.inputs.add(posted.signal);
        return true;
    });
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
    if (!stopped_.empty()) {
        return {};
    }
    Partials joined = join(binary.operation, std::move(left), std::move(right));
    if (!joined.fault.empty()) {
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

void Evaluator::stop(std::string why) {
    if (stopped_.empty()) {
        stopped_ = std::move(why);
    }
}

}  // namespace faultline::signals
