// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/signals/lexer.hpp"
#include "core/signals/tree.hpp"

#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {

/// One descent through the tokens of a text. After the first fault it stands at the end, so that
/// every loop ends, and what is returned means nothing.
class Parser {
  public:
    /// @pre the last token is kEnd
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    struct Parsed {
        std::vector<Node> nodes;
        NodeId root = 0;
        std::vector<Selector> selectors;
    };

    tl::expected<Parsed, Fault> run();

  private:
    using Operand = NodeId (Parser::*)();

    NodeId disjunction();
    NodeId conjunction();
    NodeId negation();
    NodeId comparison();
    NodeId sum();
    NodeId product();
    NodeId signed_primary();
    NodeId primary();
    NodeId number();
    NodeId call();
    NodeId reading();
    NodeId bracketed();
    NodeId absolute();
    NodeId aggregate(Aggregation aggregation);
    NodeId windowed(WindowFunction function);
    NodeId chain(Operand operand, std::initializer_list<Operator> operators, Type needs);
    NodeId prefixed(Operator operation, Operand operand, Type needs);

    std::optional<Selector> selector();
    void matchers(Selector& into);
    std::optional<Range> range();
    std::vector<std::string> label_names();

    [[nodiscard]] bool range_ahead() const;
    [[nodiscard]] std::optional<Operator> ahead(std::initializer_list<Operator> operators) const;

    [[nodiscard]] const Token& now() const { return tokens_[at_]; }

    [[nodiscard]] const Token& after(std::size_t count) const;
    Token take();
    bool expect(std::string_view symbol, std::string_view why);
    void need(NodeId node, Type type, std::size_t offset, Operator by);
    void need(NodeId node, Type type, std::size_t offset, std::string_view by);
    bool enter();
    NodeId add(Node node);
    NodeId fail(std::size_t offset, std::string what, std::string_view advice);
    NodeId unexpected(std::string_view wanted);

    [[nodiscard]] bool failed() const noexcept { return fault_.has_value(); }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::vector<Node> nodes_;
    std::vector<Selector> selectors_;
    std::optional<Fault> fault_;
};

}  // namespace faultline::signals
