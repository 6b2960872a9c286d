// SPDX-License-Identifier: Apache-2.0
#include "rocksdb_store.hpp"

#include "rocksdb_error.hpp"
#include "rocksdb_slice.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::store {
namespace {

/// An open database with its families; closing it is destroying it.
struct Database {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> families;

    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    ~Database() {
        for (rocksdb::ColumnFamilyHandle* family : families) {
            db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
        }
    }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
        // families[0] is RocksDB's own "default", which stays empty.
        return families.at(static_cast<std::size_t>(family) + 1);
    }
};

/// RocksDB's own log file goes into the folder of the data, and when the disk is full its second
/// failed write there is an assertion that ends the process. What matters comes back as a status.
class NoLogFile final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;

    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::DBOptions database_options(const RocksDbSettings& settings) {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    if (settings.env != nullptr) {
        options.env = settings.env;
    }
    options.db_write_buffer_size = settings.write_buffers_total_bytes;
    options.max_total_wal_size = settings.write_buffers_total_bytes;
    options.max_open_files = 512;
    options.max_background_jobs = 2;
    // Tables reach the disk bit by bit: a log is not kept waiting for all of one.
    constexpr std::uint64_t kSyncedBytes = 512UL << 10U;
    options.bytes_per_sync = kSyncedBytes;
    // A memtable of rows (open_database) takes one writer at a time, and there is only one.
    options.allow_concurrent_memtable_write = false;
    options.info_log = std::make_shared<NoLogFile>();
    // Every prefix of the log ends at a block, so a tail torn by power loss costs refetching those
    // blocks and nothing else. A log that ends before the tables do is refused as corrupt.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    // A failed write is recovered by the next commit, in a known order, and not behind its back.
    options.max_bgerror_resume_count = 0;
    return options;
}

rocksdb::ColumnFamilyOptions family_options(
    const RocksDbSettings& settings,
    const std::shared_ptr<rocksdb::Cache>& cache,
    std::size_t table_block_bytes
) {
    rocksdb::BlockBasedTableOptions table;
    table.block_size = table_block_bytes;
    table.block_cache = cache;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    constexpr double kBloomBitsPerKey = 10;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    table.format_version = 5;

    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = settings.write_buffer_bytes;
    options.compression = rocksdb::kZSTD;
    options.level_compaction_dynamic_level_bytes = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

/// Flushes and compactions take what blocks leave of the processors: an alert waits for no table.
void give_way(rocksdb::Env& env) {
    for (const auto pool : {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH}) {
        // An Env that cannot, as those of tests, works as it is.
        env.LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow).PermitUncheckedError();
    }
}

/// RocksDB makes a new database where it finds no CURRENT file, and deletes the tables it does not
/// know. Tables without CURRENT are therefore refused here.
Result<void> refuse_headless(const std::string& path) {
    std::error_code failed;
    if (std::filesystem::exists(std::filesystem::path(path) / "CURRENT", failed)) {
        return {};
    }
    bool tables = false;
    // A folder that cannot be read is RocksDB's to complain of.
    for (std::filesystem::directory_iterator file(path, failed), end; !failed && file != end;
         file.increment(failed)) {
        tables = tables || file->path().extension() == ".sst";
    }
    if (!tables) {
        return {};
    }
    return rocksdb_error(
        "open", path, rocksdb::Status::Corruption("there are tables but no CURRENT file")
    );
}

Result<void> make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        return rocksdb_error(
            "make the data folder", path, rocksdb::Status::IOError(error.message())
        );
    }
    return {};
}

