// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/events.hpp"
#include "property/maker_replay.hpp"
#include "property/signals_check.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace faultline::tests {
namespace {

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kRadDecimals = 45;
constexpr unsigned kUsdcDecimals = 6;

const std::array kIlks{"ETH-A", "WBTC-A", "WSTETH-B"};

std::string ilk_of(const rpc::RecordedView& view) {
    std::string out;
    for (std::size_t i = 4; i < 36 && view.answer.read.data[i] != 0; ++i) {
        out += static_cast<char>(view.answer.read.data[i]);
    }
    return out;
}

std::optional<Decimal> share(const U256& part, const U256& whole) {
    return whole.is_zero() ? std::nullopt : Decimal::ratio(part, whole);
}

void expect_ilks(const Answers& answers, Expected& expected) {
    for (const rpc::RecordedView* view : answers.of("vat.ilks")) {
        const auto debt = checked_mul(Answers::word_at(*view, 0), Answers::word_at(*view, 1));
        if (!Answers::word_at(*view, 1).is_zero()) {
            expected.add(
                "debt_ceiling_usage", share(*debt, Answers::word_at(*view, 3)), ilk_of(*view), ""
            );
        }
    }
    for (const rpc::RecordedView* view : answers.of("dog.ilks")) {
        expected.add(
            "hole_usage",
            share(Answers::word_at(*view, 3), Answers::word_at(*view, 2)),
            ilk_of(*view),
            ""
        );
    }
}

void expect_auctions(const Answers& answers, Expected& expected) {
    for (const char* ilk : kIlks) {
        const std::string clip = "clip." + std::string(ilk) + ".";
        const auto count = answers.number(clip + "count");
        if (!count) {
            continue;
        }
        expected.add("auctions_open", Decimal::of(count->low_u64()), ilk, "");
        const auto& statuses = answers.of(clip + "getStatus");
        std::uint64_t stuck = 0;
        for (const rpc::RecordedView* status : statuses) {
            stuck += Answers::word_at(*status, 0).low_u64();
        }
        if (U256(statuses.size()) == *count) {
            expected.add("auctions_stuck", Decimal::of(stuck), ilk, "");
        }
        const auto stopped = answers.number(clip + "stopped");
        expected.add(
            "clipper_stopped",
            stopped ? std::optional(Decimal::of(stopped->low_u64())) : std::nullopt,
            ilk,
            ""
        );
    }
}

void expect_psm(
    const Answers& answers, const std::string& ilk, const Address& gem, Expected& expected
) {
    const auto pocket = answers.number("psm.pocket.gem.balanceOf");
    expected.add(
        "psm_balance", pocket ? Decimal::of(*pocket, kUsdcDecimals) : std::nullopt, ilk, gem.hex()
    );
    for (const auto& [view, name] :
         {std::pair("psm.tin", "psm_tin"), std::pair("psm.tout", "psm_tout")}) {
        const auto fee = answers.number(view);
        expected.add(
            name,
            fee && *fee != U256::max() ? Decimal::of(*fee, kWadDecimals) : std::nullopt,
            ilk,
            gem.hex()
        );
    }
}

void expect_surplus(const Answers& answers, const Address& vow, Expected& expected) {
    std::optional<U256> dai;
    std::optional<U256> sin;
    for (const rpc::RecordedView* view : answers.of("vat.dai")) {
        dai = Answers::argument_of(*view) == vow ? Answers::word_at(*view) : dai;
    }
    for (const rpc::RecordedView* view : answers.of("vat.sin")) {
        sin = Answers::argument_of(*view) == vow ? Answers::word_at(*view) : sin;
    }
    if (dai && sin) {
        const bool negative = *dai < *sin;
        const auto value = Decimal::of(
            negative ? wrapping_sub(*sin, *dai) : wrapping_sub(*dai, *sin), kRadDecimals
        );
        expected.add("surplus_value", negative ? value->negated() : *value, "", "");
    }
}

}  // namespace

TEST_CASE("signals of Maker are what its contracts answer, and every Bark is told") {
    ProtocolReplay replay("maker-dss-s1", deploy_dss);
    const maker::MarketConfig config = dss_config(replay.manifest());
    SignalsCheck check(
        replay,
        [&](const rpc::RecordedBlock& /*block*/, const Answers& answers, Expected& expected) {
            expect_ilks(answers, expected);
            expect_auctions(answers, expected);
            expect_psm(answers, "LITE-PSM-USDC-A", config.psms[0].gem, expected);
            expect_surplus(answers, config.vow, expected);
            const auto debt = answers.number("vat.debt");
            const auto line = answers.number("vat.Line");
            expected.add(
                "debt_ceiling_usage", debt && line ? share(*debt, *line) : std::nullopt, "", ""
            );
            const auto dirt = answers.number("dog.Dirt");
            const auto hole = answers.number("dog.Hole");
            expected.add("hole_usage", dirt && hole ? share(*dirt, *hole) : std::nullopt, "", "");
        }
    );
    std::size_t barks = 0;
    check.each_log = [&](const eth::Log& log) {
        barks += maker::events::Bark::matches(log) ? 1 : 0;
    };
    check.run();
    WARN("maker-dss-s1: " << check.text());
    for (const char* name :
         {"debt_ceiling_usage",
          "hole_usage",
          "auctions_open",
          "auctions_stuck",
          "clipper_stopped",
          "psm_balance",
          "psm_tin",
          "surplus_value"}) {
        INFO(name);
        CHECK(check.equal[name] > 0);
    }
    CHECK(barks > 0);
    CHECK(check.activities["liquidation"] == barks);
    CHECK(check.values["liquidation"] == barks);
    CHECK(check.activities["seized"] == barks);
    CHECK(check.values["seized"] == barks);
}

}  // namespace faultline::tests
