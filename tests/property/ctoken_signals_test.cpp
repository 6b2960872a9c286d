// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/told_events.hpp"
#include "property/compound_v2_replay.hpp"
#include "property/signals_check.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace faultline::tests {
namespace {

constexpr unsigned kWadDecimals = 18;

/// By cToken, from calls to it ("cToken.X.view") or to the Comptroller about it.
using ByCToken = std::map<Address, std::map<std::string, U256>>;

ByCToken by_ctoken(const rpc::RecordedBlock& block) {
    ByCToken out;
    for (const rpc::RecordedView& view : block.truth) {
        if (view.answer.reverted() || view.answer.result.size() != 32) {
            continue;
        }
        const std::string label = view.label.substr(0, view.label.find(':'));
        const std::string name = label.substr(label.rfind('.') + 1);
        const bool about = label.starts_with("ctoken.") && view.answer.read.data.size() == 36;
        out[about ? Answers::argument_of(view) : view.answer.read.to].emplace(
            name, Answers::word_at(view)
        );
    }
    return out;
}

void expect_ctoken(
    const Address& ctoken,
    const std::string& token,
    const std::map<std::string, U256>& words,
    Expected& expected
) {
    const std::string part = ctoken.hex();
    const auto word = [&](const std::string& name) {
        const auto found = words.find(name);
        return found == words.end() ? std::nullopt : std::optional(found->second);
    };
    const auto wad_of = [&](const std::string& name) {
        const auto value = word(name);
        return value ? Decimal::of(*value, kWadDecimals) : std::nullopt;
    };
    expected.add("exchange_rate", wad_of("exchangeRateStored"), part, token);
    expected.add("debt_index", wad_of("borrowIndex"), part, token);
    expected.add("borrow_rate_per_block", wad_of("borrowRatePerBlock"), part, token);
    expected.add("supply_rate_per_block", wad_of("supplyRatePerBlock"), part, token);
    const auto flag = [&](const std::string& name) {
        const auto value = word(name);
        return value ? std::optional(Decimal::of(value->low_u64())) : std::nullopt;
    };
    expected.add("deprecated", flag("isDeprecated"), part, token);
    expected.add("action_paused", flag("mintGuardianPaused"), part, token, "mint");
    expected.add("action_paused", flag("borrowGuardianPaused"), part, token, "borrow");
    const auto cash = word("getCash");
    const auto borrows = word("totalBorrows");
    const auto reserves = word("totalReserves");
    if (cash && borrows && reserves) {
        const auto whole = checked_sub(*checked_add(*cash, *borrows), *reserves);
        expected.add(
            "utilisation",
            borrows->is_zero() ? std::optional(Decimal()) : Decimal::ratio(*borrows, *whole),
            part,
            token
        );
    }
    const auto price = word("getUnderlyingPrice");
    if (reserves && price && !price->is_zero()) {
        expected.add(
            "reserves_value",
            Decimal::of(*mul_div_floor(*reserves, *price, wad()), kWadDecimals),
            part,
            token
        );
    }
    const auto cap = word("borrowCaps");
    if (borrows && cap && !cap->is_zero()) {
        expected.add("borrow_cap_usage", Decimal::ratio(*borrows, *cap), part, token);
    }
}

}  // namespace

TEST_CASE("signals of cTokens are what they answer, and every liquidation is told") {
    const std::string name = GENERATE("compoundv2-s1", "devnet-mini");
    CTokenReplay of(name);
    SignalsCheck check(
        of.replay,
        [&](const rpc::RecordedBlock& block, const Answers& answers, Expected& expected) {
            const ByCToken words = by_ctoken(block);
            const auto market = of.replay.protocol().exposure(
                0, {.number = block.header.ref.number, .timestamp = block.header.timestamp}
            );
            for (const protocol::PartExposure& part : market.parts) {
                const auto found = words.find(part.receipt);
                const Address& token = part.claims.token;
                if (found != words.end()) {
                    expect_ctoken(
                        part.receipt, token.is_zero() ? "" : token.hex(), found->second, expected
                    );
                }
            }
            const auto seize = answers.number("ctoken.seizeGuardianPaused");
            expected.add(
                "action_paused",
                seize ? std::optional(Decimal::of(seize->low_u64())) : std::nullopt,
                "",
                "",
                "seize"
            );
        }
    );
    std::size_t liquidations = 0;
    check.each_log = [&](const eth::Log& log) {
        liquidations += compound_v2::events::LiquidateBorrow::matches(log) ? 1 : 0;
    };
    check.run();
    WARN(name << ": " << check.text());
    CHECK(check.equal["utilisation"] > 0);
    CHECK(check.equal["exchange_rate"] > 0);
    CHECK(check.equal["reserves_value"] > 0);
    CHECK((liquidations > 0 || name == "devnet-mini"));
    CHECK(check.activities["liquidation"] == liquidations);
    CHECK(check.values["liquidation"] == liquidations);
    CHECK(check.activities["seized"] == liquidations);
    CHECK(check.values["seized"] == liquidations);
}

}  // namespace faultline::tests
