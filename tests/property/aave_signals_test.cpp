// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "property/aave_deployment.hpp"
#include "property/signals_check.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace faultline::tests {
namespace {

constexpr unsigned kRayDecimals = 27;

/// DataTypes.ReserveConfigurationMap, bit by bit.
U256 bits(const U256& word, unsigned first, unsigned count) {
    U256 out;
    for (unsigned i = 0; i < count; ++i) {
        out.set_bit(i, word.bit(first + i));
    }
    return out;
}

std::optional<Decimal> of_cap(const U256& amount, const U256& cap, const U256& decimals) {
    return cap.is_zero()
               ? std::nullopt
               : Decimal::ratio(
                     amount, *checked_mul(cap, pow10(static_cast<unsigned>(decimals.low_u64())))
                 );
}

/// Totals of a token by its address: what the tape asked it.
using Totals = std::map<Address, U256>;

Totals totals(const rpc::RecordedBlock& block, const std::string& view) {
    Totals out;
    for (const rpc::RecordedView& one : block.truth) {
        if (one.label.ends_with(view) || one.label.find(view + ":") != std::string::npos) {
            out.emplace(one.answer.read.to, Answers::word_at(one));
        }
    }
    return out;
}

void expect_reserve(
    const rpc::RecordedBlock& block,
    const rpc::RecordedView& view,
    const Totals& total,
    const Totals& scaled,
    Expected& expected
) {
    const std::string token = Answers::argument_of(view).hex();
    const auto word = [&](std::size_t place) {
        return Answers::word_at(view, place);
    };
    const auto contract = [&](std::size_t place) {
        return Address::from_bytes(BytesView(word(place).to_be_bytes()).last(Address::kSize));
    };
    const U256 config = word(0);
    const auto flag = [&](unsigned bit) {
        return Decimal::of(config.bit(bit) ? 1U : 0U);
    };
    expected.add("supply_rate", Decimal::of(word(2), kRayDecimals), "", token);
    expected.add("borrow_rate", Decimal::of(word(4), kRayDecimals), "", token);
    expected.add("reserve_frozen", flag(57), "", token);
    expected.add("borrowing_enabled", flag(58), "", token);
    expected.add("reserve_paused", flag(60), "", token);
    const U256 decimals = bits(config, 48, 8);
    const auto debt = total.find(contract(10));
    const auto stable = total.find(contract(9));
    if (debt != total.end()) {
        const U256 fixed = stable == total.end() ? U256() : stable->second;
        expected.add(
            "borrow_cap_usage",
            of_cap(*checked_add(debt->second, fixed), bits(config, 80, 36), decimals),
            "",
            token
        );
    }
    const auto supply = scaled.find(contract(8));
    const bool updated_now = word(6) == U256(block.header.timestamp.value);
    if (supply != scaled.end() && updated_now) {
        const auto with_treasury = checked_add(supply->second, word(12));
        const auto amount = mul_div_floor(*with_treasury, word(1), ray());
        const auto nearest = mul_div_half_up(*with_treasury, word(1), ray());
        if (amount == nearest) {  // Releases round apart.
            expected.add(
                "supply_cap_usage", of_cap(*amount, bits(config, 116, 36), decimals), "", token
            );
        }
    }
}

void expect(const rpc::RecordedBlock& block, const Answers& answers, Expected& expected) {
    const Totals total = totals(block, ".totalSupply");
    const Totals scaled = totals(block, ".scaledTotalSupply");
    for (const rpc::RecordedView* view : answers.of("aave.getReserveData")) {
        expect_reserve(block, *view, total, scaled, expected);
    }
    for (const rpc::RecordedView* view : answers.of("aave.getReserveNormalizedIncome")) {
        expected.add(
            "exchange_rate",
            Decimal::of(Answers::word_at(*view), kRayDecimals),
            "",
            Answers::argument_of(*view).hex()
        );
    }
    for (const rpc::RecordedView* view : answers.of("aave.getReserveNormalizedVariableDebt")) {
        expected.add(
            "debt_index",
            Decimal::of(Answers::word_at(*view), kRayDecimals),
            "",
            Answers::argument_of(*view).hex()
        );
    }
}

}  // namespace

TEST_CASE("signals of Aave are what its contracts answer, and every liquidation is told") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    INFO(recording.name);
    ProtocolReplay replay(recording.name, aave_deployment, revisions(recording));
    SignalsCheck check(replay, expect);
    std::size_t liquidations = 0;
    check.each_log = [&](const eth::Log& log) {
        liquidations += aave::events::LiquidationCall::matches(log) ? 1 : 0;
    };
    check.run();
    WARN(recording.name << ": " << check.text());
    for (const char* name : {"supply_rate", "borrow_rate", "exchange_rate", "debt_index"}) {
        CHECK(check.equal[name] > 0);
    }
    CHECK(check.activities["liquidation"] == liquidations);
    CHECK(check.values["liquidation"] == check.activities["liquidation"]);
    CHECK(check.activities["seized"] == liquidations);
    CHECK(check.values["seized"] == liquidations);
}

}  // namespace faultline::tests
