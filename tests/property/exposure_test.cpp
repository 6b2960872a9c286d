// SPDX-License-Identifier: Apache-2.0
// What each protocol tells the exposure graph, against what its recorded contracts answered.
#include "property/aave_deployment.hpp"
#include "property/aave_replay.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/compound_v3_replay.hpp"
#include "property/exposure_check.hpp"
#include "property/exposure_said.hpp"
#include "property/maker_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

/// Of `most` or less of the base's claims, no holder has anything.
AddsUp short_by(const Hash32& base, U256& most) {
    return [base, &most](const auto& part, bool owed, const U256& sum, const U256& total) {
        if (owed || part.part != base) {
            return sum == total;
        }
        const auto missing = checked_sub(total, sum);
        most = std::max(most, missing.value_or(U256()));
        return missing.has_value();
    };
}

/// totalBorrows and the index are rounded apart, at each accrual: debts are a little off their sum.
bool ctokens_add_up(
    const protocol::PartExposure& part, bool owed, const U256& sum, const U256& total
) {
    constexpr std::uint64_t kOneOf = 1'000'000'000'000;
    constexpr std::uint64_t kWei = 1'000;
    if (!owed) {
        return sum == total;
    }
    const U256 debts = part.owed.scale.amount(sum).value();
    const U256 borrows = part.owed.scale.amount(total).value();
    const U256 off = debts > borrows ? wrapping_sub(debts, borrows) : wrapping_sub(borrows, debts);
    return off <= wrapping_add(div_mod(borrows, U256(kOneOf)).quotient, U256(kWei));
}

/// `holders` and `markets`: of what some were compared that are not 0.
void say(
    const std::string& tape,
    const ExposureTally& tally,
    const std::set<What>& holders,
    const std::set<What>& markets
) {
    const auto count = [](const std::map<What, std::size_t>& of, What what) {
        const auto found = of.find(what);
        return found == of.end() ? 0 : found->second;
    };
    WARN(
        tape << ": of holders " << count(tally.of_holders, What::kUnits) << " units and "
             << count(tally.of_holders, What::kAmount) << " amounts that are not 0, "
             << count(tally.of_holders, What::kFlag) << " flags; of the market "
             << count(tally.of_markets, What::kUnits) << " units, "
             << count(tally.of_markets, What::kAmount) << " amounts, "
             << count(tally.of_markets, What::kPrice) << " prices, "
             << count(tally.of_markets, What::kAvailable) << " of what is available; " << tally.sums
             << " sums; " << tally.changed << " holders changed of " << tally.told << " told; "
             << tally.withheld << " withheld; " << tally.healths << " healths"
    );
    for (const What what : holders) {
        CHECK(count(tally.of_holders, what) > 0);
    }
    for (const What what : markets) {
        CHECK(count(tally.of_markets, what) > 0);
    }
    CHECK(tally.sums > 0);
    CHECK(tally.changed > 0);
    CHECK(tally.withheld == 0);
}

}  // namespace

TEST_CASE("what Aave tells the exposure graph is what its tokens say, block by block") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    ProtocolReplay replay(recording.name, aave_deployment, revisions(recording));
    ReserveIds ids;
    ExposureCheck check(replay, [&](const RecordedView& view, const MarketExposure& market) {
        return of_aave(replay.manifest(), view, market, ids);
    });
    check.run();
    say(recording.name,
        check.tally(),
        {What::kUnits, What::kAmount, What::kFlag},
        {What::kUnits, What::kAmount, What::kPrice});
    const MarketExposure& market = check.market();
    CHECK(market.contract == address_at(replay.manifest(), "aave.pool"));
    CHECK(market.governed_by.size() == 2);
    CHECK(market.parts.front().receipt != Address{});
    // No log of older releases tells it.
    CHECK(check.tally().of_markets.contains(What::kAvailable) == (recording.name != kV302.name));
}

TEST_CASE("what a Comet tells the exposure graph is what it says itself, block by block") {
    ProtocolReplay replay = comet_replay();
    ExposureCheck check(replay, of_comet);
    // A transfer of 0 takes a unit of a supplier's principal and leaves the total.
    U256 missing;
    check.total_by(short_by(part_of(address_at(replay.manifest(), "tokens.USDC.address")), missing)
    );
    check.run();
    say("comet-s1",
        check.tally(),
        {What::kUnits, What::kAmount},
        {What::kUnits, What::kAmount, What::kPrice, What::kAvailable});
    CHECK(missing == U256(27));
}

TEST_CASE("what cToken markets tell the exposure graph is what they say, block by block") {
    const std::string name = GENERATE("compoundv2-s1", "devnet-mini");
    CTokenReplay of(name);
    ExposureCheck check(of.replay, of_ctokens);
    check.total_by(ctokens_add_up);
    check.worth_within(U256());
    check.run();
    say(name,
        check.tally(),
        {What::kUnits, What::kAmount, What::kFlag},
        {What::kUnits, What::kAmount, What::kFactor, What::kPrice, What::kAvailable});
    CHECK(check.tally().healths > 0);
    CHECK(check.market().governed_by.empty());
}

TEST_CASE("what Maker tells the exposure graph is what the Vat says, block by block") {
    const ToldJoins joins(manifest_of("maker-dss-s1"));
    ProtocolReplay replay("maker-dss-s1", deploy_dss, [&joins](const eth::Read& read) {
        return joins.answer(read);
    });
    const auto at = [&](const std::string& path) {
        return address_at(replay.manifest(), path);
    };
    ExposureCheck check(replay, [&](const RecordedView& view, const MarketExposure& /*market*/) {
        return of_maker(view, at("psm.address"));
    });
    check.worth_within(wrapping_sub(ray(), U256(1)));
    check.run();
    say("maker-dss-s1", check.tally(), {What::kUnits}, {What::kUnits, What::kFactor, What::kReserve}
    );
    CHECK(check.tally().healths > 0);
    const MarketExposure& market = check.market();
    CHECK(market.contract == at("vat"));
    CHECK(market.oracle == at("spotter"));
    CHECK(market.issued == std::vector{at("dai")});
    CHECK(market.governed_by.empty());
    REQUIRE(market.reserves.size() == 1);
    CHECK(market.reserves[0].holder == at("psm.pocket"));
    CHECK_FALSE(market.reserves[0].price.ok());  // Nobody poked its ilk.
    CHECK(check.part(market.reserves[0].part)->name == "LITE-PSM-USDC-A");
    for (const char* name : {"ETH-A", "WSTETH-B", "WBTC-A"}) {
        const std::string ilk = std::string("ilks.") + name;
        const auto* part =
            check.part(must(Hash32::from_hex(*replay.manifest().find(ilk + ".ilk"))));
        CHECK(part->claims.token == at(ilk + ".gem"));
        CHECK(part->claims.decimals == 18);
        CHECK(part->claims.total_units.ok());
    }
}

}  // namespace faultline::tests
