// SPDX-License-Identifier: Apache-2.0
#include "any_text.hpp"

#include <catch2/catch.hpp>

#include <shell/delivery/answer_text.hpp>
#include <shell/delivery/shape.hpp>
#include <string>
#include <string_view>

using namespace faultline;
using namespace faultline::delivery;
using namespace std::chrono_literals;

namespace {

std::string doubled(std::string_view character) {
    return character == "&" ? "&amp;" : std::string(character);
}

Duration wait_of(const std::string& body, const std::string& header = "") {
    net::HttpResponse answer;
    answer.body = body;
    if (!header.empty()) {
        answer.headers.emplace_back("Retry-After", header);
    }
    return asked_wait(answer, UnixMillis{0}).value_or(-1s);
}

}  // namespace

TEST_CASE("A text that fits stays as it is", "[shape]") {
    CHECK(fitted("abc", {.most = 3}) == "abc");
    CHECK(fitted("", {.most = 3}).empty());
    CHECK(fitted("\U0001f600", {.most = 2}) == "\U0001f600");
}

TEST_CASE("A text that does not fit is cut between characters", "[shape]") {
    CHECK(fitted("abcd", {.most = 3}) == "ab…");
    CHECK(fitted("a\U0001f600", {.most = 2}) == "a…");
    CHECK(fitted("\U0001f600", {.most = 1}) == "…");
    CHECK(fitted("a", {.most = 0}).empty());
}

TEST_CASE("An escape is counted and never cut", "[shape]") {
    CHECK(fitted("a&&", {.most = 7, .escape = doubled}) == "a&amp;…");
    CHECK(fitted("a&&", {.most = 3, .escape = doubled, .counts_escapes = false}) == "a&amp;&amp;");
}

TEST_CASE("What is no character and what controls becomes something to see", "[shape]") {
    CHECK(fitted("a\xff\x1b\nb", {.most = 9}) == "a\xef\xbf\xbd \nb");
    CHECK(fitted_or_dash(" \x01\n", {.most = 9}) == "-");
}

TEST_CASE("What turns the direction of writing is not passed on", "[shape]") {
    for (const char* mark :
         {"\u202a",
          "\u202b",
          "\u202c",
          "\u202d",
          "\u202e",
          "\u2066",
          "\u2067",
          "\u2068",
          "\u2069",
          "\u200e",
          "\u200f",
          "\u061c",
          "\u2028",
          "\u2029",
          "\u0085",
          "\u009b"}) {
        INFO(mark);
        CHECK(fitted(std::string("a") + mark + "b", {.most = 9}) == "a b");
    }
    // Of letters that are written from the right, and what joins them, nothing is lost.
    for (const char* letters : {"\u05d0\u05d1", "\u200c", "\u200d", "\u2030", "\u206a", "\u00a0"}) {
        CHECK(fitted(letters, {.most = 9}) == letters);
    }
}

TEST_CASE("Whatever the text, it fits and is UTF-8", "[shape]") {
    runtime::Random random(7);
    for (int i = 0; i < 2'000; ++i) {
        const std::size_t most = random.next() % 40;
        const std::string text = testing::any_text(random, 60);
        const std::string out = fitted(text, {.most = most, .escape = doubled});
        REQUIRE(utf16_length(out) <= most);
        REQUIRE(testing::is_utf8(out));
        const std::string tags =
            fitted(text, {.most = most, .escape = doubled, .counts_escapes = false});
        REQUIRE(testing::is_utf8(tags));
    }
}

TEST_CASE("A fraction of a second is never cut to nothing", "[answer]") {
    CHECK(seconds_in("0.376") == 376ms);
    CHECK(seconds_in("0.0004") == 1ms);
    CHECK(seconds_in("1.0001") == 1001ms);
    CHECK(seconds_in("2") == 2s);
    CHECK(seconds_in("99999999999999999999999") == 365 * 24h);
    for (const char* wrong : {"", ".5", "-1", "1s", "x", "1.2.3"}) {
        CHECK_FALSE(seconds_in(wrong).has_value());
    }
}

TEST_CASE("The wait is the longer of header and body", "[answer]") {
    CHECK(wait_of(R"({"message": "slow down", "retry_after": 0.376, "global": false})") == 376ms);
    CHECK(wait_of(R"({"retry_after":0.376})", "1") == 1s);
    CHECK(wait_of(R"({"retry_after":65.5})", "1") == 65'500ms);
    CHECK(wait_of(R"({"ok":false,"parameters":{"retry_after":35}})") == 35s);
    CHECK(wait_of(R"({"retry_after":3.76e-1})") == 1s);
    CHECK(wait_of(R"({"retry_after":"soon"})") == -1s);
    CHECK(wait_of("<html>") == -1s);
    CHECK(wait_of("", "0.5") == 500ms);
}

TEST_CASE("Words and marks are found in an answer", "[answer]") {
    CHECK(says("Bad Request: Can't parse entities", "can't parse entities"));
    CHECK_FALSE(says("", "x"));
    CHECK(is_true(R"({"global": true})", "global"));
    CHECK_FALSE(is_true(R"({"global": false, "x": true})", "global"));
    CHECK_FALSE(is_true(R"({"message":"global"})", "global"));
}
