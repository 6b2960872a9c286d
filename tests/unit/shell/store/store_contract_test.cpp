// SPDX-License-Identifier: Apache-2.0
// One suite for every Store, so that a simulation over the one in memory cannot lie about RocksDB.
#include "entries.hpp"
#include "temporary_folder.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace faultline::store {
namespace {

class Subject {
  public:
    explicit Subject(const std::string& kind) {
        if (kind == "memory") {
            store_ = std::make_unique<MemoryStore>();
        } else {
            auto opened = open_rocksdb(folder_.database());
            REQUIRE(opened.has_value());
            store_ = *std::move(opened);
        }
    }

    Store& operator*() { return *store_; }

    Store* operator->() { return store_.get(); }

  private:
    TemporaryFolder folder_;
    std::unique_ptr<Store> store_;
};

std::string any_kind() {
    return GENERATE(std::string("memory"), std::string("rocksdb"));
}

}  // namespace

TEST_CASE("every family has a name of its own", "[store]") {
    std::map<std::string, std::size_t> names;
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
        names.emplace(family_name(static_cast<Family>(i)), i);
    }
    CHECK(names.size() == kFamilyCount);
    CHECK(names.contains("outbox"));
    CHECK_FALSE(names.contains("unknown"));
    CHECK_FALSE(names.contains("default"));
}

TEST_CASE("a new store is empty in every family", "[store][contract]") {
    Subject store(any_kind());
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
        CHECK(dump(*store, static_cast<Family>(i)).empty());
        CHECK(value_of(*store, static_cast<Family>(i), "key") == "-");
    }
}

TEST_CASE("a committed batch is read back from every family it wrote", "[store][contract]") {
    Subject store(any_kind());
    const Durability durability = GENERATE(Durability::kSynced, Durability::kBuffered);
    Batch batch;
    batch.put(Family::kMeta, bytes("k"), bytes("meta"));
    batch.put(Family::kRows, bytes("k"), bytes("rows"));
    batch.put(Family::kUndo, bytes("k"), bytes("undo"));
    REQUIRE(store->commit(batch, durability).has_value());
    CHECK(value_of(*store, Family::kMeta, "k") == "meta");
    CHECK(value_of(*store, Family::kRows, "k") == "rows");
    CHECK(value_of(*store, Family::kUndo, "k") == "undo");
    CHECK(value_of(*store, Family::kOutbox, "k") == "-");
}

TEST_CASE("an empty batch changes nothing", "[store][contract]") {
    Subject store(any_kind());
    put_all(*store, Family::kRows, {{"a", "1"}});
    CHECK(store->commit(Batch(), Durability::kSynced).has_value());
    CHECK(dump(*store, Family::kRows) == "a=1");
}

TEST_CASE("the last write to a key within a batch wins", "[store][contract]") {
    Subject store(any_kind());
    Batch batch;
    batch.put(Family::kRows, bytes("a"), bytes("1"));
    batch.put(Family::kRows, bytes("a"), bytes("2"));
    batch.put(Family::kRows, bytes("b"), bytes("1"));
    batch.erase(Family::kRows, bytes("b"));
    batch.erase(Family::kRows, bytes("c"));
    batch.put(Family::kRows, bytes("c"), bytes("3"));
    REQUIRE(store->commit(batch, Durability::kSynced).has_value());
    CHECK(dump(*store, Family::kRows) == "a=2 c=3");
}

TEST_CASE("erasing removes a key and erasing an absent key is no error", "[store][contract]") {
    Subject store(any_kind());
    put_all(*store, Family::kRows, {{"a", "1"}, {"b", "2"}});
    Batch batch;
    batch.erase(Family::kRows, bytes("a"));
    batch.erase(Family::kRows, bytes("never was"));
    REQUIRE(store->commit(batch, Durability::kSynced).has_value());
    CHECK(dump(*store, Family::kRows) == "b=2");
}

