// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace faultline {
namespace {

constexpr const char* kUsdc = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";

static_assert(!std::is_convertible_v<Address, Hash32>);
static_assert(!std::is_same_v<Address, FixedBytes<20, struct OtherTag>>);
static_assert(sizeof(Address) == 20 && sizeof(Hash32) == 32);
static_assert(Address{}.is_zero());

}  // namespace

TEST_CASE("an address reads in any case and writes in lower case") {
    const auto address = Address::from_hex("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");
    REQUIRE(address.has_value());
    CHECK(address->hex() == kUsdc);
    CHECK_FALSE(address->is_zero());
}

TEST_CASE("an address of another length is refused") {
    const std::string text = kUsdc;
    CHECK_FALSE(Address::from_hex(text + "0").has_value());
    CHECK_FALSE(Address::from_hex(text + "00").has_value());
    CHECK_FALSE(Address::from_hex(text.substr(0, 40)).has_value());
    CHECK_FALSE(Address::from_hex(text.substr(2)).has_value());
    CHECK_FALSE(Hash32::from_hex(text).has_value());
}

TEST_CASE("fixed bytes order as their hex does") {
    std::vector<Address> addresses;
    for (const char* text :
         {kUsdc,
          "0x0000000000000000000000000000000000000001",
          "0xff00000000000000000000000000000000000000"}) {
        addresses.push_back(*Address::from_hex(text));
    }
    std::ranges::sort(addresses);
    CHECK(std::ranges::is_sorted(addresses, {}, [](const Address& a) { return a.hex(); }));
}

TEST_CASE("fixed bytes are copied from a view") {
    const Bytes bytes(20, 0x11);
    CHECK(Address::from_bytes(bytes).hex() == "0x" + std::string(40, '1'));
}

TEST_CASE("addresses that differ in one byte have hashes that differ, also in the low half") {
    for (const std::size_t place : {0U, 7U, 12U, 19U}) {
        std::unordered_set<std::size_t> hashes;
        std::unordered_set<std::uint32_t> low_halves;
        Address address = *Address::from_hex(kUsdc);
        for (int i = 0; i < 256; ++i) {
            ++address.bytes[place];
            hashes.insert(FixedBytesHash{}(address));
            low_halves.insert(static_cast<std::uint32_t>(FixedBytesHash{}(address)));
        }
        CHECK(hashes.size() == 256);
        CHECK(low_halves.size() == 256);
    }
}

}  // namespace faultline
