// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/alerts/pattern.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

using namespace faultline;
using alerts::Pattern;

namespace {

bool matches(std::string_view expression, std::string_view text) {
    const auto pattern = Pattern::compile(expression);
    INFO(expression);
    REQUIRE(pattern.has_value());
    return pattern->matches(text);
}

std::string refused(std::string_view expression) {
    const auto pattern = Pattern::compile(expression);
    INFO(expression);
    REQUIRE(!pattern.has_value());
    return std::string(pattern.error().message());
}

/// An expression of the language that std::regex reads in the same way.
std::string any_expression(std::mt19937& random, int depth) {
    static const std::vector<std::string> kAtoms = {
        "a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", "\\d", "1", "\\.", "()"
    };
    std::string out;
    const auto parts = 1 + (random() % 3);
    for (unsigned i = 0; i < parts; ++i) {
        const bool group = depth > 0 && random() % 3 == 0;
        out += group ? "(" + any_expression(random, depth - 1) + ")"
                     : kAtoms[random() % kAtoms.size()];
        constexpr std::string_view kRepeats = "*+?    ";
        const char repeat = kRepeats[random() % kRepeats.size()];
        out += repeat == ' ' ? "" : std::string(1, repeat);
    }
    return depth > 0 && random() % 3 == 0 ? out + "|" + any_expression(random, depth - 1) : out;
}

}  // namespace

TEST_CASE("An expression matches a text as a whole", "[pattern]") {
    CHECK(matches("near.*", "near-liquidation"));
    CHECK_FALSE(matches("near", "near-liquidation"));
    CHECK_FALSE(matches("liquidation", "near-liquidation"));
    CHECK(matches("critical|warning", "warning"));
    CHECK_FALSE(matches("critical|warning", "warningx"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "a"));
    CHECK(matches("(a|)b+[^0-9]?", "bbx"));
    CHECK(matches("0x[0-9a-f]+", "0x00ff"));
    CHECK(matches(R"(v1\.2)", "v1.2"));
    CHECK_FALSE(matches(R"(v1\.2)", "v1x2"));
    CHECK(matches("[a-]+", "a-a"));
    CHECK(matches("größe.*", "größer"));
}

TEST_CASE("What an expression cannot mean is refused, with its place", "[pattern]") {
    CHECK(refused("(a").find("a ( is not closed (byte 2)") != std::string::npos);
    CHECK(refused("a)").find("a ) has no ( (byte 2)") != std::string::npos);
    CHECK(refused("*").find("nothing stands before a repetition (byte 1)") != std::string::npos);
    CHECK(refused("a|+").find("nothing stands before") != std::string::npos);
    CHECK(refused("[a").find("a [ is not closed") != std::string::npos);
    CHECK(refused("[]").find("a set is empty") != std::string::npos);
    CHECK(refused("[b-a]").find("the wrong way round") != std::string::npos);
    CHECK(refused("[\\d-z]").find("not between two bytes") != std::string::npos);
    CHECK(refused("a{2}").find("without meaning here") != std::string::npos);
    CHECK(refused("^a$").find("without meaning here") != std::string::npos);
    CHECK(refused("\\q").find("nothing behind it that it could change") != std::string::npos);
    CHECK(refused("(?i)a").find("no options") != std::string::npos);
    CHECK(refused(std::string(513, 'a')).find("more than 512") != std::string::npos);
    CHECK(refused(std::string(40, '(')).find("nested too deep") != std::string::npos);
}

TEST_CASE("No expression takes long", "[pattern]") {
    // Exponential for a backtracking engine: this would not end.
    std::string expression = "(a*)*(a|aa)+(a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?)*b";
    CHECK_FALSE(matches(expression, std::string(2'000, 'a')));
}

TEST_CASE("Random expressions match what std::regex matches", "[pattern]") {
    std::mt19937 random(7);
    int matched = 0;
    for (int i = 0; i < 3'000; ++i) {
        const std::string expression = any_expression(random, 2);
        const auto ours = Pattern::compile(expression);
        INFO(expression);
        REQUIRE(ours.has_value());
        const std::regex theirs(expression);
        for (int j = 0; j < 8; ++j) {
            std::string text;
            for (auto length = random() % 6; length > 0; --length) {
                text += "abc1."[random() % 5];
            }
            INFO(text);
            const bool expected = std::regex_match(text, theirs);
            CHECK(ours->matches(text) == expected);
            matched += expected ? 1 : 0;
        }
    }
    CHECK(matched > 1'000);
}
