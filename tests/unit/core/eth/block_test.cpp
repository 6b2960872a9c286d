// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

template <class Fixed>
Fixed filled(std::uint8_t byte) {
    Fixed out;
    out.bytes.fill(byte);
    return out;
}

bool same(const Log& a, const Log& b) {
    return a.address == b.address && std::ranges::equal(a.topics, b.topics) &&
           std::ranges::equal(a.data, b.data) && a.tx_hash == b.tx_hash &&
           a.tx_index == b.tx_index && a.log_index == b.log_index;
}

}  // namespace

TEST_CASE("a log list gives back the logs it was given, through growth and copies") {
    const std::array topics{
        filled<Hash32>(1), filled<Hash32>(2), filled<Hash32>(3), filled<Hash32>(4)
    };
    LogList list;
    std::vector<Bytes> datas;
    for (std::uint8_t i = 0; i < 200; ++i) {
        datas.emplace_back(i, i);
    }
    const auto log_at = [&](std::uint32_t i) {
        Log log;
        log.address = filled<Address>(static_cast<std::uint8_t>(i));
        log.topics = std::span(topics).first(i % 5);
        log.data = datas[i];
        log.tx_hash = filled<Hash32>(static_cast<std::uint8_t>(255 - i));
        log.tx_index = i / 3;
        log.log_index = i;
        return log;
    };
    for (std::uint32_t i = 0; i < 200; ++i) {
        list.add(log_at(i));
    }
    const LogList copy = list;
    const LogList moved = std::move(list);
    REQUIRE(copy.size() == 200);
    CHECK(copy == moved);
    for (std::uint32_t i = 0; i < 200; ++i) {
        CHECK(same(copy[i], log_at(i)));
        CHECK(same(moved[i], log_at(i)));
    }
}

TEST_CASE("a cleared log list is an empty one") {
    LogList list;
    Log log;
    const Bytes data{1, 2, 3};
    log.data = data;
    list.add(log);
    CHECK_FALSE(list.empty());
    list.clear();
    CHECK(list.empty());
    CHECK(list == LogList());
}

TEST_CASE("a block reference has one form for people and one for alert keys, which never changes") {
    BlockRef ref{.number = 1'234, .hash = {}};
    ref.hash.bytes = {0xab, 0xcd, 0xef, 0x12, 0x99};
    CHECK(ref.tag() == "1234-abcdef12");
    CHECK(ref.text() == "1234 (0xabcdef12…)");
}

TEST_CASE("a block finds the answer to a read by contract, calldata and caller") {
    const Bytes call{1, 2, 3, 4};
    const Bytes other{1, 2, 3, 5};
    Block block;
    block.reads.push_back(
        {.read = {.to = filled<Address>(7), .data = call, .from = {}},
         .outcome = ReadOutcome::kReturned,
         .result = {9}}
    );
    const auto asked = [&](std::uint8_t to, const Bytes& data, const Address& from) {
        return block.answer({.to = filled<Address>(to), .data = data, .from = from});
    };
    REQUIRE(asked(7, call, {}) != nullptr);
    CHECK(asked(7, call, {})->result == Bytes{9});
    CHECK(asked(7, other, {}) == nullptr);
    CHECK(asked(8, call, {}) == nullptr);
    CHECK(asked(7, call, filled<Address>(1)) == nullptr);
}

TEST_CASE("answers are found however they came, the first of equal reads, and kept in order") {
    const auto answer = [](std::uint8_t to, std::uint8_t data, std::uint8_t result) {
        return ReadAnswer{
            .read = {.to = filled<Address>(to), .data = {data}},
            .outcome = ReadOutcome::kReturned,
            .result = {result}
        };
    };
    std::vector<ReadAnswer> all;
    for (std::uint8_t i = 0; i < 60; ++i) {
        all.push_back(
            answer(static_cast<std::uint8_t>((i * 37) % 7), static_cast<std::uint8_t>(i % 13), i)
        );
    }
    ReadAnswers one_by_one;
    for (const ReadAnswer& one : all) {
        one_by_one.push_back(one);
    }
    ReadAnswers in_parts({all.begin(), all.begin() + 20});
    in_parts.append({all.begin() + 20, all.end()});
    CHECK(one_by_one == in_parts);
    CHECK(std::ranges::equal(one_by_one, all));
    for (std::uint8_t to = 0; to < 8; ++to) {
        for (std::uint8_t data = 0; data < 14; ++data) {
            const Read read{.to = filled<Address>(to), .data = {data}};
            const auto first = std::ranges::find(all, read, &ReadAnswer::read);
            for (const ReadAnswers* answers : {&one_by_one, &in_parts}) {
                const ReadAnswer* found = answers->find(read);
                REQUIRE((found == nullptr) == (first == all.end()));
                CHECK((found == nullptr || *found == *first));
            }
        }
    }
}

TEST_CASE("a read without an answer was made, and answers nothing") {
    Block block;
    block.reads.push_back(
        {.read = {.to = filled<Address>(7), .data = {1}},
         .outcome = ReadOutcome::kNoAnswer,
         .result = {}}
    );
    CHECK(block.answer({.to = filled<Address>(7), .data = {1}}) == nullptr);
    CHECK(block.made({.to = filled<Address>(7), .data = {1}}));
    CHECK_FALSE(block.made({.to = filled<Address>(7), .data = {2}}));
}

}  // namespace faultline::eth
