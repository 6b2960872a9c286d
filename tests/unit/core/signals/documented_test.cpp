// SPDX-License-Identifier: Apache-2.0
// The examples of docs/expressions.md.
#include "unit/core/signals/expression_maker.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

/// The lines between "```word" and "```".
std::vector<std::string> fenced(std::string_view word) {
    std::ifstream page(std::string(FAULTLINE_SOURCE_DIR) + "/docs/expressions.md");
    std::vector<std::string> lines;
    bool fence = false;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("```")) {
            fence = !fence;
            inside = fence && line == "```" + std::string(word);
        } else if (inside) {
            lines.push_back(line);
        }
    }
    return lines;
}

/// `name{label="value"} 1.5`, or a status.
Signal told(const std::string& line) {
    const std::size_t space = line.rfind(' ');
    const Selector selector = parsed(line.substr(0, space)).selectors().at(0);
    Labels labels;
    for (const Matcher& matcher : selector.matchers) {
        labels[matcher.label] = matcher.value;
    }
    const std::string value = line.substr(space + 1);
    for (const FigureStatus status :
         {FigureStatus::kNoData, FigureStatus::kStale, FigureStatus::kError}) {
        if (value == figure_status_name(status)) {
            return missing(selector.name, labels, status);
        }
    }
    return signal(selector.name, labels, value);
}

/// As the page shows it: a status without its reason.
std::vector<std::string> lines_of(const std::vector<Row>& rows) {
    std::vector<std::string> lines;
    for (Row row : rows) {
        row.value.reason.clear();
        std::string line = shown({row});
        line = line.ends_with(": ") ? line.substr(0, line.size() - 2) : line;
        lines.push_back("  " + line);
    }
    return lines;
}

TEST_CASE("the examples of the page are what it says", "[expression]") {
    ledger::Ledger ledger;
    const Series series(ledger);
    MemoryBoard board(&series);
    for (const std::string& line : fenced("signals")) {
        board.set(told(line));
    }
    REQUIRE(board.size() == 8);
    const std::vector<std::string> lines = fenced("examples");
    std::size_t examples = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const std::string text = lines[at++];
        std::vector<std::string> wanted;
        while (at < lines.size() && lines[at].starts_with("  ")) {
            wanted.push_back(lines[at++]);
        }
        CAPTURE(text);
        const Expression expression = parsed(text);
        CHECK(parsed(expression.text()).text() == expression.text());
        CHECK(lines_of(expression.evaluate(board)) == wanted);
        ++examples;
    }
    CHECK(examples == 16);
    // Those at the top have no fence of their own kind; they have to be expressions all the same.
    for (const std::string& line : fenced("")) {
        CHECK(parsed(line).type() == Type::kTruth);
    }
}

}  // namespace
}  // namespace faultline::signals
