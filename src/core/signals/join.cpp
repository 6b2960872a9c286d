// SPDX-License-Identifier: Apache-2.0
#include "core/signals/join.hpp"

#include "core/signals/operations.hpp"
#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

using Names = std::vector<std::string_view>;
using Places = std::vector<std::size_t>;

/// Rows by the names of their labels. @pre the rows stay where they are
std::map<Names, Places> shapes(const std::vector<Partial>& rows) {
    std::map<Names, Places> found;
    Names names;
    for (std::size_t place = 0; place < rows.size(); ++place) {
        names.clear();
        for (const auto& [name, value] : *rows[place].labels) {
            names.push_back(name);
        }
        found[names].push_back(place);
    }
    return found;
}

Names common(const Names& left, const Names& right) {
    Names both;
    std::ranges::set_intersection(left, right, std::back_inserter(both));
    return both;
}

/// The values of these labels, each with its size, so that no two lists of values look the same.
/// @pre the labels are there
void project(const Labels& labels, const Names& names, std::string& out) {
    out.clear();
    auto label = labels.begin();
    for (const std::string_view name : names) {
        while (label->first != name) {
            ++label;
        }
        out += std::to_string(label->second.size());
        out += ':';
        out += label->second;
    }
}

/// One row without labels, which meets each row.
bool is_bare(const std::vector<Partial>& rows) {
    return rows.size() == 1 && rows.front().labels->empty();
}

bool same_names(const Labels& left, const Labels& right) {
    return std::ranges::equal(
        left, right, {}, &Labels::value_type::first, &Labels::value_type::first
    );
}

bool same(const SharedLabels& left, const SharedLabels& right) {
    return left == right || *left == *right;
}

/// Whether each row meets the one at its own place and no other: all have the same label names.
bool is_aligned(const std::vector<Partial>& left, const std::vector<Partial>& right) {
    return std::ranges::equal(left, right, same, &Partial::labels, &Partial::labels) &&
           std::ranges::all_of(left, [&left](const Partial& row) {
               return same_names(*row.labels, *left.front().labels);
           });
}

bool has_names_of(const Labels& labels, const Labels& other) {
    return std::ranges::includes(
        labels, other, {}, &Labels::value_type::first, &Labels::value_type::first
    );
}

/// Of two that agree on the labels that both have.
SharedLabels both(const SharedLabels& left, const SharedLabels& right) {
    if (has_names_of(*left, *right)) {
        return left;
    }
    if (has_names_of(*right, *left)) {
        return right;
    }
    Labels all = *left;
    all.insert(right->begin(), right->end());
    return std::make_shared<const Labels>(std::move(all));
}

/// Makes of a row and its partner one row, but for the labels.
void meet(Operator operation, Partial& into, const Partial& partner) {
    into.value = apply(operation, into.value, partner.value);
    into.inputs.add(partner.inputs);
}

class Join {
  public:
    Join(Operator operation, const std::vector<Partial>& left, const std::vector<Partial>& right)
        : operation_(operation),
          left_(left),
          right_(right),
          left_met_(left.size(), 0),
          right_met_(right.size(), 0) {}

    Partials run() {
        const auto left_shapes = shapes(left_);
        const auto right_shapes = shapes(right_);
        if (std::max(left_shapes.size(), right_shapes.size()) > Expression::kMostShapes) {
            result_.fault = "an operand of '" + std::string(sign(operation_)) + "' has more than " +
                            std::to_string(Expression::kMostShapes) +
                            " different sets of label names; name fewer signals";
        }
        for (const auto& [left_names, left_places] : left_shapes) {
            for (const auto& [right_names, right_places] : right_shapes) {
                pair(left_places, right_places, common(left_names, right_names));
            }
        }
        add_lonely();
        settle(result_.rows);
        return std::move(result_);
    }

  private:
    void pair(const Places& left, const Places& right, const Names& names) {
        std::unordered_map<std::string, Places> by_values;
        std::string key;
        for (const std::size_t place : right) {
            project(*right_[place].labels, names, key);
            by_values[key].push_back(place);
        }
        for (const std::size_t place : left) {
            project(*left_[place].labels, names, key);
            const auto found = by_values.find(key);
            if (found == by_values.end()) {
                continue;
            }
            for (const std::size_t partner : found->second) {
                if (!result_.fault.empty()) {
                    return;
                }
                meet(place, partner);
            }
        }
    }

