// SPDX-License-Identifier: Apache-2.0
// Each kind of operation, against a slow model of the contract.
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace faultline::compound_v3::tests {
TEST_CASE("principals cross zero in both directions by supply and by withdrawal") {
    const auto chain = a_market();
    if (GENERATE(true, false)) {
        chain->hole = is_user;  // The logs tell all of this.
    }
    chain->block([](CometModel& comet) { comet.supply(kBob, kBob, 500'000'000); });
    CHECK(chain->comet().principal_of(kBob) > 0);
    CHECK(chain->different(kAll) == 0);
    chain->block([](CometModel& comet) { comet.withdraw(kBob, 400'000'000); });
    CHECK(chain->comet().principal_of(kBob) < 0);
    CHECK(chain->different(kAll) == 0);
    chain->block([](CometModel& comet) {
        comet.donate(comet.base, 1'000'000'000);
        comet.supply(kAlice, kBob, 400'000'000);
        comet.withdraw(kBob, 1);
        comet.supply(kBob, kCarol, 1);
        comet.withdraw(kAlice, 1'100'000'000);
    });
    CHECK(chain->comet().principal_of(kAlice) < 0);
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().broken_laws().empty());
}

TEST_CASE("an amount of 0 takes a unit off a supply, and only a withdrawal has an echo") {
    const auto chain = a_market();
    chain->hole = is_user;
    chain->block([](CometModel& comet) {
        comet.supply(kAlice, kAlice, 0);
        comet.supply(kBob, kBob, 0);
    });
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->comet().total_supply > static_cast<U128>(chain->comet().principal_of(kAlice)));
    chain->block([](CometModel& comet) { comet.withdraw(kAlice, 0); });
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().broken_laws().empty());
}

