// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace faultline::signals {

using NodeId = std::size_t;

enum class Operator : std::uint8_t {
    kOr,
    kAnd,
    kNot,
    kLess,
    kAtMost,
    kMore,
    kAtLeast,
    kEqual,
    kNotEqual,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kNegate,
};

/// As it is written.
std::string_view sign(Operator operation) noexcept;

enum class Aggregation : std::uint8_t {
    kSum,
    kMin,
    kMax,
    kAvg,
    kCount
};

/// "sum", "min", "max", "avg", "count".
std::string_view aggregation_name(Aggregation aggregation) noexcept;

struct Literal {
    Decimal value;
};

struct Reading {
    std::size_t selector = 0;
};

struct Windowed {
    WindowFunction function = WindowFunction::kDelta;
    std::size_t selector = 0;
};

struct Absolute {
    NodeId of = 0;
};

struct Aggregate {
    Aggregation aggregation = Aggregation::kSum;
    std::vector<std::string> by;
    NodeId of = 0;
};

struct Unary {
    Operator operation = Operator::kNot;
    NodeId of = 0;
};

struct Binary {
    Operator operation = Operator::kAdd;
    NodeId left = 0;
    NodeId right = 0;
};

struct Node {
    std::variant<Literal, Reading, Windowed, Absolute, Aggregate, Unary, Binary> is;
    Type type = Type::kNumber;
};

struct Expression::Tree {
    std::vector<Node> nodes;  ///< Operands before those who have them.
    NodeId root = 0;
    std::vector<Selector> selectors;
    std::string text;
};

/// What an expression looks like; the operands of an operator that binds closer are bracketed only
/// where they have to be.
std::string print(
    const std::vector<Node>& nodes, const std::vector<Selector>& selectors, NodeId root
);

}  // namespace faultline::signals
