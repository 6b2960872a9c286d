// SPDX-License-Identifier: Apache-2.0
#include "core/signals/parser.hpp"

#include "core/signals/lexer.hpp"
#include "core/signals/tree.hpp"

#include <faultline/core/signals/expression.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::signals {

tl::expected<Parser::Parsed, Fault> Parser::run() {
    const NodeId root = disjunction();
    if (!failed() && now().kind != TokenKind::kEnd) {
        unexpected("an operator or the end");
    }
    if (fault_) {
        return tl::unexpected(*std::move(fault_));
    }
    return Parsed{.nodes = std::move(nodes_), .root = root, .selectors = std::move(selectors_)};
}

NodeId Parser::disjunction() {
    return chain(&Parser::conjunction, {Operator::kOr}, Type::kTruth);
}

NodeId Parser::conjunction() {
    return chain(&Parser::negation, {Operator::kAnd}, Type::kTruth);
}

NodeId Parser::negation() {
    return now().is("not") ? prefixed(Operator::kNot, &Parser::negation, Type::kTruth)
                           : comparison();
}

NodeId Parser::comparison() {
    static constexpr std::initializer_list<Operator> kComparisons{
        Operator::kLess,
        Operator::kAtMost,
        Operator::kMore,
        Operator::kAtLeast,
        Operator::kEqual,
        Operator::kNotEqual,
    };
    const std::size_t left_offset = now().offset;
    const NodeId left = sum();
    const auto operation = ahead(kComparisons);
    if (!operation) {
        return left;
    }
    take();
    need(left, Type::kNumber, left_offset, *operation);
    const std::size_t right_offset = now().offset;
    const NodeId right = sum();
    need(right, Type::kNumber, right_offset, *operation);
    if (ahead(kComparisons)) {
        return fail(now().offset, "comparisons do not chain", "write 'a < b and b < c'");
    }
    return add(
        {.is = Binary{.operation = *operation, .left = left, .right = right}, .type = Type::kTruth}
    );
}

NodeId Parser::sum() {
    return chain(&Parser::product, {Operator::kAdd, Operator::kSubtract}, Type::kNumber);
}

NodeId Parser::product() {
    return chain(&Parser::signed_primary, {Operator::kMultiply, Operator::kDivide}, Type::kNumber);
}

NodeId Parser::signed_primary() {
    return now().is("-") ? prefixed(Operator::kNegate, &Parser::signed_primary, Type::kNumber)
                         : primary();
}

NodeId Parser::chain(Operand operand, std::initializer_list<Operator> operators, Type needs) {
    const std::size_t left_offset = now().offset;
    NodeId left = (this->*operand)();
    while (const auto operation = ahead(operators)) {
        take();
        need(left, needs, left_offset, *operation);
        const std::size_t right_offset = now().offset;
        const NodeId right = (this->*operand)();
        need(right, needs, right_offset, *operation);
        left =
            add({.is = Binary{.operation = *operation, .left = left, .right = right}, .type = needs}
            );
    }
    return left;
}

NodeId Parser::prefixed(Operator operation, Operand operand, Type needs) {
    if (!enter()) {
        return 0;
    }
    take();
    const std::size_t offset = now().offset;
    const NodeId of = (this->*operand)();
    --depth_;
    need(of, needs, offset, operation);
    return add({.is = Unary{.operation = operation, .of = of}, .type = needs});
}

std::optional<Operator> Parser::ahead(std::initializer_list<Operator> operators) const {
    for (const Operator operation : operators) {
        if (now().is(sign(operation))) {
            return operation;
        }
    }
    return std::nullopt;
}

const Token& Parser::after(std::size_t count) const {
    return at_ + count < tokens_.size() ? tokens_[at_ + count] : tokens_.back();
}

Token Parser::take() {
    Token token = now();
    if (at_ + 1 < tokens_.size()) {
        ++at_;
    }
    return token;
}

bool Parser::expect(std::string_view symbol, std::string_view why) {
    if (failed()) {
        return false;
    }
    if (now().is(symbol)) {
        take();
        return true;
    }
    unexpected("'" + std::string(symbol) + "' " + std::string(why));
    return false;
}

void Parser::need(NodeId node, Type type, std::size_t offset, Operator by) {
    need(node, type, offset, sign(by));
}

void Parser::need(NodeId node, Type type, std::size_t offset, std::string_view by) {
    if (failed() || nodes_[node].type == type) {
        return;
    }
    const bool number = type == Type::kNumber;
    fail(
        offset,
        "'" + std::string(by) + "' takes " + (number ? "numbers" : "truths") + ", and this is a " +
            (number ? "truth" : "number"),
        number ? "combine truths with 'and', 'or' and 'not'" : "compare it with something"
    );
}

bool Parser::enter() {
    if (depth_ == Expression::kMostDepth) {
        fail(
            now().offset,
            "brackets, calls and signs are more than " + std::to_string(Expression::kMostDepth) +
                " deep",
            "split the expression"
        );
        return false;
    }
    ++depth_;
    return !failed();
}

NodeId Parser::add(Node node) {
    if (failed()) {
        return 0;
    }
    if (nodes_.size() == Expression::kMostNodes) {
        return fail(
            now().offset,
            "this has more than " + std::to_string(Expression::kMostNodes) +
                " operators and operands",
            "split the expression"
        );
    }
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
}

NodeId Parser::fail(std::size_t offset, std::string what, std::string_view advice) {
    if (!fault_) {
        fault_ = Fault{.offset = offset, .what = std::move(what), .advice = std::string(advice)};
    }
    at_ = tokens_.size() - 1;
    return 0;
}

NodeId Parser::unexpected(std::string_view wanted) {
    const Token& token = now();
    if (token.kind == TokenKind::kEnd) {
        return fail(
            token.offset,
            "the expression ends where " + std::string(wanted) + " is expected",
            "complete it"
        );
    }
    return fail(
        token.offset,
        "'" + std::string(token.text) + "' stands where " + std::string(wanted) + " is expected",
        token.is("=") ? "write '==' to compare" : "see docs/expressions.md for the grammar"
    );
}

}  // namespace faultline::signals
