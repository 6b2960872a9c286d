// SPDX-License-Identifier: Apache-2.0
// History, of which nodes have no state: what its logs cannot tell is read at the first live block.
#include "core/protocols/compound_v3/plan.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <vector>

namespace faultline::compound_v3::tests {

TEST_CASE("a market followed from its deployment through history is exact at the first live block"
) {
    CometChain chain({CometModel(200, 3)});
    const auto history = [&](const auto& change) {
        CHECK(chain.block(change, false).empty());
        CHECK(chain.planned == 0);
        CHECK_FALSE(chain.markets().usable(0).ok());
        CHECK_FALSE(chain.markets().figures_of(0, chain.at().number));
        CHECK(chain.markets().broken_laws().empty());
    };
    chain.seal(false);
    history([](CometModel& comet) {
        comet.donate(comet.base, 55);
        comet.supply(kAlice, kAlice, 1'000'000'007);
        comet.supply_collateral(kBob, comet.listed[0], U128{kWad} * 5);
        comet.supply_collateral(kDave, comet.listed[2], kWad);
    });
    history([](CometModel& comet) {
        comet.withdraw(kBob, 300'000'001);
        comet.transfer(kBob, kCarol, 5'000'000);
        comet.upgrade();
    });
    history([](CometModel& comet) {
        comet.transfer(kDave, kBob, 1'000);
        comet.withdraw_collateral(kBob, comet.listed[0], kWad);
    });
    CHECK_FALSE(chain.markets().asks_in_history({}));
    chain.block([](CometModel& comet) { comet.withdraw(kAlice, 1'003); });
    CHECK(chain.different(kAll) == 0);
    CHECK(chain.markets().broken_laws().empty());
    CHECK(chain.markets().figures_of(0, chain.at().number));
    CHECK(chain.markets().holders(0) == 4);
}

TEST_CASE("a market that falls back into history is read again when it is live") {
    const auto chain = a_market();
    const bool upgraded = GENERATE(true, false);
    chain->block(
        [&](CometModel& comet) {
            comet.transfer(kBob, kCarol, 5'000'000);
            comet.supply(kAlice, kDave, 77);
            if (upgraded) {
                comet.list();
                comet.upgrade();
                comet.supply_collateral(kBob, comet.listed[2], 9);
                comet.donate(comet.listed[2].asset, 11);
            }
        },
        false
    );
    CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    CHECK(chain->planned == 0);
    // Nothing happens in the first live block, so nothing but the debt of history asks.
    chain->block([](CometModel&) {});
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().broken_laws().empty());
}

TEST_CASE("history that was taken back asks for nothing") {
    const auto chain = a_market();
    const auto rows = chain->ledger.dump();
    chain->block([](CometModel& comet) { comet.transfer(kBob, kCarol, 5'000'000); }, false);
    chain->revert();
    CHECK(chain->ledger.dump() == rows);
    chain->block([](CometModel&) {});
    CHECK(chain->planned == 4);  // Totals and three feeds.
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("after history no block reads all accounts at once, and figures wait for the last") {
    CometChain chain({CometModel(200, 2)});
    chain.seal(false);
    std::vector<Address> all{kAlice, kBob, kCarol};
    chain.next();
    for (std::uint16_t i = 0; i < 600; ++i) {
        all.push_back(address(static_cast<std::uint16_t>(1000 + i)));
        chain.comet().supply(kAlice, all.back(), 1'000'000);
    }
    chain.seal(false);
    chain.block(
        [](CometModel& comet) {
            comet.supply_collateral(kBob, comet.listed[0], U128{kWad} * 5);
            comet.supply_collateral(kCarol, comet.listed[0], U128{kWad} * 5);
            comet.withdraw(kBob, 10'000'000);
        },
        false
    );
    const auto rows = chain.ledger.dump();
    std::size_t blocks = 0;
    const auto next = [&] {
        // What was read goes on changing without a log, and what was not read is touched by one.
        chain.block([&](CometModel& comet) {
            comet.transfer(kBob, kCarol, 2'000'000);
            comet.supply(kAlice, all.back(), 77);
        });
        ++blocks;
        CHECK(chain.planned < kUnreadAtOnce + 64);
        CHECK(chain.markets().broken_laws().empty());
    };
    next();
    CHECK(chain.markets().usable(0).status == FigureStatus::kNoData);
    CHECK_THAT(chain.markets().usable(0).reason, Catch::Contains("still to be read"));
    chain.revert();
    CHECK(chain.ledger.dump() == rows);
    blocks = 0;
    while (!chain.markets().usable(0).ok()) {
        next();
        REQUIRE(blocks < 10);
    }
    CHECK(blocks == 3);
    CHECK(chain.different(all) == 0);
    chain.block([](CometModel&) {});
    CHECK(chain.planned == 4);  // Totals and three feeds.
}

TEST_CASE("a recording that has all accounts in one block is taken as it is") {
    CometChain chain({CometModel(200, 1)});
    chain.seal(false);
    std::vector<Address> all{kAlice};
    chain.next();
    for (std::uint16_t i = 0; i < 600; ++i) {
        all.push_back(address(static_cast<std::uint16_t>(1000 + i)));
        chain.comet().supply(kAlice, all.back(), 1'000'000);
    }
    chain.seal(false);
    for (const Address& account : all) {
        chain.recorded.push_back(user_read(chain.comet().comet, account));
    }
    chain.block([](CometModel&) {});
    CHECK(chain.markets().usable(0).ok());
    CHECK(chain.different(all) == 0);
}

}  // namespace faultline::compound_v3::tests
