// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::eth {
namespace {

// Selectors as 4byte.directory and the ERC-20 standard have them.
static_assert(selector<"transfer(address,uint256)">() == Selector{0xa9, 0x05, 0x9c, 0xbb});
static_assert(selector<"balanceOf(address account)">() == Selector{0x70, 0xa0, 0x82, 0x31});
static_assert(selector<"getUserAccountData(address)">() == Selector{0xbf, 0x92, 0x85, 0x7c});

/// Data made of words written as numbers.
Bytes words(std::initializer_list<std::uint64_t> numbers) {
    Bytes out;
    for (const std::uint64_t number : numbers) {
        const auto word = U256(number).to_be_bytes();
        out.insert(out.end(), word.begin(), word.end());
    }
    return out;
}

/// Data whose word at `index` is the largest number.
Bytes with_max_word(Bytes data, std::size_t index) {
    std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(32 * index), 32, std::uint8_t{0xff});
    return data;
}

Result<AbiList> decode(std::string_view types, const Bytes& data) {
    const auto parsed = parse_abi_type(types);
    REQUIRE(parsed.has_value());
    return decode_abi(parsed->parts, data);
}

std::string failure(std::string_view types, const Bytes& data) {
    const auto values = decode(types, data);
    INFO(types << " of " << to_hex(data));
    REQUIRE_FALSE(values.has_value());
    CHECK(values.error().code() == Code::kMalformed);
    return values.error().message();
}

}  // namespace

TEST_CASE("calldata is the selector and the canonical encoding of the arguments") {
    CHECK(to_hex(encode_call<"POOL_REVISION()">()) == "0x0148170e");
    Address first;
    first.bytes.back() = 0x11;
    Address second;
    second.bytes.front() = 0x22;
    const std::vector<Address> assets{first, second};
    const Bytes call = encode_call<"getAssetsPrices(address[])">(assets);
    CHECK(
        to_hex(call) ==
        "0x9d23d9f2"
        "0000000000000000000000000000000000000000000000000000000000000020"
        "0000000000000000000000000000000000000000000000000000000000000002"
        "0000000000000000000000000000000000000000000000000000000000000011"
        "0000000000000000000000002200000000000000000000000000000000000000"
    );
    CHECK(encode_call<"getAssetsPrices(address[])">(std::span<const Address>(assets)) == call);
}

TEST_CASE("calldata mixes static words and arrays") {
    const std::vector<U256> amounts{U256(7)};
    const Bytes call = encode_call<"f(bool,uint256[],uint256,bytes32)">(
        true, amounts, U256::max(), keccak256("x")
    );
    const auto values =
        decode("(bool,uint256[],uint256,bytes32)", Bytes(call.begin() + 4, call.end()));
    REQUIRE(values.has_value());
    CHECK(std::get<bool>((*values)[0].value));
    CHECK((*values)[1] == AbiValue{AbiList{AbiValue{U256(7)}}});
    CHECK((*values)[2] == AbiValue{U256::max()});
}

TEST_CASE("results decode to what the function returns") {
    CHECK(*decode_u256(words({10})) == U256(10));
    CHECK(*decode_bool(words({1})));
    CHECK(decode_address(words({0x11}))->bytes.back() == 0x11);
    CHECK(*decode_u256_array(words({32, 3, 5, 6, 7})) == std::vector<U256>{5, 6, 7});
    CHECK(decode_u256_array(words({32, 0}))->empty());
    CHECK(decode_address_array(words({32, 1, 9}))->size() == 1);
    Bytes text = words({32, 4});
    text.insert(text.end(), {'U', 'S', 'D', 'C'});
    CHECK(*decode_string(text) == "USDC");
}

TEST_CASE("the empty answer of an account without code is malformed, whatever was asked") {
    CHECK_FALSE(decode_u256({}).has_value());
    CHECK_FALSE(decode_bool({}).has_value());
    CHECK_FALSE(decode_address({}).has_value());
    CHECK_FALSE(decode_u256_array({}).has_value());
    CHECK_FALSE(decode_string({}).has_value());
    CHECK_THAT(
        decode_u256({}).error().message(),
        Catch::Contains("decode a call's result as uint256") && Catch::Contains("byte 0 of 0")
    );
}

TEST_CASE("a result with bytes behind it is accepted, one with dirty bits is not") {
    CHECK(*decode_u256(words({10, 11})) == U256(10));
    CHECK_FALSE(decode_bool(words({2})).has_value());
    CHECK_FALSE(decode_address(with_max_word(words({0}), 0)).has_value());
}

TEST_CASE("an array of a length that the data cannot hold is refused before memory is taken") {
    CHECK_FALSE(decode_u256_array(words({32, 4, 5, 6, 7})).has_value());
    const auto huge = decode_u256_array(with_max_word(words({32, 0, 5}), 1));
    REQUIRE_FALSE(huge.has_value());
    CHECK_THAT(huge.error().message(), Catch::Contains("holds at most 1"));
    CHECK_FALSE(
        decode_u256_array(words({32, std::numeric_limits<std::uint64_t>::max() / 32})).has_value()
    );
}

