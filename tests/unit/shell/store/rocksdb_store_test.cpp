// SPDX-License-Identifier: Apache-2.0
#include "entries.hpp"
#include "faulty_file_system.hpp"
#include "temporary_folder.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>
#include <rocksdb/env.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <random>
#include <shell/store/rocksdb_store.hpp>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace faultline::store {
namespace {

/// A RocksDB whose disk fails on demand.
struct Fixture {
    TemporaryFolder folder;
    std::shared_ptr<FaultyFileSystem> disk = std::make_shared<FaultyFileSystem>();
    std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
    std::unique_ptr<Store> store;

    Fixture() { open(); }

    void open() {
        store.reset();
        RocksDbSettings settings;
        settings.env = env.get();
        settings.recovery_bytes = 1;
        auto opened = open_rocksdb_with(folder.database(), settings);
        REQUIRE(opened.has_value());
        store = *std::move(opened);
    }

    /// Tries to move "a" from `from` to `to` in two families; the error.
    Error fail_to_write(std::string_view value) const {
        const Result<void> failed = write(value);
        REQUIRE_FALSE(failed.has_value());
        return failed.error();
    }

    [[nodiscard]] Result<void> write(std::string_view value) const {
        Batch batch;
        batch.put(Family::kRows, bytes("a"), bytes(value));
        batch.put(Family::kMeta, bytes("checkpoint"), bytes(value));
        batch.erase(Family::kOutbox, bytes("sent"));
        batch.put(Family::kUndo, bytes(value), bytes("new key"));
        return store->commit(batch, Durability::kSynced);
    }

    [[nodiscard]] std::string state() const {
        return dump(*store, Family::kRows) + " | " + dump(*store, Family::kMeta) + " | " +
               dump(*store, Family::kOutbox) + " | " + dump(*store, Family::kUndo);
    }
};

void damage(const std::filesystem::path& file) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    for (std::streamoff at = 0; at < size; at += 64) {
        stream.seekp(at);
        stream.put('\x5a');
    }
}

std::vector<std::filesystem::path> files(const std::string& folder, std::string_view extension) {
    std::vector<std::filesystem::path> out;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() == extension) {
            out.push_back(file.path());
        }
    }
    return out;
}

/// Enough random data to leave tables on disk.
void fill(const std::string& path) {
    RocksDbSettings settings;
    settings.write_buffer_bytes = 64UL << 10U;
    auto store = open_rocksdb_with(path, settings);
    REQUIRE(store.has_value());
    std::mt19937_64 random(5);
    for (int i = 0; i < 200; ++i) {
        std::string value(4096, ' ');
        for (char& c : value) {
            c = static_cast<char>(random());
        }
        put_all(**store, Family::kRows, {{std::to_string(i), value}}, Durability::kBuffered);
    }
}

}  // namespace

TEST_CASE("what was committed is there after opening again", "[store][rocksdb]") {
    const TemporaryFolder folder;
    for (int i = 0; i < 3; ++i) {
        auto store = open_rocksdb(folder.path() + "/made/on/the/way");
        REQUIRE(store.has_value());
        put_all(**store, Family::kRows, {{std::to_string(i), "x"}}, Durability::kBuffered);
        CHECK(
            dump(**store, Family::kRows) ==
            std::string("0=x 1=x 2=x").substr(0, static_cast<std::size_t>(4 * i) + 3)
        );
    }
}

TEST_CASE(
    "a folder that is open elsewhere is refused with the path and the reason", "[store][rocksdb]"
) {
    const TemporaryFolder folder;
    auto first = open_rocksdb(folder.database());
    REQUIRE(first.has_value());
    const auto second = open_rocksdb(folder.database());
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code() == Code::kUnavailable);
    CHECK(second.error().message().contains(folder.database()));
    CHECK(second.error().message().contains("Another faultline may be running"));
    first->reset();
    CHECK(open_rocksdb(folder.database()).has_value());
}

