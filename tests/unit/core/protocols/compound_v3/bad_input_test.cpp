// SPDX-License-Identifier: Apache-2.0
// Logs that contradict the rows or are none of the market's; answers that are missing or wrong.
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/view.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

using protocol::IncidentKind;

template <class Event>
ModelLog log_of(const Address& from, typename Event::Values values) {
    return {.address = from, .log = *Event::encode(values)};
}

void require_degraded(
    CometChain& chain, const std::vector<protocol::Incident>& incidents, const std::string& part
) {
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == IncidentKind::kDegrades);
    CHECK(incidents[0].market == 0);
    CHECK_THAT(
        incidents[0].text, Catch::Contains(part) && Catch::Contains("market \"m0\", block ")
    );
    CHECK(chain.markets().usable(0).status == FigureStatus::kError);
    CHECK(chain.markets().degraded(0) == incidents[0].text);
    CHECK(chain.quarantine.total(0) == 1);
}

}  // namespace

TEST_CASE("a log of a Comet that does not decode is put aside and degrades its market, once") {
    const auto chain = a_market();
    const bool topics = GENERATE(true, false);
    chain->next();
    ModelLog bad = log_of<events::Supply>(chain->comet().comet, {kAlice, kAlice, U256(5)});
    if (topics) {
        bad.log.topics.pop_back();
    } else {
        bad.log.data.resize(31);
    }
    chain->foreign = {bad};
    require_degraded(*chain, chain->seal(), "Supply");
    chain->next();
    chain->foreign = {std::move(bad)};
    CHECK(chain->seal().empty());
    CHECK(chain->quarantine.total(0) == 2);
    const auto as_folded = chain->markets().views(chain->at(), protocol::Trust::kAsFolded);
    const eth::Read read = view_read(chain->comet().comet, View::kTotalSupply);
    CHECK(as_folded->answer(read)->ok());
    CHECK_FALSE(chain->markets().views(chain->at(), protocol::Trust::kWithhold)->answer(read)->ok()
    );
    CHECK(chain->markets().broken_laws().empty());
}

TEST_CASE("collateral that nobody had cannot move") {
    const auto chain = a_market();
    chain->next();
    const Address comet = chain->comet().comet;
    const Address asset = chain->comet().listed[1].asset;
    const auto bad = GENERATE(0, 1, 2, 3, 4);
    switch (bad) {
        case 0:
            chain->foreign = {log_of<events::WithdrawCollateral>(comet, {kBob, kBob, asset, 1})};
            break;
        case 1:
            chain->foreign = {
                log_of<events::TransferCollateral>(comet, {kBob, kAlice, asset, U256(1)})
            };
            break;
        case 2:
            chain->foreign = {
                log_of<events::AbsorbCollateral>(comet, {kAlice, kCarol, asset, U256(1), U256(1)})
            };
            break;
        case 3:
            chain->foreign = {
                log_of<events::SupplyCollateral>(comet, {kBob, kBob, asset, U256::max()})
            };
            break;
        default:
            chain->foreign = {log_of<events::Supply>(comet, {kBob, kBob, U256::max()})};
            break;
    }
    const auto incidents = chain->seal();
    require_degraded(*chain, incidents, "in transaction 0x");
}

TEST_CASE("a Comet that logs a transfer between two accounts is not the one we know") {
    const auto chain = a_market();
    chain->next();
    chain->foreign = {log_of<events::Transfer>(chain->comet().comet, {kAlice, kBob, U256(1)})};
    require_degraded(*chain, chain->seal(), "a side at a time");
}

TEST_CASE("transfers of more than a principal can be are left to the reads") {
    const auto chain = a_market();
    chain->next();
    U256 most;
    most.set_bit(102, true);
    const Address comet = chain->comet().comet;
    chain->comet().accrue();
    for (int i = 0; i < 3; ++i) {
        chain->foreign.push_back(log_of<events::Transfer>(comet, {Address{}, kAlice, most}));
    }
    chain->foreign.push_back(log_of<events::Transfer>(comet, {Address{}, kBob, U256::max()}));
    CHECK(chain->seal().empty());
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("logs of others are passed over, whatever they claim") {
    const auto chain = a_market();
    const Address other = address(77);
    chain->next();
    ModelLog garbage = log_of<events::Supply>(other, {kAlice, kAlice, U256(5)});
    garbage.log.data.clear();
    chain->foreign = {
        std::move(garbage),
        log_of<events::Supply>(other, {kAlice, kAlice, U256(5)}),
        log_of<events::Upgraded>(other, {kAlice}),
        log_of<events::Transfer>(other, {chain->comet().comet, kAlice, U256(5)}),
        log_of<events::SupplyCollateral>(
            other, {kBob, kBob, chain->comet().listed[0].asset, U256(1)}
        ),
    };
    CHECK(chain->seal().empty());
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->quarantine.total() == 0);
}

TEST_CASE("userBasic that knows of other collateral than the logs told degrades the market") {
    const auto chain = a_market();
    chain->next();
    CometModel& comet = chain->comet();
    comet.supply_collateral(kBob, comet.listed[1], 5);
    comet.logs.clear();  // They are lost.
    comet.supply(kAlice, kAlice, 1);
    const auto incidents = chain->seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == IncidentKind::kDegrades);
    CHECK_THAT(incidents[0].text, Catch::Contains("a log is missing"));
}

