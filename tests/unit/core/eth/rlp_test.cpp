// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace faultline::eth {
namespace {

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

std::string string_hex(BytesView content) {
    Bytes out;
    rlp::put_bytes(out, content);
    return to_hex(out);
}

template <class Number>
std::string number_hex(const Number& number) {
    Bytes out;
    rlp::put_number(out, number);
    return to_hex(out);
}

/// A list of `depth` levels with nothing inside.
Bytes nested(std::size_t depth) {
    Bytes out;
    for (std::size_t i = 0; i < depth; ++i) {
        rlp::close_list(out, 0);
    }
    return out;
}

std::string failure(std::string_view hex) {
    const auto item = rlp::decode(*bytes_from_hex(hex));
    INFO(hex);
    REQUIRE_FALSE(item.has_value());
    CHECK(item.error().code() == Code::kMalformed);
    return item.error().message();
}

}  // namespace

TEST_CASE("a byte string is its length and its bytes, a byte below 0x80 itself") {
    CHECK(string_hex({}) == "0x80");
    CHECK(string_hex(Bytes{0}) == "0x00");
    CHECK(string_hex(Bytes{0x7f}) == "0x7f");
    CHECK(string_hex(Bytes{0x80}) == "0x8180");
    CHECK(string_hex(bytes_of("dog")) == "0x83646f67");
    CHECK(string_hex(Bytes(55)).starts_with("0xb700"));
    CHECK(string_hex(Bytes(56)).starts_with("0xb83800"));
    CHECK(string_hex(Bytes(255)).starts_with("0xb8ff00"));
    CHECK(string_hex(Bytes(256)).starts_with("0xb9010000"));
}

TEST_CASE("a number has no leading zeros, whatever its type") {
    CHECK(number_hex(std::uint64_t{0}) == "0x80");
    CHECK(number_hex(std::uint64_t{0x7f}) == "0x7f");
    CHECK(number_hex(std::uint64_t{0x80}) == "0x8180");
    CHECK(number_hex(std::uint64_t{0x0400}) == "0x820400");
    CHECK(number_hex(std::numeric_limits<std::uint64_t>::max()) == "0x88ffffffffffffffff");
    CHECK(number_hex(U256(0)) == "0x80");
    CHECK(number_hex(U256(0x0400)) == "0x820400");
    CHECK(number_hex(pow10(20)) == "0x89056bc75e2d63100000");
    CHECK(number_hex(U256::max()) == "0xa0" + std::string(64, 'f'));
}

TEST_CASE("lists are closed from the inside out") {
    Bytes out{0xee};
    const std::size_t outer = out.size();
    rlp::put_bytes(out, bytes_of("cat"));
    const std::size_t inner = out.size();
    rlp::put_number(out, 1);
    rlp::close_list(out, inner);
    rlp::close_list(out, out.size());
    rlp::close_list(out, outer);
    CHECK(to_hex(out) == "0xeec783636174c101c0");
    Bytes list(56, 1);
    rlp::close_list(list, 0);
    CHECK(to_hex(BytesView(list).first(3)) == "0xf83801");
}

TEST_CASE("an item is decoded as views of its encoding") {
    const Bytes encoded = *bytes_from_hex("0xc783636174c101c0");
    const auto item = rlp::decode(encoded);
    REQUIRE(item.has_value());
    REQUIRE(item->is_list);
    REQUIRE(item->items.size() == 3);
    CHECK(item->bytes.data() == encoded.data() + 1);
    CHECK(to_hex(item->items[0].bytes) == "0x636174");
    REQUIRE(item->items[1].items.size() == 1);
    CHECK(*item->items[1].items[0].number() == U256(1));
    CHECK(item->items[2].is_list);
    CHECK(item->items[2].items.empty());
}

TEST_CASE("each item has one encoding, others are refused with the byte where they go wrong") {
    CHECK_THAT(failure("0x"), Catch::Contains("byte 0 of 0: an item is missing"));
    CHECK_THAT(failure("0x8100"), Catch::Contains("a byte that stands for itself"));
    CHECK_THAT(failure("0x817f"), Catch::Contains("a byte that stands for itself"));
    CHECK_THAT(failure("0xc0c0"), Catch::Contains("byte 1 of 2: bytes follow the item"));
    CHECK_THAT(failure("0x8200"), Catch::Contains("2 bytes does not fit the 1"));
    CHECK_THAT(failure("0xc3820102c0"), Catch::Contains("byte 4 of 5: bytes follow"));
    CHECK_THAT(failure("0xc2820102"), Catch::Contains("byte 1 of 4: an item of 2 bytes"));
    CHECK_THAT(failure("0xb8"), Catch::Contains("the length ends outside"));
    CHECK_THAT(failure("0xc1b9"), Catch::Contains("byte 1 of 2: the length ends outside"));
    CHECK_THAT(failure("0xb800"), Catch::Contains("leading zero"));
    CHECK_THAT(failure("0xf90038" + std::string(112, '0')), Catch::Contains("leading zero"));
    CHECK_THAT(failure("0xb837" + std::string(110, '0')), Catch::Contains("longer than need be"));
    CHECK_THAT(failure("0xf801c0"), Catch::Contains("longer than need be"));
}

TEST_CASE("a length near the largest number neither overflows nor takes memory") {
    CHECK_THAT(
        failure("0xbfffffffffffffffff00"),
        Catch::Contains("18446744073709551615 bytes does not fit the 1 ")
    );
    CHECK_THAT(failure("0xfffffffffffffffff7"), Catch::Contains("does not fit the 0"));
}

TEST_CASE("lists nest up to the bound") {
    const Bytes deepest = nested(rlp::kMaxDepth);
    CHECK(rlp::decode(deepest).has_value());
    const auto deeper = rlp::decode(nested(rlp::kMaxDepth + 1));
    REQUIRE_FALSE(deeper.has_value());
    CHECK_THAT(deeper.error().message(), Catch::Contains("deeper than 32 levels"));
    CHECK_FALSE(rlp::decode(nested(100'000)).has_value());
}

TEST_CASE("a number is a byte string of at most 32 bytes without a leading zero") {
    const auto number = [](std::string_view hex) {
        const Bytes encoded = *bytes_from_hex(hex);
        return rlp::decode(encoded)->number();
    };
    CHECK(*number("0x80") == U256(0));
    CHECK(*number("0x8180") == U256(128));
    CHECK(*number("0xa0" + std::string(64, 'f')) == U256::max());
    CHECK_THAT(number("0x00").error().message(), Catch::Contains("leading zero"));
    CHECK_THAT(number("0x820001").error().message(), Catch::Contains("leading zero"));
    CHECK_THAT(number("0xc0").error().message(), Catch::Contains("a list is no number"));
    CHECK_THAT(
        number("0xa1" + std::string(66, 'f')).error().message(), Catch::Contains("of 33 bytes")
    );
}

}  // namespace faultline::eth
