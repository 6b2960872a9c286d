// SPDX-License-Identifier: Apache-2.0
#include "unit/core/signals/expression_maker.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::signals {
namespace {

MemoryBoard board() {
    MemoryBoard made;
    made.set(signal("price", {{"token", "a"}}, "2"));
    made.set(signal("price", {{"token", "b"}}, "3"));
    made.set(signal("debt", {{"market", "m"}, {"token", "a"}}, "10"));
    made.set(signal("debt", {{"market", "m"}, {"token", "b"}}, "20"));
    made.set(signal("debt", {{"market", "n"}, {"token", "a"}}, "40"));
    made.set(signal("cap", {{"market", "m"}}, "50"));
    made.set(signal("large", {}, "1" + std::string(59, '0')));
    made.set(missing("absent", {}, FigureStatus::kNoData));
    made.set(missing("old", {}, FigureStatus::kStale));
    made.set(missing("bad", {}, FigureStatus::kError));
    return made;
}

TEST_CASE("numbers are computed exactly", "[evaluate]") {
    const MemoryBoard empty;
    CHECK(evaluated(empty, "0.1 + 0.2") == "0.3");
    CHECK(evaluated(empty, "1 - 2 - 3") == "-4");
    CHECK(evaluated(empty, "2 + 3 * 4") == "14");
    CHECK(evaluated(empty, "-2 * -3") == "6");
    CHECK(evaluated(empty, "1 / 3") == "0.333333333333333333");
    CHECK(evaluated(empty, "abs(-5%)") == "0.05");
    CHECK(evaluated(empty, "30bps") == "0.003");
    CHECK(evaluated(empty, "0.1 + 0.2 == 0.3") == "1");
    CHECK(evaluated(empty, "1 < 1") == "0");
    CHECK(evaluated(empty, "1 <= 1") == "1");
    CHECK(evaluated(empty, "not 2 > 1") == "0");
    CHECK(evaluated(empty, "1 / 0") == "error: a division by zero");
    CHECK(
        evaluated(board(), "large * 10") ==
        "error: the result of '*' is beyond what a number holds (1.2e59)"
    );
}

TEST_CASE("operands are joined on the labels that both have", "[evaluate]") {
    const MemoryBoard made = board();
    CHECK(
        evaluated(made, "debt * price") ==
        "{market=\"m\", token=\"a\"} 20\n"
        "{market=\"m\", token=\"b\"} 60\n"
        "{market=\"n\", token=\"a\"} 80"
    );
    CHECK(
        evaluated(made, "sum by (market) (debt) / cap") ==
        "{market=\"m\"} 0.6\n"
        "{market=\"n\"} no_data: nothing on the other side of '/' has these labels"
    );
    CHECK(evaluated(made, "price > 2") == "{token=\"a\"} 0\n{token=\"b\"} 1");
    CHECK(evaluated(made, "cap + sum(price)") == "{market=\"m\"} 55");
    // Without a label in common, each meets each.
    CHECK(
        evaluated(made, "cap * price") ==
        "{market=\"m\", token=\"a\"} 100\n{market=\"m\", token=\"b\"} 150"
    );
}

TEST_CASE("a selector takes what meets its matchers", "[evaluate]") {
    const MemoryBoard made = board();
    CHECK(evaluated(made, R"(debt{market="m", token="a"})") == R"({market="m", token="a"} 10)");
    CHECK(evaluated(made, R"(count(debt{token="a"}))") == "2");
    CHECK(evaluated(made, R"(count(debt{token!="a"}))") == "1");
    CHECK(evaluated(made, R"(count(debt{token=~"a|b"}))") == "3");
    CHECK(evaluated(made, R"(count(debt{token=~"*", market=~"n*"}))") == "1");
    CHECK(evaluated(made, R"(count(debt{other=""}))") == "3");
    CHECK(
        evaluated(made, R"(debt{market="x", token=~"a|b"} > 1)") ==
        R"({market="x"} no_data: no signal matches debt{market="x", token=~"a|b"})"
    );
    CHECK(evaluated(made, "nowhere") == "no_data: no signal matches nowhere");
}

TEST_CASE("what is not known is not false", "[evaluate]") {
    const MemoryBoard made = board();
    CHECK(evaluated(made, "1 > 2 and absent > 1") == "0");
    CHECK(evaluated(made, "absent > 1 and 1 > 2") == "0");
    CHECK(evaluated(made, "1 < 2 or bad > 1") == "1");
    CHECK(evaluated(made, "1 < 2 and absent > 1") == "no_data: no_data");
    CHECK(evaluated(made, "1 > 2 or absent > 1") == "no_data: no_data");
    CHECK(evaluated(made, "not absent > 1") == "no_data: no_data");
    CHECK(evaluated(made, "absent > 1 or old > 1") == "stale: stale");
    CHECK(evaluated(made, "bad + old + absent") == "error: error");
    CHECK(evaluated(made, "0 * absent") == "no_data: no_data");
    CHECK(evaluated(made, "abs(old)") == "stale: stale");
}

TEST_CASE("an aggregate is no better than its worst row", "[evaluate]") {
    MemoryBoard made = board();
    CHECK(evaluated(made, "sum(debt)") == "70");
    CHECK(evaluated(made, "avg by (token) (debt)") == "{token=\"a\"} 25\n{token=\"b\"} 20");
    CHECK(evaluated(made, "min(debt)") == "10");
    CHECK(evaluated(made, "max by (market) (debt)") == "{market=\"m\"} 20\n{market=\"n\"} 40");
    CHECK(evaluated(made, "count(debt > 10)") == "2");
    CHECK(evaluated(made, "count by (other) (debt)") == "3");
    CHECK(evaluated(made, "count(nowhere)") == "no_data: no signal matches nowhere");
    made.set(missing("debt", {{"market", "m"}, {"token", "c"}}, FigureStatus::kStale));
    CHECK(
        evaluated(made, "count by (market) (debt)") ==
        "{market=\"m\"} stale: stale\n"
        "{market=\"n\"} 1"
    );
    CHECK(
        evaluated(made, "sum(large + price)") ==
        "error: the sum is beyond what a number holds (1.2e59)"
    );
}

TEST_CASE("rows that cannot be told apart are an error", "[evaluate]") {
    MemoryBoard made;
    made.set(signal("left", {{"a", "1"}}, "1"));
    made.set(signal("left", {{"a", "1"}, {"b", "1"}}, "2"));
    made.set(signal("right", {{"b", "1"}}, "3"));
    CHECK(
        evaluated(made, "left + right") ==
        R"({a="1", b="1"} error: several rows have these labels; aggregate one side with 'by' first)"
    );
}

TEST_CASE("a row tells what it was made from", "[evaluate]") {
    MemoryBoard made = board();
    const auto rows = parsed(R"(debt{market="n"} * price + debt{market="n"})").evaluate(made);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].inputs.size() == 2);
    CHECK(rows[0].inputs[0] == signal("debt", {{"market", "n"}, {"token", "a"}}, "40"));
    CHECK(rows[0].inputs[1] == signal("price", {{"token", "a"}}, "2"));
    for (int i = 0; i < 40; ++i) {
        made.set(signal("many", {{"i", std::to_string(i)}}, "1"));
    }
    const auto sum = parsed("sum(many)").evaluate(made);
    CHECK(sum.at(0).value == Figure<Decimal>::of(Decimal::of(40U)));
    CHECK(sum.at(0).inputs.size() == Expression::kMostInputs);
}

TEST_CASE("an evaluation beyond its bounds is one error", "[evaluate]") {
    MemoryBoard made;
    for (int i = 0; i < 400; ++i) {
        const std::string number = std::to_string(i);
        made.set(signal("left", {{"a", number}}, "1"));
        made.set(signal("right", {{"b", number}}, "1"));
        made.set(signal("odd", {{"label" + number, "1"}}, "1"));
    }
    CHECK(
        evaluated(made, "left + right") ==
        "error: '+' makes more than 100000 rows; name fewer signals"
    );
    CHECK(
        evaluated(made, "left + odd") ==
        "error: an operand of '+' has more than 64 different sets of label names; name fewer "
        "signals"
    );
}

}  // namespace
}  // namespace faultline::signals
