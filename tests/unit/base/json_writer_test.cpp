// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/json_writer.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace faultline;

namespace {

std::string quoted(std::string_view text) {
    return JsonWriter().string(text).take();
}

}  // namespace

TEST_CASE("A document is written without white space, in the order of the calls", "[json]") {
    JsonWriter json;
    json.begin_object()
        .field("b", "text")
        .field("a", std::uint32_t{7})
        .field("yes", true)
        .key("list")
        .begin_array()
        .number(1)
        .boolean(false)
        .null()
        .begin_object()
        .end_object()
        .begin_array()
        .end_array()
        .end_array()
        .key("empty")
        .begin_object()
        .end_object()
        .field("last", std::string("x"))
        .end_object();
    CHECK(
        json.take() ==
        R"({"b":"text","a":7,"yes":true,"list":[1,false,null,{},[]],"empty":{},"last":"x"})"
    );
}

TEST_CASE("A document may be a single value", "[json]") {
    CHECK(
        JsonWriter().number(std::numeric_limits<std::uint64_t>::max()).take() ==
        "18446744073709551615"
    );
    CHECK(JsonWriter().null().take() == "null");
    CHECK(quoted("") == "\"\"");
}

TEST_CASE("Quotes, backslashes and control characters are escaped", "[json]") {
    CHECK(quoted("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(quoted(std::string_view("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
    CHECK(JsonWriter().begin_object().field("a\nb", "").end_object().take() == R"({"a\nb":""})");
}

TEST_CASE("Text that is UTF-8 passes unchanged", "[json]") {
    for (const std::string_view text :
         {"block 12 (0xab…)",
          "\xc2\x80",
          "\xdf\xbf",
          "\xe0\xa0\x80",
          "\xed\x9f\xbf",
          "\xee\x80\x80",
          "\xef\xbf\xbf",
          "\xf0\x90\x80\x80",
          "\xf4\x8f\xbf\xbf",
          "😀"}) {
        CHECK(quoted(text) == "\"" + std::string(text) + "\"");
    }
}

TEST_CASE("Each maximal part that is not UTF-8 becomes one replacement character", "[json]") {
    struct Case {
        std::string_view bytes;
        std::string_view text;
    };

    // The first four are the Unicode standard's own examples (15.0, tables 3-8 to 3-11).
    constexpr std::array kCases = {
        Case{"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", "��������A"},
        Case{"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "����A"},
        Case{"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", "��������A"},
        Case{"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", "�����A��B"},
        Case{"a\xff", "a�"},
        Case{"\xf5\x80\x80\x80", "����"},
        Case{"\xe2\x82", "�"},
        Case{"\xf0\x9f\x98", "�"},
        Case{"\xc3(", "�("},
    };
    for (const Case& each : kCases) {
        CHECK(quoted(each.bytes) == "\"" + std::string(each.text) + "\"");
    }
}

TEST_CASE("A decimal number is written as it is given", "[json]") {
    JsonWriter json;
    json.begin_array()
        .decimal("0")
        .decimal("12.50000000")
        .decimal("340282366920938463463374607431");
    CHECK(json.end_array().take() == "[0,12.50000000,340282366920938463463374607431]");
}

TEST_CASE("A writer can be used again after its document was taken", "[json]") {
    JsonWriter json;
    CHECK(json.begin_array().end_array().take() == "[]");
    CHECK(json.begin_object().end_object().take() == "{}");
}

TEST_CASE("a real number is the shortest text that reads back as the same") {
    JsonWriter json;
    json.begin_array().real(0).real(0.1).real(-2.5).real(1e300).real(1.0 / 3).real(
        -2.2250738585072014e-308
    );
    REQUIRE(
        json.end_array().take() == "[0,0.1,-2.5,1e+300,0.3333333333333333,-2.2250738585072014e-308]"
    );
}
