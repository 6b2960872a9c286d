// SPDX-License-Identifier: Apache-2.0
#include "property/signals/random_expression.hpp"

#include "property/signals/reference.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals::reference {
namespace {

Meant joined(const std::string& sign, const Meant& left, const Meant& right) {
    return {
        .text = {},
        .lines = [=](const World& world
                 ) { return join(sign, left.lines(world), right.lines(world)); },
    };
}

}  // namespace

Meant Writer::disjunction(int depth) {
    return chain(&Writer::conjunction, depth, {"or"});
}

Meant Writer::conjunction(int depth) {
    return chain(&Writer::negation, depth, {"and"});
}

Meant Writer::negation(int depth) {
    if (often(4)) {
        return comparison(depth);
    }
    const Meant of = negation(depth);
    return {
        .text = "not " + of.text,
        .lines = [=](const World& world) { return invert(of.lines(world)); },
    };
}

Meant Writer::comparison(int depth) {
    if (depth > 0 && rarely(4)) {
        Meant inner = disjunction(depth - 1);
        inner.text = "(" + space() + inner.text + ")";
        return inner;
    }
    const Meant left = sum(depth - 1);
    const Meant right = sum(depth - 1);
    const std::string sign = one_of({"<", "<=", ">", ">=", "==", "!="});
    Meant both = joined(sign, left, right);
    both.text = left.text + space() + sign + space() + right.text;
    return both;
}

Meant Writer::sum(int depth) {
    return chain(&Writer::product, depth, {"+", "-"});
}

Meant Writer::product(int depth) {
    return chain(&Writer::sign, depth, {"*", "/"});
}

Meant Writer::sign(int depth) {
    if (often(6)) {
        return primary(depth);
    }
    const Meant of = sign(depth);
    return {
        .text = "-" + space() + of.text,
        .lines = [=](const World& world) { return negate(of.lines(world)); },
    };
}

Meant Writer::primary(int depth) {
    const auto kind = depth > 0 ? random_() % 8 : random_() % 4;
    if (kind < 2) {
        return selector();
    }
    if (kind == 2) {
        return literal();
    }
    if (kind == 3) {
        return window();
    }
    if (kind < 6) {
        return aggregate(depth - 1);
    }
    const Meant inner = sum(depth - 1);
    if (kind == 6) {
        return {.text = "(" + inner.text + space() + ")", .lines = inner.lines};
    }
    return {
        .text = "abs" + space() + "(" + inner.text + ")",
        .lines = [=](const World& world) { return absolute(inner.lines(world)); },
    };
}

Meant Writer::chain(Operand operand, int depth, const std::vector<std::string>& signs) {
    Meant all = (this->*operand)(depth);
    while (rarely(4)) {
        const std::string sign = one_of(signs);
        const Meant next = (this->*operand)(depth - 1);
        Meant both = joined(sign, all, next);
        both.text = all.text + " " + sign + " " + next.text;
        all = both;
    }
    return all;
}

Meant Writer::literal() {
    const std::vector<std::pair<std::string, std::string>> texts{
        {"0", "0"},
        {"1", "1000000000000000000"},
        {"3", "3000000000000000000"},
        {"0.000000000000000001", "1"},
        {"5%", "50000000000000000"},
        {"30bps", "3000000000000000"},
        {"12.5", "12500000000000000000"},
        {"70000000000000000000000000000", "70000000000000000000000000000000000000000000000"},
    };
    const auto& [text, scaled] = texts[random_() % texts.size()];
    const Big value(scaled);
    return {
        .text = text,
        .lines = [=](const World&) -> Lines {
            return {{.labels = {}, .value = reference::number(value)}};
        },
    };
}

Meant Writer::selector() {
    const std::string name = one_of(signal_names());
    const auto written = conditions();
    return {
        .text = name + written.first,
        .lines =
            [=](const World& world) {
                return select(world, name, written.second, [](const Reading& reading) {
                    return reading.moments.back().value;
                });
            },
    };
}

Meant Writer::window() {
    struct Written {
        std::string text;
        Reach reach;
    };

    const std::vector<Written> ranges{
        {.text = "30s", .reach = {.length = 30, .blocks = false}},
        {.text = "10m", .reach = {.length = 600, .blocks = false}},
        {.text = "1h", .reach = {.length = 3'600, .blocks = false}},
        {.text = "7b", .reach = {.length = 7, .blocks = true}},
        {.text = "40b", .reach = {.length = 40, .blocks = true}},
    };
    const Written range = ranges[random_() % ranges.size()];
    const std::string function = one_of({"min", "max", "avg", "delta", "rate", "zscore"});
    const std::string name = one_of(signal_names());
    const auto written = conditions();
    return {
        .text = function + "(" + name + written.first + "[" + range.text + "]" + space() + ")",
        .lines =
            [=](const World& world) {
                return select(world, name, written.second, [&](const Reading& reading) {
                    return reference::window(function, reading, range.reach);
                });
            },
    };
}

Meant Writer::aggregate(int depth) {
    const std::string function = one_of({"sum", "min", "max", "avg", "count"});
    const bool truths = function == "count" && rarely(2);
    const Meant of = truths ? disjunction(depth) : sum(depth);
    std::vector<std::string> by;
    std::string text = function;
    if (rarely(2)) {
        by.push_back(one_of({"a", "b", "c"}));
        text += " by (" + by[0];
        if (rarely(2)) {
            by.push_back(one_of({"a", "b", "c"}));
            text += "," + space() + by[1];
        }
        text += ")";
    }
    return {
        .text = text + space() + "(" + of.text + ")",
        .lines = [=](const World& world
                 ) { return reference::aggregate(function, by, of.lines(world), truths); },
    };
}

std::pair<std::string, std::vector<Condition>> Writer::conditions() {
    std::vector<Condition> wanted;
    std::string text;
    while (rarely(3)) {
        const Condition condition{
            .label = one_of({"a", "b", "c"}),
            .sign = one_of({"=", "=", "!=", "=~"}),
            .value = one_of({"1", "2", "", "22", "1|2", "2*", "*"}),
        };
        text += text.empty() ? "{" : "," + space();
        text += condition.label + condition.sign + '"' + condition.value + '"';
        wanted.push_back(condition);
    }
    return {text + (text.empty() ? "" : "}"), wanted};
}

std::string Writer::one_of(const std::vector<std::string>& words) {
    return words[random_() % words.size()];
}

std::string Writer::space() {
    return std::string(static_cast<std::size_t>(random_() % 2), ' ');
}

}  // namespace faultline::signals::reference
