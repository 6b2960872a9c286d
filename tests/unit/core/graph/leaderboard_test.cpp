// SPDX-License-Identifier: Apache-2.0
#include "core/graph/leaderboard.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::size_t kTop = 3;

protocol::Holder holder(std::uint64_t number) {
    protocol::Holder out;
    out.account.bytes.back() = static_cast<std::uint8_t>(number);
    return out;
}

using Legs = std::map<protocol::Holder, U256>;

std::vector<Leaderboard::Entry> largest(const Legs& legs) {
    std::vector<Leaderboard::Entry> all;
    for (const auto& [holder, units] : legs) {
        all.push_back({.units = units, .holder = holder});
    }
    std::ranges::sort(all);
    all.resize(std::min(all.size(), kTop));
    return all;
}

std::set<protocol::Holder> holders(std::span<const Leaderboard::Entry> entries) {
    std::set<protocol::Holder> out;
    for (const Leaderboard::Entry& entry : entries) {
        out.insert(entry.holder);
    }
    return out;
}

std::set<protocol::Holder> without(
    const std::set<protocol::Holder>& all, const std::set<protocol::Holder>& some
) {
    std::set<protocol::Holder> out;
    std::ranges::set_difference(all, some, std::inserter(out, out.end()));
    return out;
}

template <class T>
std::set<T> set_of(const std::optional<T>& one) {
    return one ? std::set<T>{*one} : std::set<T>{};
}

void refill(Leaderboard& board, const Legs& legs) {
    board.clear();
    for (const auto& [holder, units] : legs) {
        board.offer(holder, units);
    }
}

}  // namespace

TEST_CASE("the largest legs are those of a sort, and each change says who came and who went") {
    std::mt19937_64 random(7);
    Leaderboard board(kTop);
    Legs legs;
    std::size_t scans = 0;
    for (int step = 0; step < 30'000; ++step) {
        // Few sizes, so that many are equal; far more holders than are kept, times of few of them,
        // and times when most leave.
        const int phase = (step / 500) % 3;
        const protocol::Holder one = holder(random() % (phase == 0 ? 5 : 60));
        const bool leaves = random() % 8 < (phase == 2 ? 7 : 1);
        const U256 units(leaves ? 0 : random() % 12);
        const auto shown = holders(board.top());
        const auto kept = holders(board.entries());
        const auto change = board.set(one, units);
        legs[one] = units;
        if (units.is_zero()) {
            legs.erase(one);
        }
        CAPTURE(step);
        REQUIRE(set_of(change.left) == without(shown, holders(board.top())));
        REQUIRE(set_of(change.joined) == without(holders(board.top()), shown));
        const auto gone = without(kept, holders(board.entries()));
        REQUIRE(change.kept == holders(board.entries()).contains(one));
        REQUIRE(set_of(change.forgotten) == without(gone, {one}));
        REQUIRE(std::ranges::is_sorted(board.entries()));
        if (board.needs_scan()) {
            ++scans;
            refill(board, legs);
        }
        REQUIRE(std::ranges::equal(board.top(), largest(legs)));
    }
    CHECK(scans > 0);
}

}  // namespace faultline::graph
