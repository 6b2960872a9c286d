// SPDX-License-Identifier: Apache-2.0
// Where the engine is known not to be equal. Each case fails as it should until the engine is
// right; then its tag goes, and what keeps random lives away from it.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/engine_feed.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/market_life.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <catch2/catch.hpp>

#include <functional>

namespace faultline::aave_model {

namespace {

constexpr ReserveIndex kReserve = 2;

/// The life's next block, with one transaction.
void block(
    MarketLife& life, EngineFeed& engine, Seconds elapsed, const std::function<void()>& operations
) {
    life.begin_block(elapsed);
    const bool went_through = life.contracts().transact(operations);
    const bool quiet = engine.apply(life.contracts(), life.header()).empty();
    REQUIRE((went_through && quiet));
}

}  // namespace

// In 3.5 and 3.6 the liquidation of an asset against itself accrues the treasury's share twice,
// unless the reserve had been updated earlier in the block: then both updates are no-ops. That it
// was updated by an operation of the same transaction shows in no log of the liquidation.
TEST_CASE("a same-asset liquidation accrues nothing behind another operation of its transaction") {
    MarketLife life(Version::k36, 1);
    ContractModel& contracts = life.contracts();
    EngineFeed engine(Version::k36);
    life.next_block();
    REQUIRE(engine.apply(contracts, life.header()).empty());
    const Address& borrower = life.holders()[1];
    const Address& liquidator = life.holders()[2];
    contracts.set_rate_source([](ReserveIndex) {
        return Rates{.liquidity = ray() / 20, .stable = 0, .variable = ray() / 10};
    });
    block(life, engine, 12, [&] {
        contracts.supply(borrower, borrower, kReserve, pow10(12));
        contracts.borrow(borrower, kReserve, pow10(12));
    });
    block(life, engine, 86'400, [&] {
        contracts.supply(liquidator, liquidator, kReserve, pow10(10));
        contracts.liquidate(
            {.liquidator = liquidator,
             .borrower = borrower,
             .collateral = kReserve,
             .debt = kReserve,
             .debt_to_cover = pow10(11),
             .collateral_amount = pow10(11),
             .fee = 0,
             .receive_a_token = false}
        );
    });
    CHECK(engine.compare(contracts, life.holders()).differences.empty());
}

}  // namespace faultline::aave_model
