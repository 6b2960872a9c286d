// SPDX-License-Identifier: Apache-2.0
// Valuing below 2^128 against valuing in 256 bits.
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <random>

namespace faultline::aave {
namespace {

constexpr ReserveId kReserves = 6;
constexpr std::uint64_t kAccounts = 200;
constexpr std::uint64_t kBlock = 9;
constexpr UnixSeconds kNow{1'700'000'000};

/// Of any size up to so many bits.
U256 drawn(std::mt19937_64& random, unsigned most_bits) {
    const auto bits = static_cast<unsigned>(random() % (most_bits + 1));
    U256 out;
    for (unsigned i = 0; i < bits; ++i) {
        out.set_bit(i, i + 1 == bits || random() % 2 == 0);
    }
    return out;
}

UserKey account(std::uint64_t n) {
    UserKey key;
    key.account.bytes[19] = static_cast<std::uint8_t>(n);
    return key;
}

/// A market of random accounts. With `wide`, one more reserve that nobody uses has a price that 128
/// bits do not hold, so that everything is valued in 256.
class Book {
  public:
    Book(std::uint64_t seed, std::uint64_t revision, bool wide) : random_(seed), tables_(ledger_) {
        MarketRow market;
        market.pool_revision = revision;
        market.prices_block = kBlock;
        market.reserve_count = kReserves + 1;
        tables_.markets.put({0}, market);
        for (ReserveId id = 0; id < kReserves; ++id) {
            list(id, drawn(random_, random_() % 8 == 0 ? 120 : 50));
        }
        U256 price_base = 1;
        price_base.set_bit(200, wide);
        list(kReserves, price_base);
        EModeRow emode;
        emode.ltv_bps = 9000;
        emode.liquidation_threshold_bps = 9300;
        emode.collateral_bits = 0b1010;
        emode.isolated = random_() % 2 == 0;
        tables_.emodes.put({.market = 0, .category = 1}, emode);
        for (std::uint64_t n = 0; n < kAccounts; ++n) {
            add_account(n);
        }
    }

    [[nodiscard]] Valuation valuation() const { return {tables_, 0, kBlock, kNow}; }

    [[nodiscard]] const Tables& tables() const { return tables_; }

  private:
    void list(ReserveId id, const U256& price_base) {
        ReserveRow row;
        row.config.decimals = static_cast<std::uint8_t>(random_() % 25);
        row.config.ltv_bps = static_cast<std::uint16_t>(random_() % 9000);
        row.config.liquidation_threshold_bps =
            random_() % 4 == 0 ? 8000 : static_cast<std::uint16_t>(random_() % 10'000);
        row.config.emode_category = static_cast<std::uint8_t>(random_() % 2);
        row.liquidity_index_ray = *checked_add(ray(), drawn(random_, 92));
        row.variable_borrow_index_ray = *checked_add(ray(), drawn(random_, 92));
        row.last_update = kNow;
        tables_.reserves.put({.market = 0, .reserve = id}, row);
        tables_.prices.put(
            {.market = 0, .reserve = id}, {.price_base = price_base, .state = PriceState::kKnown}
        );
    }

    void add_account(std::uint64_t n) {
        const UserKey key = account(n);
        UserRow user;
        user.emode = static_cast<std::uint8_t>(random_() % 4 == 0 ? 1 : 0);
        // Amounts of usual size, of up to 128 bits, and of what no contract of Aave's holds.
        const unsigned most_bits = n % 4 == 0 ? 128 : n % 16 == 1 ? 230 : 80;
        for (std::uint64_t legs = random_() % 4; legs > 0; --legs) {
            const auto id = static_cast<ReserveId>(random_() % kReserves);
            const bool owes = random_() % 2 == 0;
            PositionRow row;
            (owes ? row.scaled_debt : row.scaled_supply) = drawn(random_, most_bits);
            user.debt_bits.set_bit(id, owes);
            user.collateral_bits.set_bit(id, !owes || random_() % 4 == 0);
            tables_.positions.put({.market = 0, .account = key.account, .reserve = id}, row);
        }
        tables_.users.put(key, user);
    }

    std::mt19937_64 random_;
    ledger::Ledger ledger_;
    Tables tables_;
};

bool equal(const Figure<AccountData>& all, const Figure<HealthFigures>& health) {
    return all.status == health.status && all.reason == health.reason &&
           all.value.health_factor_wad == health.value.health_factor_wad &&
           all.value.total_collateral_base == health.value.total_collateral_base &&
           all.value.total_debt_base == health.value.total_debt_base;
}

}  // namespace

TEST_CASE("numbers below 2^128 value an account as 256 bits do, where those overflow too") {
    const auto revision = GENERATE(std::uint64_t{1}, 4, 5, 7, 8, 9, 10, 11);
    std::size_t values = 0;
    std::size_t overflows = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const Book narrow(seed, revision, false);
        const Book wide(seed, revision, true);
        const Valuation narrowly = narrow.valuation();
        const Valuation widely = wide.valuation();
        if (!narrowly.usable().ok()) {
            return;
        }
        for (std::uint64_t n = 0; n < kAccounts; ++n) {
            const auto expected = widely.account(account(n).account);
            const auto got = narrowly.account(account(n).account);
            ++(got.ok() ? values : overflows);
            if (got != expected) {
                FAIL("revision " << revision << ", seed " << seed << ", account " << n);
            }
            if (!equal(got, narrowly.health(*narrow.tables().accounts.find(account(n))))) {
                FAIL("health: revision " << revision << ", seed " << seed << ", account " << n);
            }
        }
    }
    REQUIRE(values > overflows);
    REQUIRE(overflows > 0);
}

}  // namespace faultline::aave
