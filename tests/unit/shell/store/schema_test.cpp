// SPDX-License-Identifier: Apache-2.0
#include "entries.hpp"
#include "temporary_folder.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::store {
namespace {

const SchemaIdentity kMainnet{
    .chain_id = 1, .fingerprint = "aave pool 0x87870bca from block 22000000"
};

std::string refusal(Store& store, const SchemaIdentity& identity) {
    const Result<void> checked = check_schema(store, identity);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code() == Code::kInvalid);
    CHECK_FALSE(checked.error().advice().empty());
    return checked.error().message();
}

}  // namespace

TEST_CASE("an empty store takes the identity it is opened with and keeps it", "[store]") {
    const TemporaryFolder folder;
    for (int start = 0; start < 3; ++start) {
        auto store = open_rocksdb(folder.database());
        REQUIRE(store.has_value());
        CHECK(check_schema(**store, kMainnet).has_value());
    }
}

TEST_CASE("the identity is durable at once", "[store]") {
    MemoryStore store;
    REQUIRE(check_schema(store, kMainnet).has_value());
    store.crash(0);
    CHECK(
        refusal(store, {.chain_id = 10, .fingerprint = kMainnet.fingerprint}).contains("chain id 1")
    );
}

TEST_CASE("a store of another chain or market is refused, naming both", "[store]") {
    MemoryStore store;
    REQUIRE(check_schema(store, kMainnet).has_value());

    const std::string chain = refusal(store, {.chain_id = 10, .fingerprint = kMainnet.fingerprint});
    CHECK(chain.contains("chain id 1, but the configuration names 10"));

    const std::string market = refusal(store, {.chain_id = 1, .fingerprint = "aave pool 0x1111"});
    CHECK(market.contains(kMainnet.fingerprint));
    CHECK(market.contains("0x1111"));
    CHECK(market.contains("faultline resync"));

    CHECK(check_schema(store, kMainnet).has_value());
}

TEST_CASE("a store of another schema version is refused", "[store]") {
    MemoryStore store;
    REQUIRE(check_schema(store, kMainnet).has_value());
    put_all(store, Family::kMeta, {{"schema.version", "999"}});
    CHECK(refusal(store, kMainnet)
              .contains(
                  "schema version 999, this program reads version " + std::to_string(kSchemaVersion)
              ));
}

TEST_CASE("data without a schema version is refused rather than adopted", "[store]") {
    const Family family = GENERATE(Family::kMeta, Family::kRows, Family::kDead);
    MemoryStore store;
    put_all(store, family, {{"something", "else"}});
    CHECK(refusal(store, kMainnet).contains("no schema version"));
}

TEST_CASE("a store that cannot write says so when it is first used", "[store]") {
    MemoryStore store;
    store.fail_commits([] { return Error(Code::kUnavailable, "the disk is full"); });
    const Result<void> checked = check_schema(store, kMainnet);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code() == Code::kUnavailable);
}

}  // namespace faultline::store
