// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace faultline::aave {
namespace {

struct Model {
    std::map<UserKey, UserRow> users;
    std::map<PositionKey, PositionRow> positions;
};

/// Amounts of no, one, two and more limbs.
U256 drawn_amount(std::mt19937_64& random) {
    U256 amount;
    const std::uint64_t limbs = random() % 16 == 0 ? 4 : random() % 3;
    for (std::size_t i = 0; i < limbs; ++i) {
        amount.limbs[i] = random();
    }
    return amount;
}

UserKey drawn_user(std::mt19937_64& random) {
    UserKey key;
    key.market = static_cast<MarketId>(random() % 2);
    key.account.bytes[19] = static_cast<std::uint8_t>(random() % 12);
    return key;
}

void write_user(Tables& tables, Model& model, std::mt19937_64& random) {
    const UserKey key = drawn_user(random);
    if (random() % 3 == 0) {
        tables.users.erase(key);
        model.users.erase(key);
        return;
    }
    UserRow row;
    row.emode = static_cast<std::uint8_t>(random());
    row.debt_bits.set_bit(random() % kMaxReserves, true);
    tables.users.put(key, row);
    model.users[key] = row;
}

void write_position(Tables& tables, Model& model, std::mt19937_64& random) {
    const UserKey user = drawn_user(random);
    const PositionKey key{
        .market = user.market,
        .account = user.account,
        .reserve = static_cast<ReserveId>(random() % 6)
    };
    if (random() % 3 == 0) {
        tables.positions.erase(key);
        model.positions.erase(key);
        return;
    }
    const PositionRow row{
        .scaled_supply = drawn_amount(random), .scaled_debt = drawn_amount(random)
    };
    tables.positions.put(key, row);
    model.positions[key] = row;
}

void require_legs_in_order(const Tables& tables) {
    tables.accounts.for_each([&](const AccountRecord& account) {
        REQUIRE((account.has_user || !account.legs.empty()));
        REQUIRE(std::ranges::is_sorted(account.legs, {}, &AccountLeg::reserve));
        REQUIRE(tables.accounts.find(account.key) == &account);
    });
}

void require_equal(const Tables& tables, const Model& model) {
    REQUIRE(tables.users.size() == model.users.size());
    REQUIRE(tables.positions.size() == model.positions.size());
    for (const auto& [key, row] : model.users) {
        REQUIRE(tables.users.contains(key));
        REQUIRE(*tables.users.find(key) == row);
    }
    for (const auto& [key, row] : model.positions) {
        REQUIRE(tables.positions.find(key) == row);
    }
    std::map<PositionKey, PositionRow> visited;
    tables.positions.for_each_unordered([&](const PositionKey& key, const PositionRow& row) {
        visited[key] = row;
    });
    REQUIRE(visited == model.positions);
    require_legs_in_order(tables);
}

}  // namespace

TEST_CASE("users and positions in one memory are two tables of rows, written and undone at random"
) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 40; ++round) {
        ledger::Ledger ledger;
        Tables tables(ledger);
        Model model;
        std::vector<Model> models;
        std::vector<std::vector<ledger::RowChange>> blocks;
        for (int step = 0; step < 60; ++step) {
            if (!blocks.empty() && random() % 3 == 0) {
                REQUIRE(ledger.undo(blocks.back()));
                model = models.back();
                blocks.pop_back();
                models.pop_back();
            } else {
                models.push_back(model);
                for (std::uint64_t writes = random() % 24; writes > 0; --writes) {
                    const bool user = random() % 3 == 0;
                    (user ? write_user : write_position)(tables, model, random);
                }
                blocks.push_back(ledger.seal());
            }
            require_equal(tables, model);
        }
        ledger::Ledger copy;
        const Tables copied(copy);
        for (const ledger::RowChange& row : ledger.dump()) {
            REQUIRE(copy.load(row.table, row.key, *row.after));
        }
        require_equal(copied, model);
        REQUIRE(copy.dump() == ledger.dump());
    }
}

TEST_CASE("a log changes one position row of an account that has them all") {
    ledger::Ledger ledger;
    Tables tables(ledger);
    PositionKey key;
    for (ReserveId id = 0; id < kMaxReserves; ++id) {
        key.reserve = id;
        tables.positions.put(key, {.scaled_supply = id + 1, .scaled_debt = {}});
    }
    static_cast<void>(ledger.seal());
    tables.positions.put(key, {.scaled_supply = 7, .scaled_debt = 8});
    const auto changes = ledger.seal();
    REQUIRE(changes.size() == 1);
    REQUIRE(changes[0].key == ledger::encode(key));
}

TEST_CASE("bits of reserves are stored as a 256-bit mask is, and visited in order") {
    std::mt19937_64 random(9);
    for (int i = 0; i < 2000; ++i) {
        ReserveBits bits;
        std::vector<unsigned> ids;
        U256 mask;
        for (unsigned id = 0; id < kMaxReserves; ++id) {
            const bool on = random() % 16 == 0;
            bits.set_bit(id, on);
            mask.set_bit(id, on);
            if (on) {
                ids.push_back(id);
            }
        }
        std::vector<unsigned> visited;
        for (unsigned id = bits.next(0); id < kMaxReserves; id = bits.next(id + 1)) {
            visited.push_back(id);
        }
        REQUIRE(visited == ids);
        REQUIRE(bits == mask);
        REQUIRE(ledger::encode(bits) == ledger::encode(mask));
        REQUIRE(*ledger::decode<ReserveBits>(ledger::encode(mask)) == bits);
    }
    U256 beyond;
    beyond.set_bit(kMaxReserves, true);
    REQUIRE(ledger::decode<ReserveBits>(ledger::encode(beyond)).error().code() == Code::kCorrupt);
}

}  // namespace faultline::aave
