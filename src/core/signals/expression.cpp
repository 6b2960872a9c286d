// SPDX-License-Identifier: Apache-2.0
#include "core/signals/evaluator.hpp"
#include "core/signals/lexer.hpp"
#include "core/signals/parser.hpp"
#include "core/signals/tree.hpp"

#include <faultline/core/signals/board.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::signals {
namespace {

Fault too_long(std::string_view which) {
    return {
        .offset = Expression::kMostBytes,
        .what = std::string(which) + " has more than " + std::to_string(Expression::kMostBytes) +
                " bytes",
        .advice = "split the expression",
    };
}

}  // namespace

Expression::Expression(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}

tl::expected<Expression, Fault> Expression::parse(std::string_view text) {
    if (text.size() > kMostBytes) {
        return tl::unexpected(too_long("this"));
    }
    auto found = tokens(text);
    if (!found) {
        return tl::unexpected(std::move(found).error());
    }
    auto parsed = Parser(*std::move(found)).run();
    if (!parsed) {
        return tl::unexpected(std::move(parsed).error());
    }
    Tree tree{
        .nodes = std::move(parsed->nodes),
        .root = parsed->root,
        .selectors = std::move(parsed->selectors),
        .text = {},
    };
    tree.text = print(tree.nodes, tree.selectors, tree.root);
    if (tree.text.size() > kMostBytes) {
        Fault fault = too_long("this, written out canonically,");
        fault.offset = text.size();
        return tl::unexpected(std::move(fault));
    }
    return Expression(std::make_shared<const Tree>(std::move(tree)));
}

Type Expression::type() const noexcept {
    return tree_->nodes[tree_->root].type;
}

const std::vector<Selector>& Expression::selectors() const noexcept {
    return tree_->selectors;
}

const std::string& Expression::text() const noexcept {
    return tree_->text;
}

std::vector<Row> Expression::evaluate(const Board& board) const {
    return evaluate(board, std::numeric_limits<std::uint64_t>::max()).rows;
}

Evaluation Expression::evaluate(
    const Board& board, std::uint64_t most_work, const WantsInputs& wants_inputs
) const {
    return Evaluator(tree_->nodes, tree_->selectors, board, most_work)
        .run(tree_->root, wants_inputs);
}

std::uint64_t Expression::least_work() const noexcept {
    std::uint64_t out = 1;
    for (const Node& node : tree_->nodes) {
        const auto* const window = std::get_if<Windowed>(&node.is);
        out += 1 + (window == nullptr ? 0 : window_work(*window, tree_->selectors));
    }
    return out;
}

bool Expression::operator==(const Expression& other) const noexcept {
    return text() == other.text();
}

}  // namespace faultline::signals