TEST_CASE("a principal whose log was lost is made good by the reads") {
    const auto chain = a_market();
    chain->next();
    chain->comet().supply(kBob, kBob, 5'000);
    chain->comet().logs.pop_back();
    chain->seal();
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("a token whose logs do not fit its balance is asked again") {
    const auto chain = a_market();
    chain->next();
    const Address token = chain->comet().listed[0].asset;
    chain->foreign = {log_of<events::Transfer>(token, {chain->comet().comet, kAlice, U256::max()})};
    chain->seal();
    const eth::Read reserves =
        view_read(chain->comet().comet, View::kGetCollateralReserves, {word_of(token)});
    const auto views = chain->markets().views(chain->at(), protocol::Trust::kWithhold);
    CHECK(views->answer(reserves)->status == FigureStatus::kNoData);
    chain->next();
    chain->seal();
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE(
    "a feed without an answer matters to those whose collateral it prices, where it is reached"
) {
    const auto chain = a_market();
    chain->block([](CometModel& comet) {
        // Bob's second collateral, which the contract does not come to while the first is enough.
        comet.supply_collateral(kBob, comet.listed[1], kWad);
        comet.prices[comet.listed[1].feed] = 0;
    });
    const auto views = chain->markets().views(chain->at(), protocol::Trust::kWithhold);
    const auto of = [&](View view, const Address& account) {
        return *views->answer(view_read(chain->comet().comet, view, {word_of(account)}));
    };
    CHECK(of(View::kIsLiquidatable, kBob).value.words[0] == U256(0));
    CHECK(of(View::kIsLiquidatable, kCarol).status == FigureStatus::kError);
    CHECK(of(View::kIsBorrowCollateralized, kCarol).status == FigureStatus::kError);
    CHECK(of(View::kBorrowBalanceOf, kCarol).ok());
    const auto health = chain->markets().health(0, chain->at());
    CHECK(health->of({.account = kCarol, .part = {}}).status == FigureStatus::kError);
    CHECK(health->of({.account = kBob, .part = {}}).status == FigureStatus::kError);
}

TEST_CASE("what was not read makes figures wait, and nothing else") {
    const auto chain = a_market();
    const auto without = [&](View view) {
        chain->hole = [view](const eth::Read& read) {
            const KnownView* known = find_view(read.data);
            return known != nullptr && known->view == view;
        };
    };
    SECTION("totals: nothing is known of the block") {
        without(View::kTotalsBasic);
        chain->block([](CometModel& comet) { comet.withdraw(kAlice, 7'000); });
        CHECK_FALSE(chain->markets().usable(0).ok());
        CHECK_FALSE(chain->markets().figures_of(0, chain->at().number));
    }
    SECTION("a feed: its collateral has no price") {
        without(View::kLatestRoundData);
        chain->block([](CometModel&) {});
        CHECK(chain->markets().usable(0).ok());
        CHECK(
            chain->markets().health(0, chain->at())->of({.account = kBob, .part = {}}).status ==
            FigureStatus::kNoData
        );
    }
    SECTION("the configuration after an upgrade") {
        without(View::kGetAssetInfo);
        CHECK(chain
                  ->block([](CometModel& comet) {
                      comet.list();
                      comet.upgrade();
                  })
                  .empty());
        CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    }
    SECTION("principals that the totals deny") {
        without(View::kUserBasic);
        chain->block([](CometModel& comet) { comet.transfer(kAlice, kBob, 1'000'003); });
        CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    }
    SECTION("principals that an echo denies") {
        without(View::kUserBasic);
        chain->next();
        chain->comet().supply(kAlice, kAlice, 1'000);
        chain->comet().logs.pop_back();
        chain->seal();
        CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    }
    chain->hole = {};
    chain->block([](CometModel&) {});
    CHECK(chain->different(kAll) == 0);
    CHECK(chain->markets().figures_of(0, chain->at().number));
}

TEST_CASE("an implementation that does not tell its configuration is told of, and asked again") {
    const auto chain = a_market();
    chain->comet().base_scale = 0;
    auto incidents = chain->block([](CometModel& comet) { comet.upgrade(); });
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == IncidentKind::kAnomaly);
    CHECK_THAT(incidents[0].text, Catch::Contains("does not tell its configuration"));
    CHECK(chain->markets().usable(0).status == FigureStatus::kNoData);
    CHECK(chain->block([](CometModel&) {}).empty());
    chain->comet().base_scale = CometModel::kBaseScale;
    chain->block([](CometModel&) {});
    CHECK(chain->different(kAll) == 0);
}

TEST_CASE("a market that is given up has no figures, for that reason") {
    const auto chain = a_market();
    chain->markets().give_up(0, "it could not be read");
    CHECK(chain->markets().usable(0).status == FigureStatus::kError);
    CHECK(chain->markets().degraded(0) == "it could not be read");
}

}  // namespace faultline::compound_v3::tests
