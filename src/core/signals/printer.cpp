// SPDX-License-Identifier: Apache-2.0
#include "core/signals/tree.hpp"

#include <faultline/core/signals/selector.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::signals {
namespace {

/// How close an operator binds.
enum class Binding : std::uint8_t {
    kOr,
    kAnd,
    kNot,
    kComparison,
    kSum,
    kProduct,
    kSign,
    kPrimary
};

Binding closer(Binding than) {
    return static_cast<Binding>(static_cast<std::uint8_t>(than) + 1);
}

Binding binding(Operator operation) {
    switch (operation) {
        case Operator::kOr:
            return Binding::kOr;
        case Operator::kAnd:
            return Binding::kAnd;
        case Operator::kNot:
            return Binding::kNot;
        case Operator::kAdd:
        case Operator::kSubtract:
            return Binding::kSum;
        case Operator::kMultiply:
        case Operator::kDivide:
            return Binding::kProduct;
        case Operator::kNegate:
            return Binding::kSign;
        case Operator::kLess:
        case Operator::kAtMost:
        case Operator::kMore:
        case Operator::kAtLeast:
        case Operator::kEqual:
        case Operator::kNotEqual:
            return Binding::kComparison;
    }
    return Binding::kPrimary;
}

class Printer {
  public:
    Printer(const std::vector<Node>& nodes, const std::vector<Selector>& selectors)
        : nodes_(nodes), selectors_(selectors) {}

    void print(NodeId node, Binding least) {
        const Binding own = binding_of(nodes_[node]);
        const bool bracketed = own < least;
        out_ += bracketed ? "(" : "";
        std::visit([this](const auto& is) { this->put(is); }, nodes_[node].is);
        out_ += bracketed ? ")" : "";
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    static Binding binding_of(const Node& node) {
        if (const auto* unary = std::get_if<Unary>(&node.is)) {
            return binding(unary->operation);
        }
        if (const auto* binary = std::get_if<Binary>(&node.is)) {
            return binding(binary->operation);
        }
        return Binding::kPrimary;
    }

    void put(const Literal& literal) { out_ += literal.value.text(); }

    void put(const Reading& reading) { out_ += text(selectors_[reading.selector]); }

    void put(const Windowed& window) {
        out_ += window_function_name(window.function);
        out_ += '(' + text(selectors_[window.selector]) + ')';
    }

    void put(const Absolute& absolute) {
        out_ += "abs(";
        print(absolute.of, Binding::kOr);
        out_ += ')';
    }

    void put(const Aggregate& aggregate) {
        out_ += aggregation_name(aggregate.aggregation);
        if (!aggregate.by.empty()) {
            out_ += " by (";
            for (const std::string& label : aggregate.by) {
                out_ += &label == &aggregate.by.front() ? "" : ", ";
                out_ += label;
            }
            out_ += ") ";
        }
        out_ += '(';
        print(aggregate.of, Binding::kOr);
        out_ += ')';
    }

    void put(const Unary& unary) {
        out_ += sign(unary.operation);
        out_ += unary.operation == Operator::kNot ? " " : "";
        print(unary.of, binding(unary.operation));
    }

    void put(const Binary& binary) {
        const Binding own = binding(binary.operation);
        // Comparisons do not chain; everything else goes from left to right.
        print(binary.left, own == Binding::kComparison ? closer(own) : own);
        out_ += ' ';
        out_ += sign(binary.operation);
        out_ += ' ';
        print(binary.right, closer(own));
    }

    const std::vector<Node>& nodes_;
    const std::vector<Selector>& selectors_;
    std::string out_;
};

}  // namespace

std::string_view sign(Operator operation) noexcept {
    switch (operation) {
        case Operator::kOr:
            return "or";
        case Operator::kAnd:
            return "and";
        case Operator::kNot:
            return "not";
        case Operator::kLess:
            return "<";
        case Operator::kAtMost:
            return "<=";
        case Operator::kMore:
            return ">";
        case Operator::kAtLeast:
            return ">=";
        case Operator::kEqual:
            return "==";
        case Operator::kNotEqual:
            return "!=";
        case Operator::kAdd:
            return "+";
        case Operator::kSubtract:
        case Operator::kNegate:
            return "-";
        case Operator::kMultiply:
            return "*";
        case Operator::kDivide:
            return "/";
    }
    return "";
}

std::string_view aggregation_name(Aggregation aggregation) noexcept {
    switch (aggregation) {
        case Aggregation::kSum:
            return "sum";
        case Aggregation::kMin:
            return "min";
        case Aggregation::kMax:
            return "max";
        case Aggregation::kAvg:
            return "avg";
        case Aggregation::kCount:
            return "count";
    }
    return "";
}

std::string print(
    const std::vector<Node>& nodes, const std::vector<Selector>& selectors, NodeId root
) {
    Printer printer(nodes, selectors);
    printer.print(root, Binding::kOr);
    return printer.take();
}

}  // namespace faultline::signals
