// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace faultline {

TEST_CASE("bytes become lower-case hex and back") {
    const Bytes bytes{0x00, 0x0f, 0xa0, 0xff};
    CHECK(to_hex(bytes) == "0x000fa0ff");
    CHECK(*bytes_from_hex("0x000FA0ff") == bytes);
    CHECK(to_hex({}) == "0x");
    CHECK(bytes_from_hex("0x")->empty());
}

TEST_CASE("every byte survives hex") {
    Bytes all;
    for (unsigned i = 0; i < 256; ++i) {
        all.push_back(static_cast<std::uint8_t>(i));
    }
    CHECK(*bytes_from_hex(to_hex(all)) == all);
}

TEST_CASE("what is not whole bytes of prefixed hex is malformed") {
    for (const std::string_view text :
         {"", "0", "x", "00", "0x0", "0x0g", "0xg0", "0X", "0x00 ", " 0x00", "0x0\n", "1x00"}) {
        INFO(text);
        const auto bytes = bytes_from_hex(text);
        if (text == "0X") {
            CHECK(bytes.has_value());
            continue;
        }
        REQUIRE_FALSE(bytes.has_value());
        CHECK(bytes.error().code() == Code::kMalformed);
    }
}

TEST_CASE("a character that is no digit is found at every place") {
    const std::string good = "0x" + std::string(40, 'a');
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : {'g', '/', ':', '@', 'G', '`', '\0', '\xff'}) {
            std::string bad = good;
            bad[i] = c;
            CHECK_FALSE(bytes_from_hex(bad).has_value());
        }
    }
}

TEST_CASE("hex of another length than asked for is refused with the length") {
    std::array<std::uint8_t, 4> out{};
    const auto result = bytes_from_hex_into("0x0102", out);
    REQUIRE_FALSE(result.has_value());
    CHECK_THAT(result.error().message(), Catch::Contains("8 hex digits"));
    CHECK(bytes_from_hex_into("0x01020304", out).has_value());
    CHECK(out == std::array<std::uint8_t, 4>{1, 2, 3, 4});
}

TEST_CASE("a refusal shows what it got, short and printable") {
    const auto result = bytes_from_hex("0x\n\x01\xfe" + std::string(1'000, 'z'));
    REQUIRE_FALSE(result.has_value());
    const std::string message = result.error().message();
    CHECK(message.size() < 200);
    CHECK_THAT(message, Catch::Contains("\"0x???zzz") && Catch::EndsWith("...\""));
}

TEST_CASE("quantities read as JSON-RPC writes them, leading zeros allowed") {
    CHECK(*quantity_from_hex("0x0") == 0);
    CHECK(*quantity_from_hex("0x1a") == 26);
    CHECK(*quantity_from_hex("0x0000000000000000000000001A") == 26);
    CHECK(*quantity_from_hex("0xffffffffffffffff") == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("quantities beyond 64 bits, without prefix or digits, are malformed") {
    for (const std::string_view text :
         {"", "0x", "26", "0x10000000000000000", "0x1g", "0x-1", "null", "0x 1"}) {
        INFO(text);
        REQUIRE_FALSE(quantity_from_hex(text).has_value());
        CHECK(quantity_from_hex(text).error().code() == Code::kMalformed);
    }
}

TEST_CASE("quantities are written without leading zeros and read back") {
    CHECK(quantity_hex(0) == "0x0");
    CHECK(quantity_hex(26) == "0x1a");
    for (unsigned shift = 0; shift < 64; ++shift) {
        const std::uint64_t value = std::uint64_t{1} << shift;
        CHECK(*quantity_from_hex(quantity_hex(value)) == value);
        CHECK(*quantity_from_hex(quantity_hex(value - 1)) == value - 1);
    }
}

}  // namespace faultline
