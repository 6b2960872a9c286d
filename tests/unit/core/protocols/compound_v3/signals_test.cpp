// SPDX-License-Identifier: Apache-2.0
// What rules read of a Comet, and what they are told.
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/told_events.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/signals/signals_said.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/seizure.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

signals::Said said(CometChain& chain) {
    return signals::said(chain.markets(), chain.markets().first_market(), chain.at());
}

/// The only one of that beginning.
std::string of(CometChain& chain, const std::string& begin) {
    const signals::Said all = said(chain);
    const auto found =
        std::ranges::find_if(all, [&](const auto& one) { return one.first.starts_with(begin); });
    return found == all.end() ? "nothing" : signals::shown(all, found->first);
}

const protocol::Activity& activity(const CometChain& chain, std::size_t n = 0) {
    REQUIRE(n < chain.activities.size());
    REQUIRE(chain.activities[n].activity);
    return *chain.activities[n].activity;
}

}  // namespace

TEST_CASE("a Comet says its own utilisation, rates, reserves and pauses", "[signals]") {
    const auto chain = a_market();
    CHECK(of(*chain, "utilisation{").starts_with("0."));
    CHECK(of(*chain, "borrow_rate{").starts_with("0."));
    CHECK(of(*chain, "exchange_rate{").starts_with("1."));
    CHECK(of(*chain, "reserves_value{") != "nothing");
    CHECK(of(*chain, "supply_cap_usage{") != "nothing");
    CHECK(of(*chain, "action_paused{action=\"absorb\"") == "0");
    const signals::Said now = said(*chain);
    CHECK(std::ranges::count_if(now, [](const auto& one) {
              return one.first.starts_with("supply_cap_usage");
          }) == 2);
    for (const auto& [name, value] : now) {
        INFO(name << ": " << value.reason);
        CHECK(value.ok());
    }
}

TEST_CASE(
    "an absorption is a liquidation, a pause and another admin are governance", "[activity]"
) {
    const auto chain = a_market();
    const Address comet = chain->comet().comet;
    chain->foreign.push_back(
        {comet, *events::PauseAction::encode({true, false, false, false, false})}
    );
    chain->foreign.push_back({comet, *events::AdminChanged::encode({address(1), address(2)})});
    chain->block([](CometModel& model) { model.absorb(kBob); });
    REQUIRE(chain->activities.size() >= 4);
    // What is taken is logged before what is owed.
    CHECK(activity(*chain).event == "seized");
    CHECK(activity(*chain).account == kBob);
    CHECK(activity(*chain).detail == protocol::part_of_address(activity(*chain).token).hex());
    CHECK(activity(*chain).value.ok());
    const auto liquidation =
        std::ranges::find_if(chain->activities, [](const protocol::Incident& one) {
            return one.activity->event == "liquidation";
        });
    REQUIRE(liquidation != chain->activities.end());
    CHECK(liquidation->activity->account == kBob);
    CHECK(liquidation->activity->token == chain->comet().base);
    CHECK(liquidation->activity->value.ok());
    const std::size_t last = chain->activities.size() - 1;
    CHECK(activity(*chain, last - 1).detail == "paused");
    CHECK_THAT(chain->activities[last - 1].text, Catch::Contains("supplyPaused true"));
    CHECK(activity(*chain, last).detail == "admin");
    // Who can change the code governs the market.
    CHECK(chain->markets().exposure(0, chain->at()).governed_by == std::vector{address(2)});
}

TEST_CASE("an upgrade is told with every parameter and feed that it changes", "[activity]") {
    const auto chain = a_market();
    chain->block([](CometModel& comet) {
        comet.listed[0].feed = comet.listed[1].feed;
        comet.upgrade();
    });
    REQUIRE(chain->activities.size() >= 2);
    CHECK(activity(*chain, 0).detail == "upgraded");
    CHECK(activity(*chain, 1).event == "source_changed");
    CHECK(activity(*chain, 1).token == chain->comet().listed[0].asset);
    CHECK_THAT(chain->activities[1].text, Catch::Contains(" -> "));
}

TEST_CASE("what a Comet does in history is told to nobody", "[activity]") {
    const auto chain = a_market();
    chain->block([](CometModel& comet) { comet.upgrade(); }, false);
    CHECK(chain->activities.empty());
}

}  // namespace faultline::compound_v3::tests