    void meet(std::size_t left, std::size_t right) {
        left_met_[left] = 1;
        right_met_[right] = 1;
        const Partial& one = left_[left];
        const Partial& other = right_[right];
        Partial made = one;
        signals::meet(operation_, made, other);
        made.labels = both(one.labels, other.labels);
        add(std::move(made));
    }

    void add_lonely() {
        const auto nobody = Figure<Decimal>::without(
            FigureStatus::kNoData,
            "nothing on the other side of '" + std::string(sign(operation_)) + "' has these labels"
        );
        for (std::size_t place = 0; place < left_.size(); ++place) {
            if (left_met_[place] == 0) {
                const Partial& row = left_[place];
                add(
                    {.labels = row.labels,
                     .value = apply(operation_, row.value, nobody),
                     .inputs = row.inputs}
                );
            }
        }
        for (std::size_t place = 0; place < right_.size(); ++place) {
            if (right_met_[place] == 0) {
                const Partial& row = right_[place];
                add(
                    {.labels = row.labels,
                     .value = apply(operation_, nobody, row.value),
                     .inputs = row.inputs}
                );
            }
        }
    }

    void add(Partial row) {
        if (result_.rows.size() == Expression::kMostRows) {
            result_.fault = "'" + std::string(sign(operation_)) + "' makes more than " +
                            std::to_string(Expression::kMostRows) + " rows; name fewer signals";
        }
        if (result_.fault.empty()) {
            result_.rows.push_back(std::move(row));
        }
    }

    Operator operation_;
    const std::vector<Partial>& left_;
    const std::vector<Partial>& right_;
    std::vector<std::uint8_t> left_met_;
    std::vector<std::uint8_t> right_met_;
    Partials result_;
};

}  // namespace

SharedLabels borrowed(const Labels& labels) {
    return {SharedLabels(), &labels};
}

SharedLabels no_labels() {
    static const Labels kNone;
    return borrowed(kNone);
}

void Inputs::add(const Signal& signal) {
    // Two selectors of an expression may have read the same signal.
    if (size_ < signals_.size() && std::ranges::find(all(), &signal) == all().end()) {
        signals_[size_++] = &signal;
    }
}

void Inputs::add(const Inputs& more) {
    for (const Signal* const signal : more.all()) {
        add(*signal);
    }
}

void settle(std::vector<Partial>& rows) {
    const auto labels = [](const Partial& row) -> const Labels& {
        return *row.labels;
    };
    if (std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, labels) == rows.end()) {
        return;
    }
    std::ranges::sort(rows, {}, labels);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept > 0 && *rows[kept - 1].labels == *rows[i].labels) {
            rows[kept - 1].value = Figure<Decimal>::without(
                FigureStatus::kError,
                "several rows have these labels; aggregate one side with 'by' first"
            );
            // Which of them came first says nothing.
            rows[kept - 1].inputs.clear();
            continue;
        }
        if (kept != i) {
            rows[kept] = std::move(rows[i]);
        }
        ++kept;
    }
    rows.resize(kept);
}

Partials join(Operator operation, std::vector<Partial> left, std::vector<Partial> right) {
    if (is_bare(right)) {
        for (Partial& row : left) {
            meet(operation, row, right.front());
        }
        return {.rows = std::move(left), .fault = {}};
    }
    if (is_bare(left)) {
        for (Partial& row : right) {
            Partial made = left.front();
            meet(operation, made, row);
            made.labels = std::move(row.labels);
            row = std::move(made);
        }
        return {.rows = std::move(right), .fault = {}};
    }
    if (is_aligned(left, right)) {
        for (std::size_t place = 0; place < left.size(); ++place) {
            meet(operation, left[place], right[place]);
        }
        return {.rows = std::move(left), .fault = {}};
    }
    return Join(operation, left, right).run();
}

}  // namespace faultline::signals