TEST_CASE("a path that cannot be a folder is refused with the path", "[store][rocksdb]") {
    const std::string path =
        GENERATE(std::string("/dev/null/data"), std::string("/proc/faultline"));
    const auto store = open_rocksdb(path);
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().code() == Code::kUnavailable);
    CHECK(store.error().message().contains(path));
    CHECK_FALSE(store.error().advice().empty());
}

TEST_CASE(
    "a failed write changes nothing, and the next one works once the disk does", "[store][rocksdb]"
) {
    Fixture fixture;
    put_all(*fixture.store, Family::kOutbox, {{"sent", "yes"}});
    REQUIRE(fixture.write("1").has_value());
    put_all(*fixture.store, Family::kOutbox, {{"sent", "again"}});
    const std::string before = fixture.state();
    const Fault fault =
        GENERATE(Fault::kNoSpace, Fault::kTornWrite, Fault::kLostSync, Fault::kReadOnly);

    fixture.disk->set(fault);
    for (int attempt = 0; attempt < 3; ++attempt) {
        const Error error = fixture.fail_to_write("2");
        CHECK(error.code() == Code::kUnavailable);
        CHECK(error.message().contains(fixture.folder.database()));
        CHECK_FALSE(error.advice().empty());
        CHECK(fixture.state() == before);
    }

    fixture.disk->set(Fault::kNone);
    SECTION("the same batch again") {
        REQUIRE(fixture.write("2").has_value());
        CHECK(fixture.state() == "a=2 | checkpoint=2 |  | 1=new key 2=new key");
    }
    SECTION("another batch instead, which must not bring the failed one back") {
        REQUIRE(fixture.store->commit(Batch(), Durability::kSynced).has_value());
        CHECK(fixture.state() == before);
        REQUIRE(fixture.write("3").has_value());
        CHECK(fixture.state() == "a=3 | checkpoint=3 |  | 1=new key 3=new key");
    }
    const std::string after = fixture.state();
    fixture.open();
    CHECK(fixture.state() == after);
}

TEST_CASE("a store survives many failed and repaired writes", "[store][rocksdb]") {
    Fixture fixture;
    std::mt19937_64 random(11);
    std::string expected = "0";
    REQUIRE(fixture.write("0").has_value());
    for (int i = 1; i < 40; ++i) {
        fixture.disk->set(static_cast<Fault>(random() % 5));
        const std::string value = std::to_string(i);
        if (fixture.write(value).has_value()) {
            expected = value;
        }
        CHECK(value_of(*fixture.store, Family::kRows, "a") == expected);
        fixture.disk->set(Fault::kNone);
        if (random() % 2 == 0) {
            REQUIRE(fixture.write(value).has_value());
            expected = value;
        }
        CHECK(value_of(*fixture.store, Family::kMeta, "checkpoint") == expected);
    }
}

TEST_CASE("a full disk is named with what to do", "[store][rocksdb]") {
    const Fixture fixture;
    fixture.disk->set(Fault::kNoSpace);
    const std::string message = fixture.fail_to_write("1").message();
    CHECK(message.contains("the disk is full"));
    CHECK(message.contains("Free space"));
}

TEST_CASE("a volume that turned read-only is named with what to do", "[store][rocksdb]") {
    const Fixture fixture;
    fixture.disk->set(Fault::kReadOnly);
    const std::string message = fixture.fail_to_write("1").message();
    CHECK(message.contains("read-only"));
    CHECK(message.contains("Mount it read-write"));
}

TEST_CASE("recovery waits until there is room to replay the log", "[store][rocksdb]") {
    Fixture fixture;
    RocksDbSettings settings;
    settings.env = fixture.env.get();
    settings.recovery_bytes = 1ULL << 60U;
    fixture.store.reset();
    auto opened = open_rocksdb_with(fixture.folder.database(), settings);
    REQUIRE(opened.has_value());
    fixture.store = *std::move(opened);
    REQUIRE(fixture.write("1").has_value());
    fixture.disk->set(Fault::kNoSpace);
    static_cast<void>(fixture.fail_to_write("2"));
    fixture.disk->set(Fault::kNone);
    CHECK(fixture.fail_to_write("2").message().contains("the disk is full"));
    CHECK(value_of(*fixture.store, Family::kRows, "a") == "1");
}

