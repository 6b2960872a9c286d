// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::eth {
namespace {

std::string canonical(std::string_view text) {
    const auto type = parse_abi_type(text);
    INFO(text);
    REQUIRE(type.has_value());
    return type->canonical();
}

std::string mistake(std::string_view text) {
    const auto declaration = parse_abi_declaration(text);
    INFO(text);
    REQUIRE_FALSE(declaration.has_value());
    CHECK(declaration.error().code() == Code::kInvalid);
    return declaration.error().message();
}

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += part;
    }
    return out;
}

}  // namespace

TEST_CASE("types read in every notation of Solidity and write in one") {
    CHECK(canonical("uint") == "uint256");
    CHECK(canonical("int") == "int256");
    CHECK(canonical("uint8") == "uint8");
    CHECK(canonical("int248") == "int248");
    CHECK(canonical("bytes1") == "bytes1");
    CHECK(canonical("bytes32") == "bytes32");
    CHECK(canonical(" address[ ][ 3 ] ") == "address[][3]");
    CHECK(canonical("tuple(uint a, (bool,string)[] b)[2]") == "(uint256,(bool,string)[])[2]");
}

TEST_CASE("the size of a head counts static words, and one for what is dynamic") {
    CHECK(parse_abi_type("uint8")->head_words() == 1);
    CHECK(parse_abi_type("uint8[3][2]")->head_words() == 6);
    CHECK(parse_abi_type("(uint8,bool[4])")->head_words() == 5);
    CHECK(parse_abi_type("(uint8,string)")->head_words() == 1);
    CHECK(parse_abi_type("string[7]")->head_words() == 1);
    CHECK_FALSE(parse_abi_type("(uint8,bool[4])")->is_dynamic());
    CHECK(parse_abi_type("(uint8,bytes)[1][1]")->is_dynamic());
}

TEST_CASE("a declaration keeps names, places and what is indexed") {
    const auto event =
        parse_abi_declaration(" E ( address payable indexed to , uint , bytes indexed ) anonymous "
        );
    REQUIRE(event.has_value());
    CHECK(event->signature() == "E(address,uint256,bytes)");
    CHECK(event->anonymous);
    CHECK(event->parameters[0].name == "to");
    CHECK(event->parameters[0].indexed);
    CHECK(event->parameters[1].name.empty());
    CHECK_FALSE(event->parameters[1].indexed);
    CHECK(event->parameters[2].indexed);
}

TEST_CASE("a mistake is named with what was expected and where") {
    CHECK_THAT(mistake("E(uint7 a)"), Catch::Contains("steps of 8 at column 3 of \"E(uint7 a)\""));
    CHECK_THAT(mistake("E(uint264)"), Catch::Contains("steps of 8 at column 3"));
    CHECK_THAT(mistake("E(uint0)"), Catch::Contains("column 3"));
    CHECK_THAT(mistake("E(uint08)"), Catch::Contains("column 3"));
    CHECK_THAT(mistake("E(bytes33)"), Catch::Contains("bytes1 to bytes32 at column 3"));
    CHECK_THAT(mistake("E(adress a)"), Catch::Contains("an ABI type such as"));
    CHECK_THAT(mistake("E(mapping(uint=>uint) m)"), Catch::Contains("an ABI type such as"));
    CHECK_THAT(mistake("E(uint a"), Catch::Contains("',' or ')' at column 9"));
    CHECK_THAT(mistake("E(uint a b)"), Catch::Contains("',' or ')'"));
    CHECK_THAT(mistake("E(uint a,)"), Catch::Contains("an ABI type such as"));
    CHECK_THAT(mistake("(uint a)"), Catch::Contains("a name at column 1"));
    CHECK_THAT(mistake("E"), Catch::Contains("'('"));
    CHECK_THAT(mistake(""), Catch::Contains("a name"));
    CHECK_THAT(mistake("E(uint a) x"), Catch::Contains("'anonymous' or the end"));
    CHECK_THAT(mistake("E(uint a) anonymous;"), Catch::Contains("the end of the declaration"));
    CHECK_THAT(mistake("E(uint[0] a)"), Catch::Contains("a length of 1 to 99999"));
    CHECK_THAT(mistake("E(uint[-1] a)"), Catch::Contains("']'"));
    CHECK_THAT(mistake("E(uint[1 a)"), Catch::Contains("']'"));
    CHECK_THAT(mistake("E(() a)"), Catch::Contains("a tuple with members"));
    CHECK_THAT(mistake("E((uint indexed a) b)"), Catch::Contains("without indexed members"));
}

TEST_CASE("types that would be too deep or too large are refused") {
    CHECK(parse_abi_type("uint" + repeated("[]", kMaxAbiDepth - 1)).has_value());
    CHECK_FALSE(parse_abi_type("uint" + repeated("[]", kMaxAbiDepth)).has_value());
    CHECK_FALSE(parse_abi_type(repeated("(", 100'000)).has_value());
    CHECK_FALSE(parse_abi_type(repeated("(", 20) + "uint" + repeated(")", 20)).has_value());
    CHECK(parse_abi_type("uint[65536]").has_value());
    CHECK_FALSE(parse_abi_type("uint[65537]").has_value());
    CHECK_FALSE(parse_abi_type("uint[99999][99999][99999]").has_value());
    CHECK_FALSE(parse_abi_type("uint[4294967296]").has_value());
}

}  // namespace faultline::eth
