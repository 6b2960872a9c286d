// SPDX-License-Identifier: Apache-2.0
// A drawn lending book of Aave 3.0 accounts: what valuing all of them costs in CPU time, and what
// their rows take in memory. Writes the book to FILE for others to value, and its figures as JSON.
// usage: health_book FILE [ACCOUNTS=100000] [TIMES=10] [SEED=7]
#include "bench/cpu_seconds.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <new>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// What is allocated now, with what the allocator adds to each piece.
std::size_t& live_bytes() {
    static std::size_t bytes = 0;
    return bytes;
}

std::size_t size_of(void* piece) {
    return ::malloc_usable_size(piece) + sizeof(std::size_t);
}

}  // namespace

void* operator new(std::size_t size) {
    void* piece = std::malloc(size);
    if (piece == nullptr) {
        throw std::bad_alloc();
    }
    live_bytes() += size_of(piece);
    return piece;
}

void operator delete(void* piece) noexcept {
    if (piece != nullptr) {
        live_bytes() -= size_of(piece);
        std::free(piece);
    }
}

void operator delete(void* piece, std::size_t /*size*/) noexcept {
    operator delete(piece);
}

namespace faultline::bench {
namespace {

constexpr std::uint64_t kBlock = 100;
constexpr UnixSeconds kNow{1'700'000'000};
constexpr aave::ReserveId kReserves = 40;
constexpr std::uint64_t kDollarBase = 100'000'000;

/// a * b / c of numbers far below 2^128.
U256 share(const U256& a, const U256& b, const U256& c) {
    return div_mod(wrapping_mul(a, b), c).quotient;
}

struct Leg {
    aave::ReserveId reserve = 0;
    bool debt = false;
    U256 scaled;
};

class Book {
  public:
    Book(const std::string& path, std::uint64_t seed)
        : random_(seed), file_(path), tables_(ledger_) {
        aave::MarketRow market;
        market.pool_revision = 1;
        market.prices_block = kBlock;
        market.reserve_count = kReserves;
        tables_.markets.put({0}, market);
        for (aave::ReserveId id = 0; id < kReserves; ++id) {
            list(id);
        }
        static_cast<void>(ledger_.seal());
    }

    void add_accounts(std::uint64_t count) {
        constexpr std::uint64_t kPerBlock = 500;  // Few enough to leave no large journal behind.
        std::vector<aave::UserRow> users;
        users.reserve(count);
        const std::size_t with_users = live_bytes();
        for (std::uint64_t n = 0; n < count; ++n) {
            users.push_back(add_positions(n));
            if (n % kPerBlock == 0) {
                static_cast<void>(ledger_.seal());
            }
        }
        static_cast<void>(ledger_.seal());
        const std::size_t with_positions = live_bytes();
        for (std::uint64_t n = 0; n < count; ++n) {
            tables_.users.put({.market = 0, .account = account(n)}, users[n]);
            if (n % kPerBlock == 0) {
                static_cast<void>(ledger_.seal());
            }
        }
        static_cast<void>(ledger_.seal());
        user_bytes_ = live_bytes() - with_positions;
        position_bytes_ = with_positions - with_users;
        file_.flush();
    }

    [[nodiscard]] const aave::Tables& tables() const { return tables_; }

    [[nodiscard]] std::uint64_t legs() const { return legs_; }

    [[nodiscard]] std::size_t position_bytes() const { return position_bytes_; }

    [[nodiscard]] std::size_t user_bytes() const { return user_bytes_; }

  private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    static Address account(std::uint64_t n) {
        Address out;
        // Spread as real addresses are.
        const auto word = wrapping_mul(U256(n + 1), U256(0x9e3779b97f4a7c15ULL)).to_be_bytes();
        std::copy_n(word.end() - 16, 16, out.bytes.begin());
        return out;
    }

    void list(aave::ReserveId id) {
        aave::ReserveRow row;
        // A quarter are worth a dollar, the others up to some thousands.
        const std::uint64_t cents =
            id % 4 == 0 ? 100 : 100 + below(std::uint64_t{1} << (8 + below(12)));
        row.config.decimals = id % 3 == 0 ? 6 : id % 7 == 0 ? 8 : 18;
        row.config.liquidation_threshold_bps = static_cast<std::uint16_t>(6500 + below(3000));
        row.config.active = true;
        row.liquidity_index_ray = share(ray(), U256(1000 + below(300)), U256(997));
        row.variable_borrow_index_ray = share(ray(), U256(1000 + below(500)), U256(997));
        row.last_update = kNow;
        const U256 price_base = wrapping_mul(U256(cents), U256(kDollarBase / 100));
        file_ << "R," << price_base.to_string() << ',' << unsigned{row.config.decimals} << ','
              << row.config.liquidation_threshold_bps << ',' << row.liquidity_index_ray.to_string()
              << ',' << row.variable_borrow_index_ray.to_string() << '\n';
        prices_base_[id] = price_base;
        rows_[id] = row;
        tables_.reserves.put({.market = 0, .reserve = id}, row);
        tables_.prices.put(
            {.market = 0, .reserve = id},
            {.price_base = price_base, .state = aave::PriceState::kKnown}
        );
    }

    /// So much of a reserve that no leg of the account has yet.
    void draw(std::vector<Leg>& legs, bool debt, const U256& value_base) {
        aave::ReserveId reserve = 0;
        bool taken = true;
        while (taken) {
            reserve = static_cast<aave::ReserveId>(below(1 + below(kReserves)));
            taken = false;
            for (const Leg& leg : legs) {
                taken = taken || leg.reserve == reserve;
            }
        }
        const aave::ReserveRow& row = rows_[reserve];
        const U256& index = debt ? row.variable_borrow_index_ray : row.liquidity_index_ray;
        const U256 amount = share(value_base, pow10(row.config.decimals), prices_base_[reserve]);
        legs.push_back(
            {.reserve = reserve,
             .debt = debt,
             .scaled = wrapping_add(share(amount, ray(), index), 1)}
        );
    }

    /// One to three collaterals of 50 to a million dollars, none to two debts for a health factor
    /// of 0.9 to 3.4.
    std::vector<Leg> draw_account() {
        std::vector<Leg> legs;
        const std::uint64_t most_base = (50 * kDollarBase) << below(15);
        const U256 value_base = most_base + below(most_base);
        const std::uint64_t collaterals = 1 + (below(100) < 35 ? 1 : 0) + (below(100) < 12 ? 1 : 0);
        U256 covered;  // In base units and basis points.
        for (std::uint64_t i = 0; i < collaterals; ++i) {
            draw(legs, false, div_mod(value_base, collaterals).quotient);
            const auto bps = rows_[legs.back().reserve].config.liquidation_threshold_bps;
            covered = wrapping_add(
                covered, wrapping_mul(div_mod(value_base, collaterals).quotient, U256(bps))
            );
        }
        const std::uint64_t debts = below(100) < 20 ? 0 : 1 + (below(100) < 25 ? 1 : 0);
        const std::uint64_t health_percent = 90 + below(250);
        for (std::uint64_t i = 0; i < debts; ++i) {
            draw(legs, true, div_mod(covered, U256(100 * health_percent * debts)).quotient);
        }
        return legs;
    }

    aave::UserRow add_positions(std::uint64_t n) {
        aave::UserRow user;
        for (const Leg& leg : draw_account()) {
            file_ << "L," << n << ',' << leg.reserve << ',' << (leg.debt ? 1 : 0) << ','
                  << leg.scaled.to_string() << '\n';
            aave::PositionRow row;
            (leg.debt ? row.scaled_debt : row.scaled_supply) = leg.scaled;
            tables_.positions.put(
                {.market = 0, .account = account(n), .reserve = leg.reserve}, row
            );
            (leg.debt ? user.debt_bits : user.collateral_bits).set_bit(leg.reserve, true);
            ++legs_;
        }
        user.supply_bits = user.collateral_bits;
        return user;
    }

    std::mt19937_64 random_;
    std::ofstream file_;
    ledger::Ledger ledger_;
    aave::Tables tables_;
    std::array<aave::ReserveRow, kReserves> rows_;
    std::array<U256, kReserves> prices_base_;
    std::uint64_t legs_ = 0;
    std::size_t position_bytes_ = 0;
    std::size_t user_bytes_ = 0;
};

struct Valued {
    std::uint64_t below_one = 0;
    U256 sum_wad;  ///< Of the health factors of accounts with debt.
};

/// `figures(valuation, account)` of every account.
Valued value_all(const aave::Tables& tables, const auto& figures) {
    Valued out;
    const aave::Valuation valuation(tables, 0, kBlock, kNow);
    tables.accounts.for_each([&](const aave::AccountRecord& account) {
        const auto data = figures(valuation, account);
        if (!data.ok()) {
            throw std::runtime_error(data.reason);
        }
        const U256& health_wad = data.value.health_factor_wad;
        out.below_one += health_wad < wad() ? 1 : 0;
        if (health_wad != U256::max()) {
            out.sum_wad = wrapping_add(out.sum_wad, health_wad);
        }
    });
    return out;
}

int run(std::span<char*> arguments) {
    if (arguments.size() < 2) {
        std::cerr << "usage: health_book FILE [ACCOUNTS] [TIMES] [SEED]\n";
        return 2;
    }
    const auto number = [&](std::size_t at, std::uint64_t otherwise) {
        return arguments.size() > at ? std::strtoull(arguments[at], nullptr, 10) : otherwise;
    };
    const std::uint64_t accounts = number(2, 100'000);
    const std::uint64_t times = number(3, 10);
    Book book(arguments[1], number(4, 7));
    book.add_accounts(accounts);
    const auto health = [](const aave::Valuation& valuation, const aave::AccountRecord& account) {
        return valuation.health(account);
    };
    const auto all_six = [](const aave::Valuation& valuation, const aave::AccountRecord& account) {
        return valuation.account(account);
    };
    Valued valued = value_all(book.tables(), health);  // Warms up.
    const auto timed = [&](const auto& figures) {
        const double began_s = cpu_seconds();
        for (std::uint64_t i = 0; i < times; ++i) {
            const Valued again = value_all(book.tables(), figures);
            if (again.below_one != valued.below_one || again.sum_wad != valued.sum_wad) {
                throw std::runtime_error("the health factors are not those of a moment ago");
            }
        }
        return cpu_seconds() - began_s;
    };
    const double used_s = timed(health);
    const double all_six_s = timed(all_six);
    static_cast<void>(std::printf(
        R"({"accounts":%lu,"legs":%lu,"times":%lu,"cpu_s":%.6f,"all_six_cpu_s":%.6f,"below":%lu,)"
        R"("sum":"%s","position_bytes":%zu,"user_bytes":%zu})"
        "\n",
        accounts,
        book.legs(),
        times,
        used_s,
        all_six_s,
        valued.below_one,
        valued.sum_wad.to_string().c_str(),
        book.position_bytes(),
        book.user_bytes()
    ));
    return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
    return faultline::bench::run(std::span(argv, static_cast<std::size_t>(argc)));
}