TEST_CASE("a damaged table is reported, not read", "[store][rocksdb]") {
    const TemporaryFolder folder;
    fill(folder.database());
    const auto tables = files(folder.database(), ".sst");
    REQUIRE_FALSE(tables.empty());
    for (const auto& table : tables) {
        damage(table);
    }
    auto store = open_rocksdb(folder.database());
    Error error(Code::kTransient, "none");
    if (store) {
        const auto found = (*store)->get(Family::kRows, bytes("1"));
        REQUIRE_FALSE(found.has_value());
        error = found.error();
    } else {
        error = store.error();
    }
    CHECK(error.code() == Code::kCorrupt);
    CHECK(error.message().contains(folder.database()));
    CHECK(error.message().contains("backup"));
}

TEST_CASE("tables whose index is missing are refused rather than deleted", "[store][rocksdb]") {
    const TemporaryFolder folder;
    fill(folder.database());
    std::filesystem::remove(folder.database() + "/CURRENT");
    const std::size_t tables = files(folder.database(), ".sst").size();
    const auto store = open_rocksdb(folder.database());
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().code() == Code::kCorrupt);
    CHECK(files(folder.database(), ".sst").size() == tables);
}

TEST_CASE("a folder left by a first start that was killed is used", "[store][rocksdb]") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.database());
    std::ofstream(folder.database() + "/LOG") << "half a line";
    std::ofstream(folder.database() + "/MANIFEST-000001") << "half";
    auto store = open_rocksdb(folder.database());
    REQUIRE(store.has_value());
    put_all(**store, Family::kRows, {{"a", "1"}});
}

TEST_CASE("a torn end of the log costs the last batch only", "[store][rocksdb]") {
    const TemporaryFolder folder;
    {
        auto store = open_rocksdb(folder.database());
        REQUIRE(store.has_value());
        put_all(**store, Family::kRows, {{"a", "1"}});
        put_all(**store, Family::kRows, {{"b", "2"}});
    }
    const auto logs = files(folder.database(), ".log");
    REQUIRE(logs.size() == 1);
    std::filesystem::resize_file(logs[0], std::filesystem::file_size(logs[0]) - 3);
    auto store = open_rocksdb(folder.database());
    REQUIRE(store.has_value());
    CHECK(dump(**store, Family::kRows) == "a=1");
}

TEST_CASE("kept blocks are compressed", "[store]") {
    // As logs are: a few contracts and topics again and again, accounts and amounts in between.
    std::mt19937_64 random(1);
    std::vector<Bytes> words(64, Bytes(32));
    for (Bytes& word : words) {
        std::ranges::generate(word, [&random] { return static_cast<std::uint8_t>(random()); });
    }
    TemporaryFolder folder;
    RocksDbSettings settings;
    settings.write_buffer_bytes = 256UL << 10U;
    std::size_t written = 0;
    {
        const auto store = open_rocksdb_with(folder.database(), settings);
        REQUIRE(store);
        for (int block = 0; block < 1000; ++block) {
            Bytes value;
            for (int i = 0; i < 256; ++i) {
                const Bytes& word = words[random() % words.size()];
                value.insert(value.end(), word.begin(), word.end());
            }
            written += value.size();
            Batch batch;
            batch.put(Family::kBlocks, bytes(std::to_string(block)), value);
            REQUIRE((*store)->commit(batch, Durability::kBuffered));
        }
    }
    std::uintmax_t tables = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.database())) {
        tables += file.path().extension() == ".sst" ? file.file_size() : 0;
    }
    CHECK(tables > 0);
    CHECK(tables < written / 4);
}

}  // namespace faultline::store
