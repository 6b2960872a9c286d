// SPDX-License-Identifier: Apache-2.0
// Reading a store that another process may be writing.
#include "rocksdb_error.hpp"
#include "rocksdb_slice.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

/// A secondary instance writes its own log somewhere: a folder that goes away with it.
class Scratch {
  public:
    Scratch() {
        std::error_code failed;
        std::string pattern =
            (std::filesystem::temp_directory_path(failed) / "faultline-read-XXXXXX").string();
        if (!failed && ::mkdtemp(pattern.data()) != nullptr) {
            path_ = pattern;
        }
    }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    ~Scratch() {
        if (!path_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(path_, ignored);
        }
    }

    /// Empty when it could not be made.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

class ReadOnlyStore final : public Store {
  public:
    explicit ReadOnlyStore(std::string path) : path_(std::move(path)) {}

    ReadOnlyStore(const ReadOnlyStore&) = delete;
    ReadOnlyStore& operator=(const ReadOnlyStore&) = delete;

    ~ReadOnlyStore() override {
        for (rocksdb::ColumnFamilyHandle* handle : handles_) {
            db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
        }
    }

    Result<void> open();

    Result<void> commit(const Batch& /*batch*/, Durability /*durability*/) override {
        return Error(Code::kRejected, "commit to " + path_ + ": it was opened for reading");
    }

    [[nodiscard]] Result<std::optional<Bytes>> get(Family family, BytesView key) const override {
        rocksdb::ColumnFamilyHandle* handle = families_.at(static_cast<std::size_t>(family));
        if (handle == nullptr) {
            return std::optional<Bytes>();
        }
        std::string value;
        const auto status = db_->Get(rocksdb::ReadOptions(), handle, slice_of(key), &value);
        if (status.IsNotFound()) {
            return std::optional<Bytes>();
        }
        if (!status.ok()) {
            return rocksdb_error("read", path_, status);
        }
        return std::optional<Bytes>(Bytes(value.begin(), value.end()));
    }

    Result<void> scan(
        Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const override {
        rocksdb::ColumnFamilyHandle* handle = families_.at(static_cast<std::size_t>(family));
        if (handle == nullptr) {
            return {};
        }
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), handle)
        );
        for (at->Seek(slice_of(from)); at->Valid(); at->Next()) {
            if (!visit(view_of(at->key()), view_of(at->value()))) {
                break;
            }
        }
        return at->status().ok() ? Result<void>() : rocksdb_error("read", path_, at->status());
    }

  private:
    std::string path_;
    Scratch scratch_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
    /// nullptr for a family that the database, written by an older faultline, does not have.
    std::array<rocksdb::ColumnFamilyHandle*, kFamilyCount> families_{};
};

Result<void> ReadOnlyStore::open() {
    if (!std::filesystem::exists(std::filesystem::path(path_) / "CURRENT")) {
        return Error(Code::kUnavailable, "read " + path_ + ": there is no store")
            .advise("Check the configured folder; a chain gets its store when it is first followed"
            );
    }
    if (scratch_.path().empty()) {
        return Error(Code::kUnavailable, "read " + path_ + ": no temporary folder can be made")
            .advise("Set TMPDIR to a folder that can be written");
    }
    rocksdb::Options options;
    // Files that the writer deletes stay readable while they are open.
    options.max_open_files = -1;
    std::vector<std::string> names;
    rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, path_, &names);
    if (!status.ok()) {
        return rocksdb_error("read", path_, status);
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const std::string& name : names) {
        wanted.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    rocksdb::DB* raw = nullptr;
    status = rocksdb::DB::OpenAsSecondary(options, path_, scratch_.path(), wanted, &handles_, &raw);
    if (!status.ok()) {
        return rocksdb_error("read", path_, status);
    }
    db_.reset(raw);
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
        const auto found = std::ranges::find(names, family_name(static_cast<Family>(i)));
        families_.at(i) = found == names.end()
                              ? nullptr
                              : handles_.at(static_cast<std::size_t>(found - names.begin()));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_read_only(const std::string& path) {
    auto store = std::make_unique<ReadOnlyStore>(path);
    FAULTLINE_TRY_VOID(store->open());
    return std::unique_ptr<Store>(std::move(store));
}

}  // namespace faultline::store