TEST_CASE("an empty value is a value and an empty key is a key", "[store][contract]") {
    Subject store(any_kind());
    put_all(*store, Family::kRows, {{"", "empty key"}, {"empty value", ""}});
    CHECK(value_of(*store, Family::kRows, "") == "empty key");
    CHECK(value_of(*store, Family::kRows, "empty value").empty());
    CHECK(dump(*store, Family::kRows) == "=empty key empty value=");
}

TEST_CASE("keys order by unsigned bytes, shorter first", "[store][contract]") {
    Subject store(any_kind());
    const std::vector<Bytes> ordered = {
        {}, {0x00}, {0x00, 0x00}, {0x00, 0xff}, {0x7f}, {0x80}, {0xff}, {0xff, 0x00}
    };
    Batch batch;
    for (auto key = ordered.rbegin(); key != ordered.rend(); ++key) {
        batch.put(Family::kUndo, *key, *key);
    }
    REQUIRE(store->commit(batch, Durability::kSynced).has_value());
    std::vector<Bytes> seen;
    REQUIRE(store
                ->scan(
                    Family::kUndo,
                    {},
                    [&](BytesView key, BytesView value) {
                        CHECK(Bytes(key.begin(), key.end()) == Bytes(value.begin(), value.end()));
                        seen.emplace_back(key.begin(), key.end());
                        return true;
                    }
                )
                .has_value());
    CHECK(seen == ordered);
}

TEST_CASE("a scan starts at the first key not before the one given", "[store][contract]") {
    Subject store(any_kind());
    put_all(*store, Family::kOutbox, {{"a", "1"}, {"c", "3"}, {"e", "5"}});
    put_all(*store, Family::kDead, {{"d", "4"}});
    CHECK(dump(*store, Family::kOutbox) == "a=1 c=3 e=5");
    CHECK(dump(*store, Family::kOutbox, "c") == "c=3 e=5");
    CHECK(dump(*store, Family::kOutbox, "b") == "c=3 e=5");
    CHECK(dump(*store, Family::kOutbox, "f").empty());
}

TEST_CASE("a scan ends when the visitor has seen enough", "[store][contract]") {
    Subject store(any_kind());
    put_all(*store, Family::kOutbox, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
    int visited = 0;
    REQUIRE(store->scan(
                     Family::kOutbox, {}, [&](BytesView, BytesView) { return ++visited < 2; }
    ).has_value());
    CHECK(visited == 2);
}

TEST_CASE("a value of several megabytes comes back whole", "[store][contract]") {
    Subject store(any_kind());
    std::mt19937_64 random(7);
    Bytes large(5UL << 20U);
    for (std::uint8_t& byte : large) {
        byte = static_cast<std::uint8_t>(random());
    }
    Batch batch;
    batch.put(Family::kUndo, bytes("large"), large);
    REQUIRE(store->commit(batch, Durability::kSynced).has_value());
    const auto found = store->get(Family::kUndo, bytes("large"));
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    CHECK(**found == large);
}

TEST_CASE("random batches leave what a plain map would hold", "[store][contract]") {
    Subject store(any_kind());
    std::mt19937_64 random(20261121);
    std::array<std::map<std::string, std::string>, kFamilyCount> model;
    for (int round = 0; round < 300; ++round) {
        Batch batch;
        const std::uint64_t writes = random() % 20;
        for (std::uint64_t i = 0; i < writes; ++i) {
            const std::size_t family = random() % kFamilyCount;
            const std::string key = std::to_string(random() % 64);
            if (random() % 4 == 0) {
                batch.erase(static_cast<Family>(family), bytes(key));
                model[family].erase(key);
            } else {
                const std::string value = std::to_string(random());
                batch.put(static_cast<Family>(family), bytes(key), bytes(value));
                model[family][key] = value;
            }
        }
        const Durability durability =
            random() % 8 == 0 ? Durability::kSynced : Durability::kBuffered;
        REQUIRE(store->commit(batch, durability).has_value());
    }
    for (std::size_t family = 0; family < kFamilyCount; ++family) {
        std::string expected;
        for (const auto& [key, value] : model[family]) {
            expected += (expected.empty() ? "" : " ") + key + "=" + value;
        }
        CHECK(dump(*store, static_cast<Family>(family)) == expected);
    }
}

}  // namespace faultline::store
