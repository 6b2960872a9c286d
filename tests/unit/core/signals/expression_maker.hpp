// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {

/// @pre it is an expression
inline Expression parsed(std::string_view text) {
    auto expression = Expression::parse(text);
    INFO(std::string(text) << ": " << (expression ? "" : expression.error().what));
    REQUIRE(expression.has_value());
    return *std::move(expression);
}

/// @pre it is none
inline Fault fault_of(std::string_view text) {
    const auto expression = Expression::parse(text);
    INFO(std::string(text));
    REQUIRE(!expression.has_value());
    CHECK(!expression.error().advice.empty());
    return expression.error();
}

inline Signal signal(std::string name, Labels labels, std::string_view value) {
    return {
        .name = std::move(name),
        .labels = std::move(labels),
        .value = Figure<Decimal>::of(*Decimal::parse(value)),
    };
}

inline Signal missing(std::string name, Labels labels, FigureStatus status) {
    return {
        .name = std::move(name),
        .labels = std::move(labels),
        .value = Figure<Decimal>::without(status, std::string(figure_status_name(status))),
    };
}

/// "1.5", or the status and why: "no_data: nothing yet".
inline std::string shown(const Figure<Decimal>& figure) {
    return figure.ok() ? figure.value.text()
                       : std::string(figure_status_name(figure.status)) + ": " + figure.reason;
}

/// Each row on a line: `{a="b"} 1.5`.
inline std::string shown(const std::vector<Row>& rows) {
    std::string out;
    for (const Row& row : rows) {
        out += (out.empty() ? "" : "\n") + text("", row.labels) + (row.labels.empty() ? "" : " ") +
               shown(row.value);
    }
    return out;
}

inline std::string evaluated(const Board& board, std::string_view text) {
    return shown(parsed(text).evaluate(board));
}

}  // namespace faultline::signals
