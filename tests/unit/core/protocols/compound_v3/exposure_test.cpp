// SPDX-License-Identifier: Apache-2.0
// What the exposure graph is told of a Comet, where it is told little.
#include "core/protocols/compound_v3/events.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <set>

namespace faultline::compound_v3::tests {

TEST_CASE("base that is supplied secures nothing, collateral does, and both have one side") {
    const auto chain = a_market();
    const CometModel& comet = chain->comet();
    const auto sides_of = [&](const Address& account) {
        std::set<protocol::LegSide> sides;
        for (const auto& leg : chain->markets().legs(0, {.account = account, .part = {}})) {
            sides.insert(leg.side);
        }
        return sides;
    };
    CHECK(sides_of(kAlice) == std::set{protocol::LegSide::kSupplied});
    CHECK(sides_of(kCarol) == std::set{protocol::LegSide::kCollateral, protocol::LegSide::kDebt});
    const protocol::MarketExposure of = chain->markets().exposure(0, chain->at());
    CHECK(of.contract == comet.comet);
    REQUIRE(of.parts.size() == 1 + comet.listed.size());
    for (const protocol::PartExposure& part : of.parts) {
        const bool base = part.claims.token == comet.base;
        CHECK(part.receipt == (base ? comet.comet : Address{}));
        CHECK(part.owed.token == (base ? comet.base : Address{}));
        CHECK(part.claims.total_units.ok());
        CHECK(part.claims.price.ok());
        CHECK(part.owed.price.ok() == base);
        CHECK(part.available.ok());
    }
}

TEST_CASE("exposures of a degraded Comet say why there are none") {
    const auto chain = a_market();
    chain->next();
    ModelLog bad{
        .address = chain->comet().comet, .log = *events::Supply::encode({kAlice, kAlice, U256(5)})
    };
    bad.log.data.resize(31);
    chain->foreign = {bad};
    REQUIRE(chain->seal().size() == 1);
    for (const protocol::PartExposure& part : chain->markets().exposure(0, chain->at()).parts) {
        CHECK(part.claims.total_units.status == FigureStatus::kError);
        CHECK(part.claims.total_units.reason == chain->markets().degraded(0));
        CHECK(part.claims.price.status == FigureStatus::kError);
        CHECK(part.available.status == FigureStatus::kError);
    }
    CHECK(chain->markets().legs(0, {.account = kAlice, .part = {}}).size() == 1);
}

}  // namespace faultline::compound_v3::tests
