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
    Join(
        Operator operation,
        const std::vector<Partial>& left,
        const std::vector<Partial>& right,
        std::uint64_t most_work
    )
        : operation_(operation),
          left_(left),
          right_(right),
          most_work_(most_work),
          left_met_(left.size(), 0),
          right_met_(right.size(), 0) {}

    Partials run() {
        const auto left_shapes = shapes(left_);
        const auto right_shapes = shapes(right_);
        if (std::max(left_shapes.size(), right_shapes.size()) > Expression::kMostShapes) {
            result_.fault = "an operand of '" + std::string(sign(operation_)) + "' has more than " +
                            std::to_string(Expression::kMostShapes) +
                            " different sets of label names; name fewer signals";
            return std::move(result_);
        }
        // A row is looked up once for each set of names that the other side has.
        result_.work =
            (left_.size() * (right_shapes.size() - 1)) + (right_.size() * (left_shapes.size() - 1));
        result_.cut = result_.work > most_work_;
        for (const auto& [left_names, left_places] : left_shapes) {
            for (const auto& [right_names, right_places] : right_shapes) {
                pair(left_places, right_places, common(left_names, right_names));
            }
        }
        add_lonely();
        // Those that are left out now were made, too.
        result_.work += result_.rows.size();
        settle(result_.rows);
        result_.work -= result_.rows.size();
        return std::move(result_);
    }

  private:
    [[nodiscard]] bool is_over() const { return result_.cut || !result_.fault.empty(); }

    void pair(const Places& left, const Places& right, const Names& names) {
        if (is_over()) {
            return;
        }
        std::unordered_map<std::string, Places> by_values;
        std::string key;
        for (const std::size_t place : right) {
            project(*right_[place].labels, names, key);
            by_values[key].push_back(place);
        }
        std::vector<std::pair<std::size_t, const Places*>> partners;
        std::size_t rows = 0;
        for (const std::size_t place : left) {
            project(*left_[place].labels, names, key);
            if (const auto found = by_values.find(key); found != by_values.end()) {
                partners.emplace_back(place, &found->second);
                rows += found->second.size();
            }
        }
        // Counted first: rows that are too many are not made at all.
        if (!has_room(rows)) {
            return;
        }
        for (const auto& [place, others] : partners) {
            for (const std::size_t other : *others) {
                meet(place, other);
            }
        }
    }

    bool has_room(std::size_t more) {
        const std::size_t rows = result_.rows.size() + more;
        if (rows > Expression::kMostRows) {
            result_.fault = "'" + std::string(sign(operation_)) + "' makes more than " +
                            std::to_string(Expression::kMostRows) + " rows; name fewer signals";
        } else {
            result_.cut = result_.work + rows > most_work_;
        }
        return !is_over();
    }

    void meet(std::size_t left, std::size_t right) {
        left_met_[left] = 1;
        right_met_[right] = 1;
        const Partial& one = left_[left];
        const Partial& other = right_[right];
        Partial made = one;
        signals::meet(operation_, made, other);
        made.labels = both(one.labels, other.labels);
        result_.rows.push_back(std::move(made));
    }

    void add_lonely() {
        const auto lonely = std::ranges::count(left_met_, std::uint8_t{0}) +
                            std::ranges::count(right_met_, std::uint8_t{0});
        if (is_over() || !has_room(static_cast<std::size_t>(lonely))) {
            return;
        }
        const auto nobody = Figure<Decimal>::without(
            FigureStatus::kNoData,
            "nothing on the other side of '" + std::string(sign(operation_)) + "' has these labels"
        );
        for (std::size_t place = 0; place < left_.size(); ++place) {
            if (left_met_[place] == 0) {
                const Partial& row = left_[place];
                result_.rows.push_back(
                    {.labels = row.labels,
                     .value = apply(operation_, row.value, nobody),
                     .inputs = row.inputs}
                );
            }
        }
        for (std::size_t place = 0; place < right_.size(); ++place) {
            if (right_met_[place] == 0) {
                const Partial& row = right_[place];
                result_.rows.push_back(
                    {.labels = row.labels,
                     .value = apply(operation_, nobody, row.value),
                     .inputs = row.inputs}
                );
            }
        }
    }

    Operator operation_;
    const std::vector<Partial>& left_;
    const std::vector<Partial>& right_;
    std::uint64_t most_work_;
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

Partials join(
    Operator operation,
    std::vector<Partial> left,
    std::vector<Partial> right,
    std::uint64_t most_work
) {
    if (is_bare(right)) {
        for (Partial& row : left) {
            meet(operation, row, right.front());
        }
        return {.rows = std::move(left), .fault = {}, .work = 0, .cut = false};
    }
    if (is_bare(left)) {
        for (Partial& row : right) {
            Partial made = left.front();
            meet(operation, made, row);
            made.labels = std::move(row.labels);
            row = std::move(made);
        }
        return {.rows = std::move(right), .fault = {}, .work = 0, .cut = false};
    }
    if (is_aligned(left, right)) {
        for (std::size_t place = 0; place < left.size(); ++place) {
            meet(operation, left[place], right[place]);
        }
        return {.rows = std::move(left), .fault = {}, .work = 0, .cut = false};
    }
    return Join(operation, left, right, most_work).run();
}

}  // namespace faultline::signals
