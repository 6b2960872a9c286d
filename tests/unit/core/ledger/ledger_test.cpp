// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::ledger {
namespace {

enum class Light : std::uint8_t {
    kRed,
    kGreen
};

constexpr Light last_of(Light /*of*/) noexcept {
    return Light::kGreen;
}

struct Key {
    std::uint16_t market = 0;
    Address account;
    auto operator<=>(const Key&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.account); }
};

struct Value {
    U256 amount;
    std::string note;
    std::vector<std::uint32_t> list;
    bool operator==(const Value&) const = default;

    auto fields(this auto& self) { return std::tie(self.amount, self.note, self.list); }
};

Key key_of(std::uint64_t n) {
    Key key;
    key.market = static_cast<std::uint16_t>(n % 3);
    key.account.bytes[19] = static_cast<std::uint8_t>(n);
    return key;
}

using Model = std::map<Key, Value>;

void require_equal(const Table<Key, Value>& table, const Model& model) {
    REQUIRE(table.size() == model.size());
    for (const auto& [key, value] : model) {
        REQUIRE(table.find(key) != nullptr);
        REQUIRE(*table.find(key) == value);
    }
}

}  // namespace

TEST_CASE("undoing any number of random blocks restores the rows before them, byte for byte") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 50; ++round) {
        Ledger ledger;
        Table<Key, Value> table(ledger, 1);
        Model model;
        std::vector<Model> models{model};
        std::vector<std::vector<RowChange>> blocks;
        std::vector<std::vector<RowChange>> dumps{ledger.dump()};
        for (int step = 0; step < 60; ++step) {
            const bool undo = !blocks.empty() && random() % 3 == 0;
            if (undo) {
                REQUIRE(ledger.undo(blocks.back()));
                blocks.pop_back();
                models.pop_back();
                dumps.pop_back();
                model = models.back();
            } else {
                for (std::uint64_t writes = random() % 8; writes > 0; --writes) {
                    const Key key = key_of(random() % 20);
                    if (random() % 3 == 0) {
                        table.erase(key);
                        model.erase(key);
                    } else {
                        Value value{
                            .amount = U256(random()),
                            .note = std::string(random() % 5, 'x'),
                            .list = {1, 2}
                        };
                        table.put(key, value);
                        model[key] = value;
                    }
                }
                blocks.push_back(ledger.seal());
                models.push_back(model);
                dumps.push_back(ledger.dump());
            }
            require_equal(table, model);
            REQUIRE(ledger.dump() == dumps.back());
        }
    }
}

TEST_CASE("what is looked back at is what was before the block, and changes nothing") {
    std::mt19937_64 random(11);
    Ledger ledger;
    Table<Key, Value> table(ledger, 1);
    Table<Key, Value> other(ledger, 2);
    for (int block = 0; block < 300; ++block) {
        const std::vector<RowChange> before = ledger.dump();
        for (std::uint64_t writes = random() % 12; writes > 0; --writes) {
            const Key key = key_of(random() % 6);
            if (random() % 2 == 0) {
                table.erase(key);
            } else {
                table.put(key, {.amount = U256(random()), .note = {}, .list = {}});
            }
            if (random() % 3 == 0) {
                // In mid-block, too: what is written after it is of the same block.
                const std::vector<RowChange> now = ledger.dump();
                bool looked = false;
                ledger.look_back({1}, [&] {
                    looked = true;
                    REQUIRE(ledger.dump() == before);
                });
                REQUIRE(looked);
                REQUIRE(ledger.dump() == now);
            }
        }
        const std::vector<RowChange> after = ledger.dump();
        const std::vector<RowChange> changes = ledger.seal();
        const auto turned = ledger.undo(changes);
        REQUIRE(turned);
        REQUIRE(ledger.dump() == before);
        REQUIRE(ledger.undo(*turned));
        REQUIRE(ledger.dump() == after);
    }
}

TEST_CASE("sealing some tables ahead of the others makes the same block") {
    std::mt19937_64 random(13);
    Ledger plain;
    Ledger early;
    std::map<TableId, Table<Key, Value>> of_plain;
    std::map<TableId, Table<Key, Value>> of_early;
    for (const TableId id : {TableId{1}, TableId{3}, TableId{5}, TableId{8}}) {
        of_plain.try_emplace(id, plain, id);
        of_early.try_emplace(id, early, id);
    }
    const auto write = [&](TableId id) {
        for (std::uint64_t writes = random() % 4; writes > 0; --writes) {
            const Key key = key_of(random() % 6);
            const Value value{.amount = U256(random()), .note = {}, .list = {}};
            for (auto* const of : {&of_plain, &of_early}) {
                if (value.amount.low_u64() % 3 == 0) {
                    of->at(id).erase(key);
                } else {
                    of->at(id).put(key, value);
                }
            }
        }
    };
    for (int block = 0; block < 200; ++block) {
        const std::set<TableId> ahead =
            block % 2 == 0 ? std::set<TableId>{3, 8} : std::set<TableId>{1, 5};
        for (const auto& entry : of_plain) {
            write(entry.first);
        }
        early.seal_ahead([&ahead](TableId id) { return ahead.contains(id); });
        for (const auto& entry : of_plain) {
            if (!ahead.contains(entry.first)) {
                write(entry.first);
            }
        }
        REQUIRE(early.seal() == plain.seal());
        REQUIRE(early.dump() == plain.dump());
    }
}

