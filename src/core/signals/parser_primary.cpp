// SPDX-License-Identifier: Apache-2.0
// What binds closest: numbers, selectors and calls.
#include "core/signals/lexer.hpp"
#include "core/signals/parser.hpp"
#include "core/signals/tree.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

constexpr std::string_view kFunctions =
    "the functions are abs, sum, min, max, avg, count, and over windows min, max, avg, delta, "
    "rate, zscore";

constexpr std::array<std::string_view, 4> kWords{"and", "or", "not", "by"};

bool is_word(std::string_view name) {
    return std::ranges::find(kWords, name) != kWords.end();
}

/// A zscore of fewer samples says nothing.
constexpr std::uint32_t kShortestZscore = 5;

std::optional<Aggregation> aggregation_of(std::string_view name) {
    for (const Aggregation candidate :
         {Aggregation::kSum,
          Aggregation::kMin,
          Aggregation::kMax,
          Aggregation::kAvg,
          Aggregation::kCount}) {
        if (aggregation_name(candidate) == name) {
            return candidate;
        }
    }
    return std::nullopt;
}

std::optional<WindowFunction> window_function_of(std::string_view name) {
    for (const WindowFunction candidate :
         {WindowFunction::kMin,
          WindowFunction::kMax,
          WindowFunction::kAvg,
          WindowFunction::kDelta,
          WindowFunction::kRate,
          WindowFunction::kZscore}) {
        if (window_function_name(candidate) == name) {
            return candidate;
        }
    }
    return std::nullopt;
}

bool is_function(std::string_view name) {
    return name == "abs" || aggregation_of(name) || window_function_of(name);
}

std::optional<MatchKind> match_kind_of(const Token& token) {
    if (token.is("=")) {
        return MatchKind::kIs;
    }
    if (token.is("!=")) {
        return MatchKind::kIsNot;
    }
    if (token.is("=~")) {
        return MatchKind::kLike;
    }
    return std::nullopt;
}

/// Seconds of a unit.
std::optional<std::uint64_t> seconds_of(std::string_view unit) {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kUnits{
        {{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}
    };
    const auto* const found =
        std::ranges::find(kUnits, unit, &std::pair<std::string_view, std::uint64_t>::first);
    return found == kUnits.end() ? std::nullopt : std::optional(found->second);
}

/// What a number followed by this stands for; nullopt when the result has too many digits.
std::optional<Decimal> scaled(const Decimal& number, std::uint64_t divisor) {
    const auto share = div(number, Decimal::of(divisor));
    return share && mul(*share, Decimal::of(divisor)) == number ? share : std::nullopt;
}

}  // namespace

NodeId Parser::primary() {
    if (failed()) {
        return 0;
    }
    switch (now().kind) {
        case TokenKind::kNumber:
            return number();
        case TokenKind::kName:
            return is_function(now().text) || after(1).is("(") ? call() : reading();
        case TokenKind::kString:
            return fail(
                now().offset,
                "a text is no number",
                "texts stand in braces behind a signal's name: name{label=\"value\"}"
            );
        case TokenKind::kSymbol:
        case TokenKind::kEnd:
            return now().is("(") ? bracketed() : unexpected("a number, a signal or a function");
    }
    return 0;
}

NodeId Parser::bracketed() {
    if (!enter()) {
        return 0;
    }
    take();
    const NodeId inner = disjunction();
    expect(")", "to close the bracket");
    --depth_;
    return inner;
}

