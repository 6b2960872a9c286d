// SPDX-License-Identifier: Apache-2.0
// A reserve as a whole. That the totals are the tokens' own is the tapes' and the e2e test's.
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <catch2/catch.hpp>

namespace faultline::aave {
namespace {

constexpr UnixSeconds kThen{1'000'000};
constexpr UnixSeconds kYearLater{1'000'000 + 31'536'000};

U256 ray_of(std::uint64_t hundredths) {
    return *checked_mul(U256(hundredths), pow10(25));
}

/// 1000 supplied, 600 owed, at 10 % a year, a tenth of which is the treasury's.
ReserveRow reserve() {
    ReserveRow row;
    row.liquidity_index_ray = ray();
    row.variable_borrow_index_ray = ray();
    row.liquidity_rate_ray = ray_of(5);
    row.variable_borrow_rate_ray = ray_of(10);
    row.last_update = kThen;
    row.scaled_supply = 1'000'000;
    row.scaled_debt = 600'000;
    row.virtual_underlying_balance = 400'000;
    row.config.reserve_factor_bps = 1000;
    return row;
}

}  // namespace

TEST_CASE("a reserve that was just touched is as stored") {
    const auto totals = totals_of(newest_rules(), reserve(), kThen);
    REQUIRE(totals);
    CHECK(totals->supplied == U256(1'000'000));
    CHECK(totals->borrowed == U256(600'000));
    CHECK(totals->available == U256(400'000));
    CHECK(totals->utilisation_ray == ray_of(60));
    CHECK(totals->supplied_of_cap == U256(1'000'000));
}

TEST_CASE("a year later interest is in the totals, and the treasury's part counts against the cap"
) {
    const auto totals = totals_of(newest_rules(), reserve(), kYearLater);
    REQUIRE(totals);
    CHECK(totals->supplied == U256(1'050'000));
    // e^0.1 to the third order is 1.1051666...67, half up; times 600,000 is just above 663,100.
    CHECK(totals->borrowed == U256(663'101));
    // A tenth of 63,100 is 6,310: 6,009 scaled by 1.05, and times 1.05 again.
    CHECK(totals->supplied_of_cap == U256(1'056'309));
    CHECK(totals->utilisation_ray == *ray_div_half_up(U256(663'101), U256(1'063'101)));
}

TEST_CASE("without debt nothing is utilised, and an unknown treasury has no share of the cap") {
    ReserveRow row = reserve();
    row.scaled_debt = 0;
    row.treasury_unknown = true;
    const auto totals = totals_of(newest_rules(), row, kThen);
    REQUIRE(totals);
    CHECK(totals->utilisation_ray == U256());
    CHECK_FALSE(totals->supplied_of_cap);
    row.liquidity_index_ray = U256::max();
    CHECK_FALSE(totals_of(newest_rules(), row, kYearLater));
}

}  // namespace faultline::aave
