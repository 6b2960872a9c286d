// SPDX-License-Identifier: Apache-2.0
#include "unit/core/signals/expression_maker.hpp"

#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/readers.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

using Random = std::mt19937_64;

std::string below(Random& random, unsigned bound) {
    return std::to_string(random() % bound);
}

Labels some_labels(Random& random) {
    Labels labels;
    for (const char* const name : {"a", "b", "c"}) {
        if (random() % 3 != 0) {
            labels[name] = below(random, 4);
        }
    }
    return labels;
}

std::string some_selector(Random& random) {
    std::string out = "s" + below(random, 2) + "{";
    std::string comma;
    for (const char* const name : {"a", "b", "c"}) {
        const unsigned kind = static_cast<unsigned>(random() % 6);
        if (kind < 4) {
            const std::string sign = kind < 2 ? "=" : kind == 2 ? "!=" : "=~";
            const std::string value = random() % 9 == 0 ? "" : below(random, 5);
            out += comma + name + sign + '"' + value + (kind == 3 ? "|1*\"" : "\"");
            comma = ", ";
        }
    }
    return out + "}";
}

TEST_CASE("a board finds what a search through all finds", "[board]") {
    Random random(7);
    MemoryBoard board;
    std::map<std::pair<std::string, Labels>, Signal> all;
    for (int step = 0; step < 4'000; ++step) {
        const std::string name = "s" + below(random, 2);
        const Labels labels = some_labels(random);
        if (random() % 5 < 2) {
            board.erase(name, labels);
            all.erase({name, labels});
        } else {
            const Signal made = signal(name, labels, std::to_string(step));
            board.set(made);
            all[{name, labels}] = made;
        }
        REQUIRE(board.size() == all.size());
        const Selector selector = parsed(some_selector(random)).selectors().at(0);
        std::map<std::pair<std::string, Labels>, Signal> found;
        board.each(selector, [&](const Posted& posted) {
            const Signal& one = posted.signal;
            return found.emplace(std::pair(one.name, one.labels), one).second;
        });
        std::map<std::pair<std::string, Labels>, Signal> wanted;
        for (const auto& [key, one] : all) {
            if (one.name == selector.name && matches(selector.matchers, one.labels)) {
                wanted.emplace(key, one);
            }
        }
        CAPTURE(step, text(selector));
        REQUIRE(found == wanted);
    }
    board.clear();
    CHECK(board.size() == 0);
}

TEST_CASE("a visitor may end the visit", "[board]") {
    MemoryBoard board;
    board.set(signal("s", {{"a", "1"}}, "1"));
    board.set(signal("s", {{"a", "1"}, {"b", "1"}}, "1"));
    for (const char* const text : {"s", "s{a=\"1\"}", "s{a=~\"*\"}"}) {
        int visits = 0;
        board.each(parsed(text).selectors().at(0), [&visits](const Posted&) {
            ++visits;
            return false;
        });
        CHECK(visits == 1);
    }
}

TEST_CASE("stars stand for any characters", "[board]") {
    const auto like = [](const std::string& pattern, const std::string& value) {
        return matches({.label = "x", .kind = MatchKind::kLike, .value = pattern}, value);
    };
    CHECK(like("a*c", "abbc"));
    CHECK(like("a*c", "ac"));
    CHECK(!like("a*c", "acb"));
    CHECK(like("*b*", "abc"));
    CHECK(like("a*b*c", "a1b2b3c"));
    CHECK(like("x|a*", "ab"));
    CHECK(like("", ""));
    CHECK(like("x|", ""));
    CHECK(!like("x", ""));
    CHECK(like("**", ""));
    CHECK(!like("a|b", "a|b"));
    // Where backtracking would take ages.
    std::string stars;
    for (int i = 0; i < 500; ++i) {
        stars += "a*";
    }
    CHECK(!like(stars + "b", std::string(2'000, 'a')));
}

TEST_CASE("readers are those whose selectors match", "[readers]") {
    Random random(11);
    Readers readers;
    std::vector<Expression> all;
    for (Readers::Number number = 0; number < 300; ++number) {
        std::string text = some_selector(random);
        if (number % 5 == 0) {
            text = "delta(" + text + "[1h]) + max(s1[10b])";
        } else if (number % 5 == 1) {
            text += " + " + some_selector(random);
        }
        all.push_back(parsed(text));
        readers.add(number, all.back().selectors());
    }
    for (int i = 0; i < 500; ++i) {
        const std::string name = "s" + below(random, 2);
        const Labels labels = some_labels(random);
        std::set<Readers::Number> wanted;
        std::set<Range> ranges;
        for (Readers::Number number = 0; number < all.size(); ++number) {
            for (const Selector& selector : all[number].selectors()) {
                if (selector.name == name && matches(selector.matchers, labels)) {
                    wanted.insert(number);
                    if (selector.range) {
                        ranges.insert(*selector.range);
                    }
                }
            }
        }
        std::set<Readers::Number> found;
        readers.of(name, labels, found);
        CHECK(found == wanted);
        CHECK(readers.ranges(name, labels) == ranges);
    }
}

}  // namespace
}  // namespace faultline::signals
