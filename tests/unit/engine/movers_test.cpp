// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/engine/movers.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using signals::RangeUnit;
using Sums = std::map<std::uint8_t, std::uint64_t>;

constexpr std::uint64_t kBlockSeconds = 12;
constexpr signals::Range kTenMinutes{.unit = RangeUnit::kSeconds, .length = 600};
constexpr signals::Range kHour{.unit = RangeUnit::kSeconds, .length = 3'600};
constexpr signals::Range kDay{.unit = RangeUnit::kSeconds, .length = 86'400};

protocol::Holder holder(std::uint8_t number) {
    protocol::Holder out;
    out.account.bytes[19] = number;
    return out;
}

struct Flow {
    /// A block in which these accounts move that much of the one part.
    std::vector<ledger::RowChange> block(const Sums& moved) {
        ++number;
        eth::Block block;
        block.header.ref.number = number;
        block.header.timestamp = {number * kBlockSeconds};
        block.live = true;
        std::vector<graph::Move> moves;
        for (const auto& [who, units] : moved) {
            moves.push_back(
                {.market = 0, .holder = holder(who), .part = {}, .owed = owed, .units = U256(units)}
            );
        }
        movers.took(moves, {}, block);
        return ledger.seal();
    }

    [[nodiscard]] Sums within(signals::Range window) const {
        Sums out;
        const Moved moved = owed ? Moved::kBorrowed : Moved::kLeft;
        for (const Movers::Sum& sum :
             movers.within(0, moved, {}, window, number, {number * kBlockSeconds})) {
            out[sum.holder.account.bytes[19]] = sum.amount.low_u64();
        }
        return out;
    }

    bool owed = false;
    std::uint64_t number = 10'000;
    ledger::Ledger ledger;
    Movers movers{ledger};
};

}  // namespace

TEST_CASE("moves of a holder within a window are one sum", "[movers]") {
    Flow flow;
    flow.owed = GENERATE(false, true);
    flow.block({{1, 5}, {2, 9}});
    flow.block({{1, 6}});
    CHECK(flow.within(kHour) == Sums{{1, 11}, {2, 9}});
    CHECK(flow.within(kDay) == Sums{{1, 11}, {2, 9}});
    CHECK(flow.within({.unit = RangeUnit::kBlocks, .length = 1}) == Sums{{1, 6}});
    CHECK(flow.within({.unit = RangeUnit::kBlocks, .length = 2}) == Sums{{1, 11}, {2, 9}});
    CHECK(flow.within({.unit = RangeUnit::kSeconds, .length = 12}) == Sums{{1, 6}});
}

TEST_CASE("what is older than the window does not count, whether it is kept or not", "[movers]") {
    Flow flow;
    flow.block({{1, 100}});
    for (int i = 0; i < 299; ++i) {
        flow.block({});
    }
    CHECK(flow.within(kHour) == Sums{{1, 100}});
    flow.block({});
    CHECK(flow.within(kHour).empty());
    CHECK(flow.within(kDay) == Sums{{1, 100}});
    flow.block({{2, 1}});
    CHECK(flow.within(kHour) == Sums{{2, 1}});
    CHECK(flow.within(kDay) == Sums{{1, 100}, {2, 1}});
}

TEST_CASE("small moves write no row once larger ones are kept", "[movers]") {
    Flow flow;
    for (std::uint8_t i = 0; i < Movers::kKept; ++i) {
        CHECK(flow.block({{i, 100}}).size() == std::size(Movers::kHorizons));
    }
    const Sums before = flow.within(kHour);
    CHECK(flow.block({{200, 100}}).empty());
    CHECK(flow.block({{200, 99}}).empty());
    CHECK(flow.within(kHour) == before);
    const auto changes = flow.block({{200, 101}});
    CHECK(changes.size() == std::size(Movers::kHorizons));
    CHECK(flow.within(kHour).at(200) == 101);
    CHECK(flow.within(kHour).size() == Movers::kKept);
    REQUIRE(flow.ledger.undo(changes));
    CHECK(flow.within(kHour) == before);
}

TEST_CASE("what is larger but older than ten minutes hides nobody within them", "[movers]") {
    Flow flow;
    for (std::uint8_t i = 0; i < Movers::kKept; ++i) {
        flow.block({{i, 1'000}});
    }
    for (int i = 0; i < 50; ++i) {
        flow.block({});
    }
    flow.block({{100, 900}});
    flow.block({{101, 900}});
    CHECK(flow.within(kTenMinutes) == Sums{{100, 900}, {101, 900}});
    CHECK(flow.within(kHour).size() == Movers::kKept);
}

TEST_CASE("what one account had liquidated by many logs of a block is one move", "[movers]") {
    ledger::Ledger ledger;
    Movers movers{ledger};
    eth::Block block;
    block.header.ref.number = 10'000;
    block.header.timestamp = {120'000};
    block.live = true;
    std::vector<protocol::Incident> incidents;
    const auto liquidated = [&incidents](std::uint8_t who, std::uint64_t debt) {
        protocol::Incident incident;
        incident.kind = protocol::IncidentKind::kActivity;
        incident.activity = protocol::Activity{
            .event = "liquidation",
            .detail = {},
            .token = {},
            .account = holder(who).account,
            .value = Figure<Decimal>::of(Decimal::of(debt))
        };
        incidents.push_back(incident);
    };
    for (int i = 0; i < 20; ++i) {
        liquidated(1, 10);
    }
    liquidated(2, 9);
    movers.took({}, incidents, block);
    const auto sums =
        movers.within(0, Moved::kLiquidated, {}, kHour, block.ref().number, block.header.timestamp);
    REQUIRE(sums.size() == 2);
    CHECK(sums[0].amount == Decimal::of(200).magnitude());
    CHECK(sums[1].amount == Decimal::of(9).magnitude());
}

TEST_CASE("the largest of a random hour are those of all its moves", "[movers]") {
    std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): runs repeat exactly
    for (int run = 0; run < 50; ++run) {
        Flow flow;
        std::vector<std::pair<std::uint64_t, std::uint8_t>> all;
        for (std::uint8_t i = 0; i < 100; ++i) {
            const std::uint64_t units = 1 + (random() % 1'000'000);
            all.emplace_back(units, i);
            flow.block({{i, units}});
        }
        std::ranges::sort(all, std::greater());
        Sums expected;
        for (std::size_t i = 0; i < Movers::kKept; ++i) {
            expected[all[i].second] = all[i].first;
        }
        CHECK(flow.within(kHour) == expected);
    }
}

}  // namespace faultline::engine
