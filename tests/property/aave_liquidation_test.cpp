// SPDX-License-Identifier: Apache-2.0
// What real liquidations took, against what the rows before them say could be taken.
#include "core/protocols/aave/events.hpp"
#include "property/aave_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::tests {
namespace {

/// A feed has a new price.
using AnswerUpdated =
    eth::Event<"AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)">;

/// What one liquidation's logs say.
struct Liquidated {
    std::size_t first_log = 0;  ///< Of its transaction.
    Address collateral;
    Address debt;
    Address account;
    U256 debt_covered;
    U256 liquidator_received;
    U256 scaled_fee;
    bool wrote_off = false;  ///< The account owed more than the collateral paid for.
};

/// The log of that index, if it is a liquidation of the market.
std::optional<Liquidated> liquidated(
    const Replay& replay, const eth::LogList& logs, std::size_t at
) {
    const eth::Log call = logs[at];
    if (call.address != replay.address("pool") || !aave::events::LiquidationCall::matches(call)) {
        return std::nullopt;
    }
    const auto event = checked(aave::events::LiquidationCall::decode(call));
    Liquidated out;
    out.collateral = event.get<"collateralAsset">();
    out.debt = event.get<"debtAsset">();
    out.account = event.get<"user">();
    out.debt_covered = event.get<"debtToCover">();
    out.liquidator_received = event.get<"liquidatedCollateralAmount">();
    out.first_log = at;
    while (out.first_log > 0 && logs[out.first_log - 1].tx_hash == call.tx_hash) {
        --out.first_log;
    }
    const Address treasury = replay.address("treasury");
    for (std::size_t i = out.first_log; i < at; ++i) {
        const eth::Log log = logs[i];
        if (aave::events::BalanceTransfer::matches(log)) {
            const auto moved = checked(aave::events::BalanceTransfer::decode(log));
            if (moved.get<"from">() == out.account && moved.get<"to">() == treasury) {
                out.scaled_fee = moved.get<"value">();
            }
        }
        out.wrote_off = out.wrote_off || aave::events::DeficitCreated::matches(log);
    }
    return out;
}

/// Whether prices were still those of the block before: in this one they move only later.
bool prices_move_later(const eth::LogList& logs, std::size_t at) {
    bool later = false;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        if (!log.topics.empty() && log.topics[0] == AnswerUpdated::kTopic0) {
            if (i < at) {
                return false;
            }
            later = true;
        }
    }
    return later;
}

struct Counts {
    std::size_t liquidations = 0;
    std::size_t most = 0;     ///< Of which the liquidator covered all that the call lets him.
    std::size_t fees = 0;     ///< Of which a fee went to the treasury.
    std::size_t written = 0;  ///< Of which debt was written off.
    std::size_t earlier = 0;  ///< Of which at prices that moved later in the block.
};

/// Ours of the pair that was liquidated.
aave::LiquidationTerms ours(
    const aave::Valuation& valuation, const Liquidated& theirs, const U256& debt_to_cover
) {
    const auto all = valuation.liquidations(theirs.account, debt_to_cover);
    REQUIRE(all.ok());
    const auto found = std::ranges::find_if(all.value, [&](const aave::Liquidation& each) {
        return each.debt_asset == theirs.debt && each.collateral_asset == theirs.collateral;
    });
    REQUIRE(found != all.value.end());
    INFO(found->terms.reason);
    REQUIRE(found->terms.ok());
    INFO(found->terms.value.closed_because);
    REQUIRE(found->terms.value.open);
    return found->terms.value;
}

U256 scaled_fee(
    const aave::Rules& rules, const aave::LiquidationTerms& terms, const U256& income_ray
) {
    return rules.rounding == aave::Rounding::kDirected
               ? *ray_div_ceil(terms.protocol_fee, income_ray)
               : *ray_div_half_up(terms.protocol_fee, income_ray);
}

void compare(
    const Replay& replay, const rpc::RecordedBlock& block, const Liquidated& theirs, Counts& counts
) {
    const aave::Tables& tables = replay.tables();
    const auto now = block.header.timestamp;
    const aave::Valuation valuation(tables, 0, block.header.ref.number, now);
    aave::LiquidationTerms terms = ours(valuation, theirs, U256::max());
    CHECK(theirs.debt_covered <= terms.debt_covered);
    if (terms.debt_covered == theirs.debt_covered) {
        ++counts.most;
    } else {
        terms = ours(valuation, theirs, theirs.debt_covered);
    }
    const auto contract = tables.contracts.find({0, theirs.collateral});
    REQUIRE(contract != nullptr);
    const auto income =
        aave::normalized_income_ray(*tables.reserves.find({0, contract->reserve}), now);
    const aave::Rules& rules = aave::rules_in_force(tables.markets.find({0}));
    CHECK(terms.debt_covered == theirs.debt_covered);
    CHECK(terms.liquidator_receives == theirs.liquidator_received);
    CHECK(scaled_fee(rules, terms, *income) == theirs.scaled_fee);
    CHECK((terms.writes_off_rest || !theirs.wrote_off));
    ++counts.liquidations;
    counts.fees += terms.protocol_fee.is_zero() ? 0 : 1;
    counts.written += theirs.wrote_off ? 1 : 0;
}

}  // namespace

TEST_CASE("real liquidations took what the rows before them say, to the unit") {
    struct Expected {
        Recording recording;
        Counts counts;
    };

    const Expected expected = GENERATE(
        Expected{kMini, {2, 2, 2, 1, 0}},
        Expected{kV37, {20, 15, 20, 1, 0}},
        Expected{kV302, {19, 12, 19, 0, 7}}
    );
    Replay replay(expected.recording, {AnswerUpdated::kTopic0});
    Counts counts;
    std::vector<eth::ReadAnswer> earlier;
    while (auto block = replay.next()) {
        for (std::size_t i = 0; i < block->logs.size(); ++i) {
            if (const auto theirs = liquidated(replay, block->logs, i)) {
                INFO(expected.recording.name << ", block " << block->header.ref.number);
                const bool later = prices_move_later(block->logs, i);
                counts.earlier += later ? 1 : 0;
                const auto& reads = later ? earlier : block->calls;
                replay.look_before(*block, theirs->first_log, reads, [&] {
                    compare(replay, *block, *theirs, counts);
                });
            }
        }
        earlier = block->calls;
        REQUIRE(replay.apply(*block) == 0);
    }
    CHECK(counts.liquidations == expected.counts.liquidations);
    CHECK(counts.most == expected.counts.most);
    CHECK(counts.fees == expected.counts.fees);
    CHECK(counts.written == expected.counts.written);
    CHECK(counts.earlier == expected.counts.earlier);
}

}  // namespace faultline::tests