Result<std::shared_ptr<Database>> open_database(
    const std::string& path, const RocksDbSettings& settings
) {
    FAULTLINE_TRY_VOID(make_folder(path));
    FAULTLINE_TRY_VOID(refuse_headless(path));
    const auto cache = rocksdb::NewLRUCache(settings.cache_bytes);
    constexpr std::size_t kBlockBytes = 4UL << 10U;
    // Kept blocks and graphs are read in order, a replay at a time, and compress with their
    // neighbours.
    constexpr std::size_t kLargeBlockBytes = 64UL << 10U;
    const rocksdb::ColumnFamilyOptions options = family_options(settings, cache, kBlockBytes);
    rocksdb::ColumnFamilyOptions rows = options;
    // Rows are read once, when following begins; after that they are only written, in no order. A
    // vector that is sorted when it is flushed costs a fifth of the default skip list.
    rows.memtable_factory = std::make_shared<rocksdb::VectorRepFactory>();
    const rocksdb::ColumnFamilyOptions blocks = family_options(settings, cache, kLargeBlockBytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, options);
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
        const auto family = static_cast<Family>(i);
        const rocksdb::ColumnFamilyOptions& own =
            family == Family::kRows                                 ? rows
            : family == Family::kBlocks || family == Family::kGraph ? blocks
                                                                    : options;
        families.emplace_back(std::string(family_name(family)), own);
    }
    give_way(settings.env != nullptr ? *settings.env : *rocksdb::Env::Default());
    auto database = std::make_shared<Database>();
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(database_options(settings), path, families, &database->families, &raw);
    if (!status.ok()) {
        return rocksdb_error("open", path, status);
    }
    database->db.reset(raw);
    return database;
}

class RocksDbStore final : public Store {
  public:
    RocksDbStore(std::string path, RocksDbSettings settings, std::shared_ptr<Database> database)
        : path_(std::move(path)), settings_(settings), database_(std::move(database)) {}

    Result<void> commit(const Batch& batch, Durability durability) override;
    [[nodiscard]] Result<std::optional<Bytes>> get(Family family, BytesView key) const override;
    Result<void> scan(
        Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const override;

  private:
    [[nodiscard]] Result<std::shared_ptr<Database>> database() const;
    rocksdb::Status write(Database& database, const Batch& batch, Durability durability) const;
    [[nodiscard]] Result<Batch> before_images(const Batch& batch) const;
    [[nodiscard]] Result<void> probe() const;
    Result<void> recover();

    std::string path_;
    RocksDbSettings settings_;
    /// Replaced while a failed write is recovered; readers hold their own reference.
    std::atomic<std::shared_ptr<Database>> database_;
    /// Set by a failed commit: what puts things back as they were before it. RocksDB cannot say
    /// whether the failed batch reached the log, so recovery writes the before-images either way.
    std::optional<Batch> undo_;
    std::optional<Error> lost_;
};

Result<std::shared_ptr<Database>> RocksDbStore::database() const {
    if (auto open = database_.load()) {
        return open;
    }
    return Error(Code::kUnavailable, "read " + path_ + ": closed after a failed write")
        .advise("The next successful commit opens it again");
}

rocksdb::Status RocksDbStore::write(Database& database, const Batch& batch, Durability durability)
    const {
    rocksdb::WriteBatch writes;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Batch::Put put = batch[i];
        rocksdb::ColumnFamilyHandle* family = database.handle(put.family);
        rocksdb::Status status = put.value
                                     ? writes.Put(family, slice_of(put.key), slice_of(*put.value))
                                     : writes.Delete(family, slice_of(put.key));
        if (!status.ok()) {
            return status;
        }
    }
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::kSynced;
    return database.db->Write(options, &writes);
}

Result<void> RocksDbStore::commit(const Batch& batch, Durability durability) {
    if (lost_) {
        return *lost_;
    }
    if (undo_) {
        FAULTLINE_TRY_VOID(recover());
    }
    const auto open = database_.load();
    FAULTLINE_ASSERT(open != nullptr);
    const rocksdb::Status status = write(*open, batch, durability);
    if (status.ok()) {
        return {};
    }
    // The failed batch never reached memory, so reads still show what was there before it.
    if (Result<Batch> before = before_images(batch)) {
        undo_ = *std::move(before);
    } else {
        lost_ = std::move(before)
                    .error()
                    .context("after a failed write")
                    .advise("Restart faultline once the volume works again");
    }
    return rocksdb_error("commit to", path_, status);
}

