// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/shell/delivery/calldata.hpp>

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;

namespace {

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> out;
    std::stringstream stream(line);
    for (std::string field; std::getline(stream, field, '\t');) {
        out.push_back(field);
    }
    // getline drops an empty last one.
    if (line.ends_with('\t')) {
        out.emplace_back();
    }
    return out;
}

std::string error_of(const std::string& function, const std::vector<std::string>& arguments) {
    const auto call = CallTemplate::parse(function, arguments);
    return call ? "" : std::string(call.error().message());
}

std::string error_of(
    const std::string& function, const std::vector<std::string>& arguments, const CallValues& values
) {
    const auto data = CallTemplate::parse(function, arguments).value().encode(values);
    return data ? "" : std::string(data.error().message());
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Calls are encoded as an independent encoder does", "[calldata]") {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/calldata/vectors.tsv");
    int vectors = 0;
    for (std::string line; std::getline(file, line); ++vectors) {
        const std::vector<std::string> fields = split(line);
        INFO(fields.at(0));
        const auto call = CallTemplate::parse(
            fields.at(0), std::vector<std::string>(fields.begin() + 2, fields.end())
        );
        REQUIRE(call.has_value());
        const auto data = call->encode({});
        REQUIRE(data.has_value());
        REQUIRE(to_hex(*data) == fields.at(1));
    }
    CHECK(vectors == 400);
}

TEST_CASE("Placeholders are filled, scaled and never rounded", "[calldata]") {
    const CallValues values{
        {"limit", "1234.5"},
        {"figure", "-0.25"},
        {"token", "token:0x00000000000000000000000000000000000000aa"},
        {"name", "a, \"b\"]"},
        {"wad", "1000000000000000000"}
    };
    const auto call = CallTemplate::parse(
        "f(uint256 cap, int64, address, string, uint256[] list, string[])",
        {"{limit:6}", "{figure:2}", "{token}", "{name}: {limit} {{}}", "[{wad}, 7]", "[\"{name}\"]"}
    );
    REQUIRE(call.has_value());
    CHECK(call->signature() == "f(uint256,int64,address,string,uint256[],string[])");
    const auto same = CallTemplate::parse(
        call->signature(),
        {"1234500000",
         "-25",
         "0x00000000000000000000000000000000000000aa",
         "a, \"b\"]: 1234.5 {{}}",
         "[1000000000000000000, 7]",
         R"(["a, \"b\"]"])"}
    );
    REQUIRE(same.has_value());
    CHECK(to_hex(call->encode(values).value()) == to_hex(same->encode({}).value()));

    CHECK(scaled("1.50", 1).value() == "15");
    CHECK(scaled("0.001", 3).value() == "1");
    CHECK(scaled("-0.0", 2).value() == "0");
    CHECK(scaled("12", 0).value() == "12");
    for (const std::string bad : {"1.05", "", ".", "1.", "-", "1e3", "0x1", "1.2.3", " 1"}) {
        CHECK_FALSE(scaled(bad, 1).has_value());
    }
}

TEST_CASE("What is wrong with a call is said when the configuration is read", "[calldata]") {
    CHECK(error_of("f(uint8)", {"255"}).empty());
    CHECK(holds(error_of("f(uint8 cap)", {"256"}), "argument 1 (cap): \"256\" is no uint8"));
    CHECK(holds(error_of("f(uint8)", {}), "takes 1 arguments, but 0 are given"));
    CHECK_FALSE(error_of("f(uint7)", {"1"}).empty());
    CHECK_FALSE(error_of("f", {}).empty());
    CHECK_FALSE(error_of("f(uint8)", {"{limit"}).empty());
    CHECK_FALSE(error_of("f(uint8)", {"{}"}).empty());
    CHECK_FALSE(error_of("f(uint8)", {"{limit:78}"}).empty());
    CHECK_FALSE(error_of("f(uint8)", {"{limit:}"}).empty());
    CHECK(holds(error_of("f(uint8)", {"1{limit}"}), "mixes a placeholder with other words"));
    CHECK(holds(error_of("f(uint8[2])", {"[1, x]"}), "\"x\" is no uint8"));
}

TEST_CASE("What does not fit when the alert comes is told instead of the call", "[calldata]") {
    const std::vector<std::string> cap{"{limit:2}"};
    CHECK(error_of("f(uint8)", cap, {{"limit", "2.55"}}).empty());
    CHECK(holds(error_of("f(uint8)", cap, {{"limit", "2.56"}}), "\"256\" is no uint8"));
    CHECK(holds(error_of("f(uint8)", cap, {{"limit", "-1"}}), "is no uint8"));
    CHECK(holds(error_of("f(uint8)", cap, {{"limit", "0.001"}}), "has more than 2 decimals"));
    CHECK(holds(error_of("f(uint8 c)", cap, {}), "argument 1 (c): the alert has no {limit}"));
    CHECK(holds(error_of("f(address)", {"{to}"}, {{"to", "issuer:circle"}}), "is no address"));
}
