// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::eth {
namespace {

Hash32 topic(std::uint64_t number) {
    return keccak256(std::to_string(number));
}

Address address(std::uint64_t number) {
    return Address::from_bytes(topic(number).view().first(Address::kSize));
}

std::size_t bits_set(const Bloom& bloom) {
    std::size_t out = 0;
    for (const std::uint8_t byte : bloom.bits.bytes) {
        out += static_cast<std::size_t>(std::popcount(byte));
    }
    return out;
}

/// A log of contract n with topics n+1 to n+count.
void add_log(LogList& logs, std::uint64_t n, std::uint64_t count) {
    std::vector<Hash32> topics;
    for (std::uint64_t i = 1; i <= count; ++i) {
        topics.push_back(topic(n + i));
    }
    Log log;
    log.address = address(n);
    log.topics = topics;
    logs.add(log);
}

}  // namespace

TEST_CASE("a member sets the three bits that the yellow paper names") {
    // The paper's own example.
    const Address example = *Address::from_hex("0x0f572e5295c57f15886f9b263e2f6d2d6c7b5ec6");
    CHECK(bloom_key(example.view()).bits == std::array<std::uint16_t, 3>{1323, 431, 1319});
    Bloom bloom;
    bloom.add(BloomKey{.bits = {0, 9, 2047}});
    CHECK(bloom.bits.bytes[255] == 1);
    CHECK(bloom.bits.bytes[254] == 2);
    CHECK(bloom.bits.bytes[0] == 0x80);
    CHECK(bits_set(bloom) == 3);
}

TEST_CASE("what was added may be contained, and an empty bloom contains nothing") {
    Bloom bloom;
    CHECK_FALSE(bloom.may_contain(topic(1).view()));
    bloom.add(topic(1).view());
    bloom.add(address(2).view());
    CHECK(bloom.may_contain(topic(1).view()));
    CHECK(bloom.may_contain(address(2).view()));
    CHECK_FALSE(bloom.may_contain(topic(3).view()));
    CHECK_FALSE(bloom.may_contain(topic(2).view()));
}

TEST_CASE("the bloom of logs has their addresses and topics and no more") {
    LogList logs;
    add_log(logs, 10, 3);
    add_log(logs, 20, 0);
    add_log(logs, 30, 4);
    Bloom expected;
    for (const std::uint64_t n : {10U, 20U, 30U}) {
        expected.add(address(n).view());
    }
    for (const std::uint64_t n : {11U, 12U, 13U, 31U, 32U, 33U, 34U}) {
        expected.add(topic(n).view());
    }
    CHECK(bloom_of(logs) == expected);
    CHECK(bloom_of(LogList()) == Bloom());
    CHECK(bloom_of(logs, 3, 0) == Bloom());
}

TEST_CASE("the bloom of all logs is the union of those of its parts, and includes them") {
    LogList logs;
    for (std::uint64_t i = 0; i < 30; ++i) {
        add_log(logs, 100 * i, i % 5);
    }
    const Bloom whole = bloom_of(logs);
    for (std::size_t cut = 0; cut <= logs.size(); ++cut) {
        Bloom front = bloom_of(logs, 0, cut);
        const Bloom back = bloom_of(logs, cut, logs.size() - cut);
        CHECK(whole.includes(front));
        CHECK(whole.includes(back));
        front.add(back);
        CHECK(front == whole);
    }
    CHECK_FALSE(bloom_of(logs, 0, 15).includes(whole));
    CHECK(whole.includes(Bloom()));
}

TEST_CASE("a block without logs is believed only if its bloom excludes every watched topic") {
    const std::vector<Hash32> watched{topic(1), topic(2), topic(3)};
    const std::vector<BloomKey> keys = bloom_keys(watched);
    Bloom bloom;
    CHECK(excludes_all(bloom, keys));
    bloom.add(topic(4).view());
    CHECK(excludes_all(bloom, keys));
    CHECK(excludes_all(bloom, {}));
    for (const Hash32& one : watched) {
        Bloom with_one = bloom;
        with_one.add(one.view());
        CHECK_FALSE(excludes_all(with_one, keys));
    }
    // A false alarm, made of the bits of others, is not excluded either.
    Bloom full;
    full.bits.bytes.fill(0xff);
    CHECK_FALSE(excludes_all(full, keys));
}

}  // namespace faultline::eth
