// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

namespace faultline::graph {
namespace {

using protocol::Leg;
using protocol::LegSide;

Hash32 part(std::uint8_t number) {
    Hash32 out;
    out.bytes[31] = number;
    return out;
}

Leg leg(std::uint8_t number, LegSide side, std::uint64_t units) {
    return {.part = part(number), .side = side, .units = U256(units)};
}

struct Drained {
    std::uint8_t part = 0;
    bool owed = false;
    U256 units;
    bool operator==(const Drained&) const = default;
};

std::vector<Drained> moved(const std::vector<Leg>& before, const std::vector<Leg>& after) {
    const protocol::Holder holder{.account = {}, .part = part(9)};
    std::vector<Move> moves;
    add_moves(3, holder, before, after, moves);
    std::vector<Drained> out;
    for (const Move& move : moves) {
        CHECK(move.market == 3);
        CHECK(move.holder == holder);
        out.push_back({.part = move.part.bytes[31], .owed = move.owed, .units = move.units});
    }
    return out;
}

}  // namespace

TEST_CASE("claims that fall and debts that rise drain a market", "[graph]") {
    CHECK(
        moved(
            {leg(1, LegSide::kSupplied, 10), leg(2, LegSide::kCollateral, 7)},
            {leg(1, LegSide::kSupplied, 4), leg(3, LegSide::kDebt, 5)}
        ) ==
        std::vector<Drained>{
            {.part = 1, .owed = false, .units = U256(6)},
            {.part = 2, .owed = false, .units = U256(7)},
            {.part = 3, .owed = true, .units = U256(5)}
        }
    );
}

TEST_CASE("claims that rise and debts that are paid do not", "[graph]") {
    CHECK(moved({leg(1, LegSide::kDebt, 10)}, {leg(1, LegSide::kSupplied, 4)}).empty());
    CHECK(moved({}, {leg(1, LegSide::kSupplied, 4)}).empty());
    CHECK(moved({leg(1, LegSide::kDebt, 10)}, {leg(1, LegSide::kDebt, 4)}).empty());
}

TEST_CASE("claims that become collateral, or are it no longer, stay", "[graph]") {
    CHECK(moved({leg(1, LegSide::kSupplied, 10)}, {leg(1, LegSide::kCollateral, 10)}).empty());
    CHECK(
        moved({leg(1, LegSide::kSupplied, 10)}, {leg(1, LegSide::kCollateral, 8)}) ==
        std::vector<Drained>{{.part = 1, .owed = false, .units = U256(2)}}
    );
}

}  // namespace faultline::graph
