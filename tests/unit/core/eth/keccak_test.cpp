// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::eth {
namespace {

constexpr std::string_view kLong =
    "one hundred and thirty-six characters fill a block exactly, so that this text, which is "
    "longer, "
    "is absorbed in two: the compiler does both";
static_assert(kLong.size() > 136);

}  // namespace

TEST_CASE("the digest of nothing is the one that every account without code has") {
    CHECK(
        keccak256(BytesView()).hex() ==
        "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    );
}

TEST_CASE("a digest at compile time equals the one at run time") {
    constexpr Hash32 kShortDigest = keccak256_literal("Transfer(address,address,uint256)");
    constexpr Hash32 kLongDigest = keccak256_literal(kLong);
    CHECK(kShortDigest == keccak256("Transfer(address,address,uint256)"));
    CHECK(kLongDigest == keccak256(kLong));
}

// The expected digests of these two were made with @noble/hashes 2.4.0.
TEST_CASE("digests of every length around four blocks agree with another implementation") {
    // Each digest is the beginning of the next input, so one wrong length spoils all that follow.
    Hash32 digest;
    for (std::size_t size = 0; size <= 600; ++size) {
        Bytes input(digest.bytes.begin(), digest.bytes.end());
        for (std::size_t i = 0; i < size; ++i) {
            input.push_back(static_cast<std::uint8_t>((i * 7) + size));
        }
        digest = keccak256(input);
    }
    CHECK(digest.hex() == "0x8b9ce212904609c189e70841925fcd72a97e416e07d6cc07713a269c0c837255");
}

TEST_CASE("a megabyte has the digest that another implementation gives") {
    CHECK(
        keccak256(std::string(1'000'000, 'a')).hex() ==
        "0xfadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96"
    );
}

}  // namespace faultline::eth