TEST_CASE("changes are sorted by key and leave out rows that ended as they began") {
    Ledger ledger;
    Table<Key, Value> table(ledger, 1);
    table.put(key_of(2), {.amount = 5, .note = {}, .list = {}});
    table.put(key_of(1), {.amount = 4, .note = {}, .list = {}});
    const auto first = ledger.seal();
    REQUIRE(first.size() == 2);
    REQUIRE(first[0].key < first[1].key);
    REQUIRE_FALSE(first[0].before.has_value());

    table.update(key_of(1), [](Value& value) { value.amount = 9; });
    table.update(key_of(1), [](Value& value) { value.amount = 4; });
    table.erase(key_of(2));
    const auto second = ledger.seal();
    REQUIRE(second.size() == 1);
    REQUIRE_FALSE(second[0].after.has_value());
}

TEST_CASE("a row that goes and comes again within a block keeps its first before-image") {
    Ledger ledger;
    Table<Key, Value> table(ledger, 1);
    table.put(key_of(1), {.amount = 4, .note = "first", .list = {}});
    static_cast<void>(ledger.seal());
    const auto before = ledger.dump();
    table.erase(key_of(1));
    table.put(key_of(1), {.amount = 5, .note = {}, .list = {}});
    table.erase(key_of(1));
    table.put(key_of(1), {.amount = 6, .note = {}, .list = {}});
    const auto changes = ledger.seal();
    REQUIRE(changes.size() == 1);
    REQUIRE(ledger.undo(changes));
    REQUIRE(ledger.dump() == before);
}

TEST_CASE("a run tells of each row that it wrote how it ended, and blocks after it are journaled") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 50; ++round) {
        Ledger ledger;
        Table<Key, Value> table(ledger, 1);
        std::map<Bytes, Bytes> stored;
        for (int block = 0; block < 20; ++block) {
            const bool run = random() % 2 == 0;
            if (run) {
                ledger.begin_run();
            }
            for (std::uint64_t writes = random() % 30; writes > 0; --writes) {
                const Key key = key_of(random() % 12);
                if (random() % 3 == 0) {
                    table.erase(key);
                } else {
                    table.put(key, {.amount = U256(random() % 5), .note = {}, .list = {}});
                }
            }
            const auto store = [&](TableId, BytesView key, std::optional<BytesView> value) {
                if (value) {
                    stored[Bytes(key.begin(), key.end())] = Bytes(value->begin(), value->end());
                } else {
                    stored.erase(Bytes(key.begin(), key.end()));
                }
            };
            if (run) {
                ledger.seal_run(store);
            } else {
                for (const RowChange& change : ledger.seal()) {
                    REQUIRE(change.before != change.after);
                    store(change.table, change.key, change.after);
                }
            }
            std::map<Bytes, Bytes> now;
            for (const RowChange& row : ledger.dump()) {
                now.emplace(row.key, *row.after);
            }
            REQUIRE(stored == now);
        }
    }
}

TEST_CASE("a dump that is loaded into a new ledger gives an equal dump") {
    Ledger ledger;
    Table<Key, Value> table(ledger, 1);
    for (std::uint64_t i = 0; i < 100; ++i) {
        table.put(key_of(i), {.amount = U256::max(), .note = std::to_string(i), .list = {7}});
    }
    static_cast<void>(ledger.seal());
    Ledger copy;
    const Table<Key, Value> copied(copy, 1);
    for (const RowChange& row : ledger.dump()) {
        REQUIRE(copy.load(row.table, row.key, *row.after));
    }
    REQUIRE(copy.dump() == ledger.dump());
}

TEST_CASE("damaged rows and unknown tables are refused as corrupt") {
    Ledger ledger;
    Table<Key, Value> table(ledger, 1);
    const Bytes key = encode(key_of(1));
    Bytes value = encode(Value{.amount = 77, .note = "n", .list = {1}});
    REQUIRE(ledger.load(1, key, value));
    REQUIRE(ledger.load(2, key, value).error().code() == Code::kCorrupt);
    for (std::size_t size = 0; size < value.size(); ++size) {
        REQUIRE(ledger.load(1, key, BytesView(value).first(size)).error().code() == Code::kCorrupt);
    }
    value.push_back(0);
    REQUIRE(ledger.load(1, key, value).error().code() == Code::kCorrupt);
}

TEST_CASE("encoded keys order as the keys do") {
    std::mt19937_64 random(3);
    for (int i = 0; i < 2000; ++i) {
        const Key a = key_of(random() % 400);
        const Key b = key_of(random() % 400);
        REQUIRE((a < b) == (encode(a) < encode(b)));
    }
}

TEST_CASE("an enumeration beyond its last value is damage, not a value") {
    REQUIRE(*decode<Light>(Bytes{1}) == Light::kGreen);
    REQUIRE(decode<Light>(Bytes{2}).error().code() == Code::kCorrupt);
    REQUIRE(decode<Light>(Bytes{255}).error().code() == Code::kCorrupt);
}

TEST_CASE("a 256-bit value has one encoding only") {
    REQUIRE(encode(U256(0)) == Bytes{0});
    REQUIRE(encode(U256(256)) == Bytes{2, 1, 0});
    REQUIRE_FALSE(decode<U256>(Bytes{2, 0, 1}));
    REQUIRE_FALSE(decode<U256>(Bytes{33}));
    REQUIRE(*decode<U256>(encode(U256::max())) == U256::max());
}

}  // namespace faultline::ledger
