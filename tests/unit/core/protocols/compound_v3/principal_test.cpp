// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/principal.hpp"

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/interest.hpp"
#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "unit/core/protocols/compound_v3/comet_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/limbs.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

namespace faultline::compound_v3::tests {
namespace {

U256 power_of_two(unsigned n) {
    U256 out;
    out.set_bit(n, true);
    return out;
}

U256 negative(const U256& magnitude) {
    return wrapping_sub(U256(), magnitude);
}

eth::ReadAnswer user_answer(const std::vector<U256>& words) {
    return {
        .read = view_read(address(1), View::kUserBasic, {U256(1)}),
        .outcome = eth::ReadOutcome::kReturned,
        .result = bytes_of(words)
    };
}

}  // namespace

TEST_CASE("an int104 is sign-extended in its word, and nothing else is one") {
    const U256 edge = power_of_two(103);
    CHECK(Principal::from_word(U256(5))->value == 5);
    CHECK(Principal::from_word(negative(U256(5)))->value == -5);
    CHECK(Principal::from_word(wrapping_sub(edge, U256(1)))->value == (I128{1} << 103) - 1);
    CHECK(Principal::from_word(negative(edge))->value == -(I128{1} << 103));
    CHECK_FALSE(Principal::from_word(edge));
    CHECK_FALSE(Principal::from_word(negative(wrapping_add(edge, U256(1)))));
    CHECK_FALSE(Principal::from_word(power_of_two(255)));
    for (const I128 value : {I128{0}, I128{7}, I128{-7}, -(I128{1} << 103), (I128{1} << 103) - 1}) {
        const Principal principal{value};
        CHECK(Principal::from_word(principal.to_word()) == principal);
        CHECK(*ledger::decode<Principal>(ledger::encode(principal)) == principal);
    }
    CHECK_FALSE(ledger::decode<Principal>(ledger::encode(U256::max())));
}

TEST_CASE("supplies are rounded down, debts up") {
    const Indices indices{.supply = kBaseIndexScale + 1, .borrow = kBaseIndexScale * 3};
    CHECK(present_value({10}, indices) == 10);
    CHECK(present_value({-10}, indices) == -30);
    CHECK(principal_value(10, indices)->value == 9);
    CHECK(principal_value(-31, indices)->value == -11);
    CHECK(principal_value(-30, indices)->value == -10);
    CHECK(supply_logged(U256(9), indices.supply)->value == 9);
    CHECK_FALSE(principal_value(10, {}));
    CHECK_FALSE(principal_value(I128{1} << 110, indices));
    CHECK(amount_of(power_of_two(119)));
    CHECK_FALSE(amount_of(power_of_two(120)));
}

TEST_CASE("an accrual that does not fit its index reverts") {
    Totals totals;
    totals.supply_index = totals.borrow_index = ~std::uint64_t{0};
    totals.supply_principal = totals.borrow_principal = U256(1'000'000);
    Configuration configuration;
    configuration.supply_rate = {.kink = 1, .base = 1'000'000'000, .slope_low = 0, .slope_high = 0};
    configuration.borrow_rate = configuration.supply_rate;
    CHECK_FALSE(accrued_indices(totals, configuration, {1'000}));
    // Time that did not pass, or that went back, changes nothing.
    totals.last_accrual = {1'000};
    CHECK(accrued_indices(totals, configuration, {1'000}) == totals.indices());
    CHECK(accrued_indices(totals, configuration, {999}) == totals.indices());
    CHECK(utilization_wad({}) == U256());
}

TEST_CASE("the bits of 24 collaterals are in two words of userBasic") {
    const auto user = decode_user_basic(user_answer({negative(U256(5)), 0, 0, 0x8001, 0x80}));
    REQUIRE(user);
    CHECK(user->principal.value == -5);
    CHECK(user->assets_in == 0x808001);
    CHECK_FALSE(decode_user_basic(user_answer({5, 0, 0, 0x10000, 0})));
    CHECK_FALSE(decode_user_basic(user_answer({5, 0, 0, 0, 0x100})));
    CHECK_FALSE(decode_user_basic(user_answer({power_of_two(200), 0, 0, 0, 0})));
    CHECK_FALSE(decode_user_basic(user_answer({5, 0, 0, 0})));
    eth::ReadAnswer reverted = user_answer({});
    reverted.outcome = eth::ReadOutcome::kReverted;
    CHECK(decode_user_basic(reverted).error().code() == Code::kRejected);
}

TEST_CASE("a price is above zero and below 2^255, or none") {
    const auto price = [](const U256& answer) {
        return decode_price(
            {.read = view_read(address(1), View::kLatestRoundData),
             .outcome = eth::ReadOutcome::kReturned,
             .result = bytes_of({0, answer, 0, 0, 0})}
        );
    };
    CHECK(price(U256(7)) == PriceRow{.state = PriceState::kValue, .price_base = U256(7)});
    CHECK(price(U256()).state == PriceState::kNone);
    CHECK(price(negative(U256(1))).state == PriceState::kNone);
    CHECK(
        decode_price({.read = view_read(address(1), View::kLatestRoundData),
                      .outcome = eth::ReadOutcome::kReverted,
                      .result = {}}
        ).state == PriceState::kNone
    );
}

TEST_CASE("numbers that are not of their types are no totals and no collateral") {
    std::vector<U256> words{U256(kIndex), U256(kIndex), 0, 0, 5, 5, 77, 31};
    const auto totals = [&] {
        return decode_totals(
            {.read = view_read(address(1), View::kTotalsBasic),
             .outcome = eth::ReadOutcome::kReturned,
             .result = bytes_of(words)}
        );
    };
    CHECK(totals()->pause_flags == 31);
    for (const std::size_t word : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U}) {
        auto kept = words;
        words[word] = U256::max();
        CHECK(totals().error().code() == Code::kMalformed);
        words = kept;
    }
    words.assign({0, word_of(address(5)), word_of(address(6)), U256(kWad), 1, 2, 3, 4});
    const auto asset = [&] {
        return decode_asset(
            {.read = asset_read(address(1), 0),
             .outcome = eth::ReadOutcome::kReturned,
             .result = bytes_of(words)}
        );
    };
    CHECK(asset()->asset == address(5));
    for (const std::size_t word : {1U, 2U, 3U, 4U, 5U, 6U}) {
        auto kept = words;
        words[word] = U256::max();
        CHECK_FALSE(asset());
        words = kept;
    }
    words[3] = 0;
    CHECK_FALSE(asset());
}

TEST_CASE("what an account has of collaterals is kept in order, without zeros") {
    AccountRow row;
    row.set_balance(address(5), U256(1));
    row.set_balance(address(3), U256(2));
    row.set_balance(address(4), U256());
    row.set_balance(address(5), U256(7));
    CHECK(
        row.collateral ==
        std::vector<CollateralBalance>{{address(3), U256(2)}, {address(5), U256(7)}}
    );
    CHECK(row.balance(address(4)).is_zero());
    row.set_balance(address(3), U256());
    row.set_balance(address(5), U256());
    CHECK(row == AccountRow{});
}

}  // namespace faultline::compound_v3::tests