TEST_CASE("an offset that points outside is refused, however it overflows") {
    for (const std::uint64_t offset :
         {std::uint64_t{64},
          std::uint64_t{65},
          std::numeric_limits<std::uint64_t>::max() - 31,
          std::numeric_limits<std::uint64_t>::max()}) {
        CHECK_FALSE(decode_u256_array(words({offset, 0})).has_value());
        CHECK_FALSE(decode_string(words({offset, 0})).has_value());
    }
    CHECK_FALSE(decode_u256_array(with_max_word(words({0, 0}), 0)).has_value());
    CHECK_FALSE(decode_string(with_max_word(words({0, 0}), 0)).has_value());
    CHECK_FALSE(decode_string(with_max_word(words({32, 0}), 1)).has_value());
    CHECK_FALSE(decode_string(words({32, 1})).has_value());
}

TEST_CASE("an error names the value that is wrong, from the outside in") {
    CHECK_THAT(
        failure("(uint8,(bool,address)[2])", words({1, 1, 2, 3, 4})),
        Catch::Contains("value 1 ((bool,address)[2]): value 1 ((bool,address)): value 0 (bool)") &&
            Catch::Contains("a bool must be 0 or 1")
    );
    CHECK_THAT(
        failure("(uint8)", words({256})), Catch::Contains("bits above the lowest 8 are set")
    );
    CHECK_THAT(failure("(int8)", words({128})), Catch::Contains("do not repeat the sign"));
    CHECK_THAT(failure("(bytes2)", words({1})), Catch::Contains("bytes after the first 2 are set"));
    CHECK_THAT(failure("(uint8,uint8)", words({1})), Catch::Contains("byte 32 of 32"));
}

TEST_CASE("signed numbers read up to both their limits") {
    const auto lowest = decode(
        "(int8)",
        Bytes(
            *encode_abi(parse_abi_type("(int8)")->parts, std::array{AbiValue{I256::from_i64(-128)}})
        )
    );
    REQUIRE(lowest.has_value());
    CHECK(std::get<I256>(lowest->front().value).to_string() == "-128");
    CHECK(std::get<I256>(decode("(int8)", words({127}))->front().value).to_string() == "127");
    CHECK(
        std::get<I256>(decode("(int256)", with_max_word(words({0}), 0))->front().value)
            .to_string() == "-1"
    );
}

TEST_CASE("offsets that lead back to the same place end, soon") {
    // Each level is two offsets to one next level: 2^14 values from 43 words, were it not bounded.
    constexpr std::size_t kLevels = 14;
    std::string type = "uint256";
    Bytes data = words({32});
    for (std::size_t level = 0; level < kLevels; ++level) {
        type += "[]";
        const Bytes list = level + 1 == kLevels ? words({2, 1, 2}) : words({2, 64, 64});
        data.insert(data.end(), list.begin(), list.end());
    }
    CHECK_THAT(failure("(" + type + ")", data), Catch::Contains("parts overlap"));
}

TEST_CASE("two strings may share a tail, as Solidity's decoder allows") {
    const auto values = decode("(string,string)", words({64, 64, 0}));
    REQUIRE(values.has_value());
    CHECK((*values)[0] == (*values)[1]);
}

TEST_CASE("values that do not match their types are not encoded") {
    const auto refuses = [](std::string_view type, AbiValue value) {
        const auto encoded = encode_abi(parse_abi_type(type)->parts, std::span(&value, 1));
        return !encoded && encoded.error().code() == Code::kInvalid;
    };
    CHECK(refuses("(uint8)", {U256(256)}));
    CHECK(refuses("(uint8)", {true}));
    CHECK(refuses("(uint8)", {I256::from_i64(1)}));
    CHECK(refuses("(int8)", {I256::from_i64(128)}));
    CHECK(refuses("(int8)", {I256::from_i64(-129)}));
    CHECK(refuses("(bytes4)", {Bytes(5)}));
    CHECK(refuses("(string)", {Bytes(5)}));
    CHECK(refuses("(bytes)", {std::string("x")}));
    CHECK(refuses("(address)", {U256(1)}));
    CHECK(refuses("(uint8[2])", {AbiList{AbiValue{U256(1)}}}));
    CHECK(refuses("((uint8,bool))", {AbiList{AbiValue{U256(1)}}}));
    CHECK(refuses("(uint8[])", {U256(1)}));
    CHECK(refuses("(uint8)", {AbiList{}}));
    CHECK_FALSE(encode_abi(parse_abi_type("(uint8,uint8)")->parts, {}).has_value());
}

TEST_CASE("wide signed numbers order and print by their value") {
    const I256 lowest{*U256::from_hex("0x8" + std::string(63, '0'))};
    CHECK(lowest < I256::from_i64(-1));
    CHECK(I256::from_i64(-1) < I256::from_i64(0));
    CHECK(I256::from_i64(0) < I256{half(U256::max())});
    CHECK(lowest.magnitude().bit_width() == 256);
    CHECK(
        I256::from_i64(std::numeric_limits<std::int64_t>::min()).to_string() ==
        "-9223372036854775808"
    );
    CHECK(lowest.to_string().starts_with("-5789604461865809771178549250434395392663499233282"));
}

}  // namespace faultline::eth
