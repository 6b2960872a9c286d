// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_text.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::eth;

namespace {

Result<AbiValue> read(const std::string& type, const std::string& text) {
    FAULTLINE_TRY(const AbiText parsed, parse_abi_text(parse_abi_type(type).value(), text));
    return read_abi_text(parsed, [](const AbiText& leaf) -> Result<std::string> {
        return leaf.text;
    });
}

AbiValue number(std::uint64_t value) {
    return {U256(value)};
}

}  // namespace

TEST_CASE("Values are read as they are written", "[abi_text]") {
    CHECK(read("uint8", "255").value() == number(255));
    CHECK(read("uint256", "0x10").value() == number(16));
    CHECK(read("int8", "-128").value() == AbiValue{I256::from_i64(-128)});
    CHECK(read("int8", "127").value() == AbiValue{I256::from_i64(127)});
    CHECK(read("int256", "-0").value() == AbiValue{I256{}});
    CHECK(read("bool", "true").value() == AbiValue{true});
    CHECK(read("string", " a, \"b\" ").value() == AbiValue{std::string(" a, \"b\" ")});
    CHECK(read("string", "").value() == AbiValue{std::string()});
    CHECK(read("bytes", "0x").value() == AbiValue{Bytes{}});
    CHECK(read("bytes2", "0x00ff").value() == AbiValue{Bytes{0, 255}});
    const std::string dai = "0x6B175474E89094C44Da98b954EedeAC495271d0F";
    CHECK(read("address", dai).value() == AbiValue{Address::from_hex(dai).value()});
    CHECK(read("uint8[]", "[]").value() == AbiValue{AbiList{}});
    CHECK(read("uint8[]", " [1, 2] ").value() == AbiValue{AbiList{number(1), number(2)}});
    CHECK(
        read("uint8[2][]", "[[1,2],[3,4]]").value() ==
        AbiValue{AbiList{
            AbiValue{AbiList{number(1), number(2)}}, AbiValue{AbiList{number(3), number(4)}}
        }}
    );
    CHECK(
        read("(uint8,string)", R"((1, "a, \"b)\" \\"))").value() ==
        AbiValue{AbiList{number(1), AbiValue{std::string("a, \"b)\" \\")}}}
    );
}

TEST_CASE("What does not fit its type is refused, saying why", "[abi_text]") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"uint8", "256"},
        {"uint8", "-1"},
        {"uint8", "1.0"},
        {"uint8", ""},
        {"uint8", " 1"},
        {"uint8", "0x"},
        {"uint8", "0x100"},
        {"uint256", "115792089237316195423570985008687907853269984665640564039457584007913129639936"
        },
        {"int8", "128"},
        {"int8", "-129"},
        {"int8", "0x1"},
        {"bool", "yes"},
        {"bool", "1"},
        {"address", "0x6b175474e89094c44da98b954eedeac495271d0"},
        {"address", "0x6b175474E89094C44Da98b954EedeAC495271d0F"},
        {"address", "token"},
        {"bytes2", "0x00"},
        {"bytes2", "0x000000"},
        {"bytes", "0x0"},
        {"bytes", "00"},
        {"uint8[]", "1"},
        {"uint8[]", "[1"},
        {"uint8[]", "[1,]"},
        {"uint8[]", "[(1]"},
        {"uint8[2]", "[1]"},
        {"(uint8,uint8)", "[1,2]"},
        {"(uint8,uint8)", "(1)"},
        {"string[]", "[a]"},
        {"string[]", "[\"a]"},
    };
    for (const auto& [type, text] : table) {
        INFO(type << " " << text);
        const auto value = read(type, text);
        REQUIRE(!value.has_value());
        CHECK(value.error().code() == Code::kInvalid);
        CHECK(std::string(value.error().message()).find(" is no ") != std::string::npos);
    }
}
