// SPDX-License-Identifier: Apache-2.0
#include "entries.hpp"
#include "temporary_folder.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace faultline::store {

TEST_CASE("a store is read as it is while its writer has it open, and is not changed") {
    const TemporaryFolder folder;
    auto writer = open_rocksdb(folder.database());
    REQUIRE(writer.has_value());
    put_all(**writer, Family::kRows, {{"a", "1"}, {"b", "2"}});
    put_all(**writer, Family::kBlocks, {{"n", "block"}}, Durability::kBuffered);
    auto reader = open_rocksdb_read_only(folder.database());
    INFO((reader ? std::string() : reader.error().message()));
    REQUIRE(reader.has_value());
    CHECK(dump(**reader, Family::kRows) == "a=1 b=2");
    CHECK(dump(**reader, Family::kRows, "b") == "b=2");
    CHECK(value_of(**reader, Family::kBlocks, "n") == "block");
    CHECK(value_of(**reader, Family::kBlocks, "m") == "-");
    put_all(**writer, Family::kRows, {{"a", "3"}});
    CHECK(value_of(**reader, Family::kRows, "a") == "1");
    Batch batch;
    batch.put(Family::kRows, bytes("a"), bytes("4"));
    const auto refused = (*reader)->commit(batch, Durability::kSynced);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == Code::kRejected);
    put_all(**writer, Family::kRows, {{"c", "5"}});
    CHECK(value_of(**writer, Family::kRows, "a") == "3");
}

TEST_CASE("where there is no store, reading says so and makes none") {
    const TemporaryFolder folder;
    const auto none = open_rocksdb_read_only(folder.database());
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().code() == Code::kUnavailable);
    CHECK_THAT(none.error().message(), Catch::Contains(folder.database() + ": there is no store"));
    CHECK_FALSE(std::filesystem::exists(folder.database()));
}

}  // namespace faultline::store