NodeId Parser::number() {
    const Token token = take();
    const auto parsed = Decimal::parse(token.text);
    if (!parsed) {
        return fail(token.offset, parsed.error().detail(), "write it as 1.5, 5% or 30bps");
    }
    std::optional<Decimal> value = *parsed;
    if (token.touches(now()) && now().is("%")) {
        take();
        value = scaled(*value, 100);
    } else if (token.touches(now()) && now().is("bps")) {
        take();
        value = scaled(*value, 10'000);
    } else if (token.touches(now()) && now().kind == TokenKind::kName) {
        return fail(
            now().offset,
            "'" + std::string(now().text) + "' is no unit of a number",
            "the units are % and bps; durations stand in brackets behind a signal: [1h]"
        );
    }
    if (!value) {
        return fail(
            token.offset, "this number has more than 18 digits behind the point", "shorten it"
        );
    }
    return add({.is = Literal{.value = *value}, .type = Type::kNumber});
}

NodeId Parser::call() {
    const Token name = now();
    if (is_word(name.text)) {
        return unexpected("a number, a signal or a function");
    }
    if (!is_function(name.text)) {
        return fail(
            name.offset, "there is no function '" + std::string(name.text) + "'", kFunctions
        );
    }
    if (!enter()) {
        return 0;
    }
    take();
    const auto window = window_function_of(name.text);
    const auto aggregation = aggregation_of(name.text);
    NodeId made = 0;
    if (window && (!aggregation || range_ahead())) {
        made = windowed(*window);
    } else {
        made = aggregation ? aggregate(*aggregation) : absolute();
    }
    --depth_;
    return made;
}

NodeId Parser::absolute() {
    if (!expect("(", "of a function")) {
        return 0;
    }
    const std::size_t offset = now().offset;
    const NodeId of = disjunction();
    need(of, Type::kNumber, offset, "abs");
    expect(")", "to close the function");
    return add({.is = Absolute{.of = of}, .type = Type::kNumber});
}

NodeId Parser::aggregate(Aggregation aggregation) {
    std::vector<std::string> by;
    if (now().is("by")) {
        take();
        by = label_names();
    }
    if (!expect("(", "of a function")) {
        return 0;
    }
    const std::size_t offset = now().offset;
    const NodeId of = disjunction();
    // Truths can be counted: those that hold.
    if (aggregation != Aggregation::kCount) {
        need(of, Type::kNumber, offset, aggregation_name(aggregation));
    }
    expect(")", "to close the function");
    return add(
        {.is = Aggregate{.aggregation = aggregation, .by = std::move(by), .of = of},
         .type = Type::kNumber}
    );
}

NodeId Parser::windowed(WindowFunction function) {
    const std::string name(window_function_name(function));
    if (!range_ahead()) {
        return fail(
            now().offset,
            "'" + name + "' reads a window of a signal",
            "write " + name + "(name{label=\"value\"}[1h])"
        );
    }
    take();
    auto read = selector();
    if (!read) {
        return 0;
    }
    const std::size_t offset = now().offset;
    read->range = range();
    expect(")", "to close the function");
    if (!read->range) {
        return 0;
    }
    if (function == WindowFunction::kZscore && read->range->length < kShortestZscore) {
        return fail(offset, "a zscore needs 5 earlier samples", "write [5b], [5m] or more");
    }
    selectors_.push_back(*std::move(read));
    return add(
        {.is = Windowed{.function = function, .selector = selectors_.size() - 1},
         .type = Type::kNumber}
    );
}

NodeId Parser::reading() {
    auto read = selector();
    if (!read) {
        return 0;
    }
    if (now().is("[")) {
        return fail(
            now().offset,
            "a window stands alone in one of the functions that read windows",
            "write delta(name[1h]), or min, max, avg, rate, zscore"
        );
    }
    selectors_.push_back(*std::move(read));
    return add({.is = Reading{.selector = selectors_.size() - 1}, .type = Type::kNumber});
}

bool Parser::range_ahead() const {
    if (!now().is("(") || after(1).kind != TokenKind::kName) {
        return false;
    }
    std::size_t at = 2;
    if (after(at).is("{")) {
        while (!after(at).is("}") && after(at).kind != TokenKind::kEnd) {
            ++at;
        }
        ++at;
    }
    return after(at).is("[");
}

std::optional<Selector> Parser::selector() {
    const Token name = now();
    if (name.kind != TokenKind::kName || is_function(name.text) || is_word(name.text)) {
        unexpected("a signal's name");
        return std::nullopt;
    }
    take();
    Selector found{
        .name = std::string(name.text), .matchers = {}, .range = {}, .offset = name.offset
    };
    if (now().is("{")) {
        take();
        if (!now().is("}")) {
            matchers(found);
        }
        expect("}", "behind the last label");
    }
    return failed() ? std::nullopt : std::optional(std::move(found));
}

void Parser::matchers(Selector& into) {
    while (true) {
        const Token label = now();
        if (label.kind != TokenKind::kName) {
            unexpected("a label's name");
            return;
        }
        take();
        const auto kind = match_kind_of(now());
        if (!kind) {
            fail(
                now().offset,
                "a label is followed by '=', '!=' or '=~'",
                "write label=\"value\"; magnitudes are compared outside of the braces"
            );
            return;
        }
        take();
        if (now().kind != TokenKind::kString) {
            unexpected("a text in \"double quotes\"");
            return;
        }
        into.matchers.push_back(
            {.label = std::string(label.text), .kind = *kind, .value = take().value}
        );
        if (!now().is(",")) {
            return;
        }
        take();
    }
}

std::optional<Range> Parser::range() {
    const std::size_t offset = now().offset;
    if (!expect("[", "of a window")) {
        return std::nullopt;
    }
    const Token count = take();
    const Token unit = now();
    const auto seconds = seconds_of(unit.text);
    std::uint32_t length = 0;
    const char* const begin = count.text.data();
    const char* const end = begin + count.text.size();
    const auto read = std::from_chars(begin, end, length);
    const bool blocks = unit.is("b");
    const bool written = count.kind == TokenKind::kNumber && read.ec == std::errc() &&
                         read.ptr == end && count.touches(unit) && (blocks || seconds);
    const std::uint64_t whole = std::uint64_t{length} * (blocks ? 1 : seconds.value_or(0));
    if (!written || whole == 0 || whole > (blocks ? kMostRangeBlocks : kMostRangeSeconds)) {
        fail(
            offset,
            "this is no window's length",
            "write 1s to 30d with s, m, h or d, or 1b to 300b for blocks"
        );
        return std::nullopt;
    }
    take();
    expect("]", "behind a window's length");
    return Range{
        .unit = blocks ? RangeUnit::kBlocks : RangeUnit::kSeconds,
        .length = static_cast<std::uint32_t>(whole)
    };
}

std::vector<std::string> Parser::label_names() {
    std::vector<std::string> names;
    if (!expect("(", "behind 'by'")) {
        return names;
    }
    while (true) {
        if (now().kind != TokenKind::kName) {
            unexpected("a label's name");
            return names;
        }
        names.emplace_back(take().text);
        if (!now().is(",")) {
            break;
        }
        take();
    }
    expect(")", "behind the last label");
    return names;
}

}  // namespace faultline::signals