Result<Batch> RocksDbStore::before_images(const Batch& batch) const {
    FAULTLINE_TRY(const auto open, database());
    // One iterator a family: to begin one, or to look up a key, sorts what is in memory of rows.
    std::array<std::unique_ptr<rocksdb::Iterator>, kFamilyCount> iterators;
    Batch before;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Batch::Put put = batch[i];
        auto& at = iterators.at(static_cast<std::size_t>(put.family));
        if (at == nullptr) {
            at.reset(open->db->NewIterator(rocksdb::ReadOptions(), open->handle(put.family)));
        }
        at->Seek(slice_of(put.key));
        if (!at->status().ok()) {
            return rocksdb_error("read", path_, at->status());
        }
        if (at->Valid() && at->key() == slice_of(put.key)) {
            before.put(put.family, put.key, view_of(at->value()));
        } else {
            before.erase(put.family, put.key);
        }
    }
    return before;
}

/// Opening needs space to replay the log; a store that is left closed could not even be read. So
/// the volume is tried first.
Result<void> RocksDbStore::probe() const {
    rocksdb::Env* env = settings_.env != nullptr ? settings_.env : rocksdb::Env::Default();
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(path_, error);
    if (!error && space.available < settings_.recovery_bytes) {
        return rocksdb_error(
            "commit to",
            path_,
            rocksdb::Status::IOError(
                "No space left: less than " + std::to_string(settings_.recovery_bytes >> 20U) +
                " MiB"
            )
        );
    }
    const std::string file = path_ + "/faultline.probe";
    constexpr std::size_t kProbeBytes = 1UL << 20U;
    const std::string zeros(kProbeBytes, '\0');
    const rocksdb::Status status = rocksdb::WriteStringToFile(env, zeros, file, true);
    env->DeleteFile(file).PermitUncheckedError();
    if (!status.ok()) {
        return rocksdb_error("commit to", path_, status);
    }
    return {};
}

/// RocksDB refuses writes after a failed one, and its Resume() cannot lift every such state
/// (a failed log write is fatal to it): closing and opening again can.
Result<void> RocksDbStore::recover() {
    if (auto failed = database_.load()) {
        FAULTLINE_TRY_VOID(probe());
        failed.reset();
        failed = database_.exchange(nullptr);
        if (failed.use_count() != 1) {
            database_.store(std::move(failed));
            return Error(
                Code::kUnavailable,
                "commit to " + path_ + ": a reader is still open on the store that failed"
            );
        }
    }
    FAULTLINE_TRY(auto open, open_database(path_, settings_));
    const rocksdb::Status status = write(*open, *undo_, Durability::kSynced);
    if (!status.ok()) {
        return rocksdb_error("commit to", path_, status);
    }
    undo_.reset();
    database_.store(std::move(open));
    return {};
}

Result<std::optional<Bytes>> RocksDbStore::get(Family family, BytesView key) const {
    FAULTLINE_TRY(const auto open, database());
    rocksdb::PinnableSlice value;
    const rocksdb::Status status =
        open->db->Get(rocksdb::ReadOptions(), open->handle(family), slice_of(key), &value);
    if (status.IsNotFound()) {
        return std::optional<Bytes>();
    }
    if (!status.ok()) {
        return rocksdb_error("read", path_, status);
    }
    const BytesView bytes = view_of(value);
    return std::optional<Bytes>(Bytes(bytes.begin(), bytes.end()));
}

Result<void> RocksDbStore::scan(
    Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
) const {
    FAULTLINE_TRY(const auto open, database());
    const std::unique_ptr<rocksdb::Iterator> at(
        open->db->NewIterator(rocksdb::ReadOptions(), open->handle(family))
    );
    for (at->Seek(slice_of(from)); at->Valid(); at->Next()) {
        if (!visit(view_of(at->key()), view_of(at->value()))) {
            break;
        }
    }
    if (!at->status().ok()) {
        return rocksdb_error("read", path_, at->status());
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_with(
    const std::string& path, const RocksDbSettings& settings
) {
    FAULTLINE_TRY(auto database, open_database(path, settings));
    return std::unique_ptr<Store>(
        std::make_unique<RocksDbStore>(path, settings, std::move(database))
    );
}

Result<std::unique_ptr<Store>> open_rocksdb(const std::string& path) {
    return open_rocksdb_with(path, RocksDbSettings());
}

}  // namespace faultline::store
