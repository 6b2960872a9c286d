// SPDX-License-Identifier: Apache-2.0
#include "unit/core/signals/expression_maker.hpp"

#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

TEST_CASE("an expression is printed with the brackets that it needs", "[expression]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"12", "12"},
        {"5%", "0.05"},
        {"30bps", "0.003"},
        {"0.50", "0.5"},
        {"((a))", "a"},
        {"a+b*c", "a + b * c"},
        {"(a+b)*c", "(a + b) * c"},
        {"a-(b-c)", "a - (b - c)"},
        {"(a-b)-c", "a - b - c"},
        {"a/(b*c)", "a / (b * c)"},
        {"-(a+b)", "-(a + b)"},
        {"- -a", "--a"},
        {"(-a)*b", "-a * b"},
        {"a<1 or b<1 and c<1", "a < 1 or b < 1 and c < 1"},
        {"(a<1 or b<1) and c<1", "(a < 1 or b < 1) and c < 1"},
        {"not a<1", "not a < 1"},
        {"not (a<1 and b<1)", "not (a < 1 and b < 1)"},
        {"not not (a<1)", "not not a < 1"},
        {"a < 1 and not b < 1", "a < 1 and not b < 1"},
        {"a<=1 or a>=1 or a==1 or a!=1", "a <= 1 or a >= 1 or a == 1 or a != 1"},
        {R"(a{x="1",y!="2" , z=~"a|b*"})", R"(a{x="1", y!="2", z=~"a|b*"})"},
        {R"(a{x="q\"\\"})", R"(a{x="q\"\\"})"},
        {"a{}", "a"},
        {"delta(a[60s])", "delta(a[1m])"},
        {R"(rate(a{x="1"}[24h]))", R"(rate(a{x="1"}[1d]))"},
        {"zscore(a[ 90s ])", "zscore(a[90s])"},
        {"min(a[300b])+max(a[1b])", "min(a[300b]) + max(a[1b])"},
        {"min(a)+max by(x,y)(a)", "min(a) + max by (x, y) (a)"},
        {"count by (x) (a > 1) >= 2", "count by (x) (a > 1) >= 2"},
        {"abs(a - 1) > 50bps", "abs(a - 1) > 0.005"},
        {"avg(delta(a[1h]))", "avg(delta(a[1h]))"},
    };
    for (const auto& [given, wanted] : cases) {
        const Expression expression = parsed(given);
        CHECK(expression.text() == wanted);
        CHECK(parsed(expression.text()) == expression);
        CHECK(parsed(expression.text()).text() == expression.text());
    }
}

TEST_CASE("an expression knows its type and what it reads", "[expression]") {
    CHECK(parsed("a").type() == Type::kNumber);
    CHECK(parsed("a > 1").type() == Type::kTruth);
    CHECK(parsed("count(a > 1)").type() == Type::kNumber);
    CHECK(parsed("not a > 1 or b > 1").type() == Type::kTruth);

    const std::string text = R"(price{t="x", m!="y"} > 1 and delta(debt[10m]) < 5 and price > 2)";
    const auto selectors = parsed(text).selectors();
    REQUIRE(selectors.size() == 3);
    CHECK(selectors[0].name == "price");
    CHECK(selectors[0].offset == 0);
    CHECK(
        selectors[0].matchers ==
        std::vector<Matcher>{
            {.label = "t", .kind = MatchKind::kIs, .value = "x"},
            {.label = "m", .kind = MatchKind::kIsNot, .value = "y"},
        }
    );
    CHECK(!selectors[0].range);
    CHECK(selectors[1].offset == text.find("debt"));
    CHECK(selectors[1].range == Range{.unit = RangeUnit::kSeconds, .length = 600});
    CHECK(selectors[2].offset == text.rfind("price"));
}

TEST_CASE("a text that is no expression is a fault that says where", "[expression]") {
    struct Case {
        std::string text;
        std::size_t offset = 0;
        std::string what;
    };

    const std::vector<Case> cases{
        {"", 0, "ends where a number, a signal or a function"},
        {"a >", 3, "ends where a number"},
        {"a > 1 b", 6, "'b' stands where an operator or the end"},
        {"a < b < c", 6, "comparisons do not chain"},
        {"a + (b > 1)", 4, "'+' takes numbers, and this is a truth"},
        {"1 and a > 1", 0, "'and' takes truths, and this is a number"},
        {"a > 1 or b", 9, "'or' takes truths"},
        {"not a", 4, "'not' takes truths"},
        {"(a > 1) == (b > 1)", 0, "'==' takes numbers"},
        {"sum(a > 1)", 4, "'sum' takes numbers"},
        {"abs(a > 1)", 4, "'abs' takes numbers"},
        {"-(a > 1)", 1, "'-' takes numbers"},
        {"a[1h]", 1, "a window stands alone"},
        {"min(a[1h] + 1)", 10, "'+' stands where ')'"},
        {"delta(a)", 5, "'delta' reads a window"},
        {"delta(a[1h]", 11, "ends where ')'"},
        {"delta(a[0h])", 7, "no window's length"},
        {"delta(a[301b])", 7, "no window's length"},
        {"delta(a[31d])", 7, "no window's length"},
        {"delta(a[1.5h])", 7, "no window's length"},
        {"delta(a[99999999999999999999s])", 7, "no window's length"},
        {"zscore(a[4b])", 8, "5 earlier samples"},
        {"a && b", 2, "'&&' is not of this language"},
        {"a = 1", 2, "'=' stands where"},
        {"a{x==\"1\"}", 3, "a label is followed by"},
        {"a{x=1}", 4, "'1' stands where a text"},
        {"a{x=\"1}", 4, "does not end"},
        {R"(a{x="\n"})", 5, "this escape"},
        {"a{x=\"1\"", 7, "ends where '}'"},
        {"foo(a)", 0, "there is no function 'foo'"},
        {"and", 0, "'and' stands where"},
        {"min", 3, "ends where '('"},
        {"a + sum", 7, "ends where '('"},
        {"12h", 2, "no unit of a number"},
        {"1.2.3", 0, "is no number"},
        {"0.12345678901234567%", 0, "more than 18 digits"},
        {"\"a\"", 0, "a text is no number"},
        {"a ? b", 2, "no meaning here"},
        {"sum by () (a)", 8, "')' stands where a label's name"},
        {"(a", 2, "ends where ')'"},
    };
    for (const Case& one : cases) {
        const Fault fault = fault_of(one.text);
        INFO(one.text << ": " << fault.what << "; " << fault.advice);
        CHECK(fault.offset == one.offset);
        CHECK(fault.what.find(one.what) != std::string::npos);
    }
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

TEST_CASE("expressions are bounded", "[expression]") {
    CHECK(Expression::parse(repeated("(", 64) + "a" + repeated(")", 64)));
    CHECK(fault_of(repeated("(", 65) + "a" + repeated(")", 65)).what.find("64 deep") > 0);
    CHECK(fault_of(repeated("-", 65) + "a").offset == 64);
    CHECK(Expression::parse("a" + repeated("+a", 255)));
    CHECK(fault_of("a" + repeated("+a", 256)).what.find("512") != std::string::npos);
    CHECK(fault_of(repeated(" ", 4'097)).what.find("4096") != std::string::npos);
    // Short as it is given, too long as it is printed.
    const std::string wide = "(a{x=\"" + repeated("x", 3'000) + "\"}<1)";
    CHECK(fault_of(wide + repeated("or(1<1)", 125)).what.find("canonically") != std::string::npos);
}

}  // namespace
}  // namespace faultline::signals