TEST_CASE("a transfer of base is followed whoever is named in its logs") {
    const auto chain = a_market();
    const auto then_equal = [&](const auto& change) {
        chain->block(change);
        CHECK(chain->different(kAll) == 0);
        CHECK(chain->markets().broken_laws().empty());
    };
    SECTION("from a supply to one who has nothing") {
        then_equal([](CometModel& comet) { comet.transfer(kAlice, kDave, 1'000'003); });
    }
    SECTION("from a supply to a debt, which it repays") {
        then_equal([](CometModel& comet) { comet.transfer(kAlice, kBob, 1'000'003); });
    }
    SECTION("from a supply to a debt, across zero") {
        then_equal([](CometModel& comet) { comet.transfer(kAlice, kBob, 400'000'003); });
    }
    SECTION("from a supply into debt") {
        then_equal([](CometModel& comet) { comet.transfer(kAlice, kBob, 1'200'000'003); });
    }
    SECTION("from one who borrows it to a supply") {
        then_equal([](CometModel& comet) { comet.transfer(kBob, kAlice, 1'000'003); });
    }
    SECTION("from one who borrows it to one who repays, in no log") {
        then_equal([](CometModel& comet) { comet.transfer(kBob, kCarol, 1'000'003); });
    }
    SECTION("from nothing but collateral to a debt, in no log") {
        then_equal([](CometModel& comet) {
            comet.supply_collateral(kDave, comet.listed[1], U128{kWad} * 3);
        });
        then_equal([](CometModel& comet) { comet.transfer(kDave, kCarol, 777); });
    }
    SECTION("collateral and a silent transfer in the same block") {
        then_equal([](CometModel& comet) {
            comet.supply_collateral(kDave, comet.listed[1], U128{kWad} * 3);
            comet.transfer(kDave, kCarol, 777);
        });
    }
    SECTION("of nothing to a supply, in no log") {
        then_equal([](CometModel& comet) { comet.transfer(kBob, kAlice, 0); });
    }
    SECTION("of nothing from a supply") {
        then_equal([](CometModel& comet) { comet.transfer(kAlice, kBob, 0); });
    }
    SECTION("right after a repayment, where an echo would be") {
        then_equal([](CometModel& comet) {
            comet.supply(kBob, kBob, 5);
            comet.transfer(kCarol, kBob, 400'000'003);
        });
    }
    SECTION("and then a withdrawal from what it left") {
        then_equal([](CometModel& comet) {
            comet.transfer(kBob, kCarol, 400'000'003);
            comet.withdraw(kCarol, 7);
        });
    }
}

TEST_CASE("an absorption takes the collateral and pays the debt, or what it pays for") {
    const auto chain = a_market(24);
    chain->hole = GENERATE(CometChain::Hole(is_user), CometChain::Hole());
    const bool bad_debt = GENERATE(false, true);
    chain->next();
    CometModel& comet = chain->comet();
    comet.prices[comet.listed[0].feed] = kUsd * (bad_debt ? 10 : 70);
    chain->seal();
    CHECK(comet.liquidatable(kBob, false));
    CHECK(chain->different(kAll) == 0);
    chain->block([](CometModel& in) { in.absorb(kBob); });
    CHECK((chain->comet().principal_of(kBob) > 0) != bad_debt);
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().broken_laws().empty());
    CHECK(chain->markets().holders_of(0, kBob).empty() == bad_debt);
    chain->block([](CometModel& in) { in.buy(in.listed[0], 100'000'000, kWad); });
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("a market has 24 collaterals, the last of which are in the reserved byte") {
    const auto chain = a_market(24);
    chain->block([](CometModel& comet) {
        for (std::size_t i = 0; i < comet.listed.size(); ++i) {
            comet.supply_collateral(kDave, comet.listed[i], kWad / 1000 + i);
        }
        comet.transfer_collateral(kCarol, kBob, comet.listed[23], kWad);
        comet.withdraw_collateral(kDave, comet.listed[16], kWad / 1000 + 16);
    });
    CHECK(chain->different(kAll) == 0);
    chain->block([](CometModel& comet) { comet.withdraw(kDave, 1'000'000); });
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().tables().account(0, kDave).collateral.size() == 23);
    CHECK(chain->markets().parts(0).size() == 24);
}

TEST_CASE("an upgrade puts another configuration in force and lists a collateral, told once") {
    const auto chain = a_market();
    const auto incidents = chain->block([](CometModel& comet) {
        comet.list();
        comet.listed[0].liquidate_factor = kWad / 2;
        comet.borrow_curve.low *= 3;
        comet.accrue();
        comet.upgrade();
    });
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kNotice);
    CHECK_THAT(incidents[0].text, Catch::Contains("is listed"));
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->comet().liquidatable(kBob, false));
    chain->block([](CometModel& comet) {
        comet.supply_collateral(kBob, comet.listed[2], 5);
        comet.withdraw(kBob, 1);
    });
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("a donation is the reserves', of the base asset and of a collateral") {
    const auto chain = a_market();
    const std::size_t before = chain->markets().holders(0);
    chain->block([](CometModel& comet) {
        comet.donate(comet.base, 12'345);
        comet.donate(comet.listed[1].asset, 99);
    });
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().holders(0) == before);
}

TEST_CASE("what is held of a token whose transfers are not asked for is read at each block") {
    const CometModel model(200, 2);
    const auto told = a_market();
    const auto chain = a_market(2, {model.base, model.listed[0].asset});
    for (CometChain* each : {told.get(), chain.get()}) {
        each->block([](CometModel& comet) {
            comet.donate(comet.base, 12'345);
            comet.donate(comet.listed[0].asset, 98);
            comet.donate(comet.listed[1].asset, 99);
        });
        CHECK(each->different(kAll) == 0);
    }
    chain->block([](CometModel&) {});
    told->block([](CometModel&) {});
    CHECK(chain->planned == told->planned + 1);
    chain->block([](CometModel& comet) { comet.donate(comet.listed[1].asset, 1); }, false);
    chain->block([](CometModel&) {});
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("transfers are asked for of the Comet and its tokens, where those are named") {
    const std::vector<Hash32> transfer{events::Transfer::kTopic0};
    const std::vector<Hash32> supply{events::Supply::kTopic0};
    MarketConfig config{.name = "m", .comet = address(1), .deployed_at = 1};
    CHECK(Deployment({config}).wanted_logs().wants(address(9), transfer));
    config.tokens = {address(2)};
    const eth::LogFilter filter = Deployment({config}).wanted_logs();
    CHECK(filter.clauses().size() == 2);
    CHECK(filter.wants(address(1), transfer));
    CHECK(filter.wants(address(2), transfer));
    CHECK_FALSE(filter.wants(address(9), transfer));
    CHECK(filter.wants(address(9), supply));
}

TEST_CASE("blocks taken back leave the rows as they were") {
    const auto chain = a_market();
    const auto rows = chain->ledger.dump();
    chain->block([](CometModel& comet) {
        comet.list();
        comet.upgrade();
        comet.transfer(kBob, kCarol, 1'003);
        comet.supply_collateral(kDave, comet.listed[2], 5);
    });
    chain->block([](CometModel& comet) { comet.absorb(kBob); });
    chain->revert();
    chain->revert();
    CHECK(chain->ledger.dump() == rows);
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("several markets are followed side by side, their accounts apart") {
    CometChain chain({CometModel(200, 1), CometModel(300, 3)});
    chain.seal();
    chain.next();
    chain.models[0].supply(kAlice, kAlice, 1'000'000);
    chain.models[1].supply(kAlice, kBob, 5'000'000);
    chain.models[1].supply_collateral(kCarol, chain.models[1].listed[2], kWad);
    chain.seal();
    chain.next();
    chain.models[1].withdraw(kCarol, 77);
    chain.seal();
    CHECK(chain.different(kAll) == 0);
    CHECK(chain.markets().holders(0) == 1);
    CHECK(chain.markets().holders(1) == 2);
}

TEST_CASE("dust of collateral that strangers are given is not read again and again") {
    CometChain chain({CometModel(200, 1)});
    chain.seal();
    chain.next();
    std::vector<Address> given;
    for (std::uint16_t i = 0; i < 1000; ++i) {
        given.push_back(address(static_cast<std::uint16_t>(1000 + i)));
        chain.comet().supply_collateral(given.back(), chain.comet().listed[0], 1);
    }
    chain.comet().supply_collateral(kBob, chain.comet().listed[0], kWad);
    chain.seal();
    chain.block([](CometModel& comet) { comet.accrue(); });
    CHECK(chain.planned == 4);  // Totals, two feeds, and Bob, who may borrow.
    CHECK(chain.different(given) == 0);
    // Whoever may borrow does so in a transfer, which no log tells of him.
    chain.comet().supply(kAlice, kAlice, 100'000'000);
    chain.next().transfer(kBob, kAlice, 5'000'000);
    chain.seal();
    CHECK(chain.different({kAlice, kBob}) == 0);
}

TEST_CASE("suppliers beyond what is read at once are read in a round") {
    CometChain chain({CometModel(200, 1)});
    chain.seal();
    constexpr std::uint16_t kCount = 600;
    std::vector<Address> suppliers;
    chain.next();
    for (std::uint16_t i = 0; i < kCount; ++i) {
        suppliers.push_back(address(static_cast<std::uint16_t>(1000 + i)));
        chain.comet().supply(kAlice, suppliers.back(), 1'000'000);
    }
    chain.comet().supply_collateral(kBob, chain.comet().listed[0], kWad);
    chain.seal();
    chain.block([](CometModel& comet) { comet.withdraw(kBob, 10'000'000); });
    chain.next(86'400 * 30);
    // A unit off each of them, and no log says so.
    for (const Address& supplier : suppliers) {
        chain.comet().transfer(kBob, supplier, 0);
    }
    chain.seal();
    CHECK(chain.planned < 300);
    std::size_t blocks = 0;
    while (chain.different(suppliers) != 0) {
        chain.block([](CometModel& comet) { comet.accrue(); });
        REQUIRE(++blocks < 10);
    }
    CHECK(blocks == 2);
    chain.block([](CometModel&) {});
    CHECK(chain.planned == 3);  // Totals and two feeds: nobody accrued.
}

}  // namespace faultline::compound_v3::tests
