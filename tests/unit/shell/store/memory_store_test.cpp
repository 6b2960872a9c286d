// SPDX-License-Identifier: Apache-2.0
#include "entries.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace faultline::store {

TEST_CASE("a crash keeps synced batches and a prefix of the buffered ones", "[store]") {
    const std::size_t kept =
        GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{9});
    MemoryStore store;
    put_all(store, Family::kRows, {{"a", "1"}}, Durability::kBuffered);
    put_all(store, Family::kRows, {{"b", "2"}}, Durability::kSynced);
    put_all(store, Family::kRows, {{"c", "3"}}, Durability::kBuffered);
    put_all(store, Family::kRows, {{"d", "4"}}, Durability::kBuffered);
    CHECK(store.buffered() == 2);
    CHECK(dump(store, Family::kRows) == "a=1 b=2 c=3 d=4");

    store.crash(kept);

    const std::string survived = kept == 0   ? "a=1 b=2"
                                 : kept == 1 ? "a=1 b=2 c=3"
                                             : "a=1 b=2 c=3 d=4";
    CHECK(dump(store, Family::kRows) == survived);
    CHECK(store.buffered() == 0);
    store.crash(0);
    CHECK(dump(store, Family::kRows) == survived);
}

TEST_CASE("a store that crashed goes on from what was durable", "[store]") {
    MemoryStore store;
    put_all(store, Family::kRows, {{"a", "1"}}, Durability::kBuffered);
    store.crash(0);
    put_all(store, Family::kRows, {{"b", "2"}}, Durability::kSynced);
    store.crash(0);
    CHECK(dump(store, Family::kRows) == "b=2");
}

TEST_CASE("a failing commit changes nothing and the next one works", "[store]") {
    MemoryStore store;
    put_all(store, Family::kRows, {{"a", "1"}});
    int asked = 0;
    store.fail_commits([&]() -> std::optional<Error> {
        if (++asked > 1) {
            return std::nullopt;
        }
        return Error(Code::kUnavailable, "the disk is full");
    });
    Batch batch;
    batch.put(Family::kRows, bytes("a"), bytes("2"));
    const Result<void> failed = store.commit(batch, Durability::kSynced);
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code() == Code::kUnavailable);
    CHECK(dump(store, Family::kRows) == "a=1");
    REQUIRE(store.commit(batch, Durability::kSynced).has_value());
    CHECK(dump(store, Family::kRows) == "a=2");
}

}  // namespace faultline::store
