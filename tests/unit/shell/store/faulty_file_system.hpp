// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/io_status.h>
#include <rocksdb/slice.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace faultline::store {

/// What goes wrong with writes from now on.
enum class Fault : std::uint8_t {
    kNone,
    kNoSpace,    ///< Nothing is written.
    kTornWrite,  ///< Half of the data is written, then the disk is full.
    kLostSync,   ///< Everything is written, but sync reports a failed disk.
    kReadOnly,   ///< The volume was remounted read-only.
};

/// The operating system's files, with writes that fail on demand.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

    [[nodiscard]] const char* Name() const override { return "FaultyFileSystem"; }

    void set(Fault fault) { fault_ = fault; }

    [[nodiscard]] Fault fault() const { return fault_; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        rocksdb::IODebugContext* debug
    ) override;

  private:
    std::atomic<Fault> fault_ = Fault::kNone;
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, const FaultyFileSystem& faults)
        : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        switch (faults_.fault()) {
            case Fault::kNoSpace:
                return rocksdb::IOStatus::NoSpace("No space left on device");
            case Fault::kReadOnly:
                return rocksdb::IOStatus::IOError("Read-only file system");
            case Fault::kTornWrite: {
                const rocksdb::Slice half(data.data(), data.size() / 2);
                FSWritableFileOwnerWrapper::Append(half, options, debug).PermitUncheckedError();
                return rocksdb::IOStatus::NoSpace("No space left on device");
            }
            case Fault::kNone:
            case Fault::kLostSync:
                break;
        }
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data,
        const rocksdb::IOOptions& options,
        const rocksdb::DataVerificationInfo&,
        rocksdb::IODebugContext* debug
    ) override {
        return Append(data, options, debug);
    }

    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        if (faults_.fault() == Fault::kLostSync) {
            return rocksdb::IOStatus::IOError("Input/output error");
        }
        return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        return Sync(options, debug);
    }

  private:
    const FaultyFileSystem& faults_;
};

inline rocksdb::IOStatus FaultyFileSystem::NewWritableFile(
    const std::string& name,
    const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file,
    rocksdb::IODebugContext* debug
) {
    if (fault_ == Fault::kReadOnly) {
        return rocksdb::IOStatus::IOError(
            "While open a file for appending", "Read-only file system"
        );
    }
    rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (status.ok()) {
        *file = std::make_unique<FaultyFile>(std::move(*file), *this);
    }
    return status;
}

}  // namespace faultline::store
