// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/events.hpp"
#include "property/compound_v3_replay.hpp"
#include "property/signals_check.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace faultline::tests {
namespace {

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kPriceDecimals = 8;

/// Two's complement, in units of base times price.
std::optional<Decimal> reserves_value(const U256& reserves, const U256& price) {
    const bool negative = reserves.bit(255);
    const U256 magnitude = negative ? wrapping_sub(U256(), reserves) : reserves;
    const auto base = mul_div_floor(magnitude, price, U256(1'000'000));
    const auto value = base ? Decimal::of(*base, kPriceDecimals) : std::nullopt;
    return value && negative ? std::optional(value->negated()) : value;
}

}  // namespace

TEST_CASE("signals of a Comet are what it answers, and every absorption is told") {
    ProtocolReplay replay = comet_replay();
    const std::string usdc =
        must(Address::from_hex(*replay.manifest().find("tokens.USDC.address"))).hex();
    std::size_t absorptions = 0;
    SignalsCheck check(
        replay,
        [&](const rpc::RecordedBlock& /*block*/, const Answers& answers, Expected& expected) {
            const auto wad = [&](const std::string& label) {
                const auto number = answers.number(label);
                return number ? Decimal::of(*number, kWadDecimals) : std::nullopt;
            };
            expected.add("utilisation", wad("comet.getUtilization"), "", usdc);
            for (const auto& [view, action] :
                 {std::pair("comet.isSupplyPaused", "supply"),
                  std::pair("comet.isTransferPaused", "transfer"),
                  std::pair("comet.isWithdrawPaused", "withdraw"),
                  std::pair("comet.isAbsorbPaused", "absorb"),
                  std::pair("comet.isBuyPaused", "buy")}) {
                const auto paused = answers.number(view);
                expected.add(
                    "action_paused",
                    paused ? std::optional(Decimal::of(paused->low_u64())) : std::nullopt,
                    "",
                    usdc,
                    action
                );
            }
            const rpc::RecordedView* reserves = answers.one("comet.getReserves");
            const Address feed =
                must(Address::from_hex(*replay.manifest().find("feeds.USDC.proxy")));
            for (const rpc::RecordedView* price : answers.of("comet.getPrice")) {
                if (reserves != nullptr && Answers::argument_of(*price) == feed) {
                    expected.add(
                        "reserves_value",
                        reserves_value(Answers::word_at(*reserves), Answers::word_at(*price)),
                        "",
                        usdc
                    );
                }
            }
        }
    );
    std::size_t seizures = 0;
    check.each_log = [&](const eth::Log& log) {
        absorptions += compound_v3::events::AbsorbDebt::matches(log) ? 1 : 0;
        seizures += compound_v3::events::AbsorbCollateral::matches(log) ? 1 : 0;
    };
    check.run();
    WARN("comet-s1: " << check.text());
    CHECK(check.equal["utilisation"] > 0);
    CHECK(check.equal["reserves_value"] > 0);
    CHECK(absorptions > 0);
    CHECK(check.activities["liquidation"] == absorptions);
    CHECK(check.values["liquidation"] == absorptions);
    CHECK(seizures >= absorptions);
    CHECK(check.activities["seized"] == seizures);
    CHECK(check.values["seized"] == seizures);
}

}  // namespace faultline::tests
