// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace faultline::store {

/// What tests vary. The defaults keep a database of a few GiB within about 250 MiB of memory.
struct RocksDbSettings {
    rocksdb::Env* env = nullptr;  ///< nullptr: the operating system's. Outlives the store.
    std::size_t cache_bytes = 128UL << 20U;
    std::size_t write_buffer_bytes = 16UL << 20U;         ///< Per family.
    std::size_t write_buffers_total_bytes = 64UL << 20U;  ///< All families.
    /// Free space asked for before a store that failed to write is opened again.
    std::uint64_t recovery_bytes = 64UL << 20U;
};

/// As open_rocksdb, with settings.
Result<std::unique_ptr<Store>> open_rocksdb_with(
    const std::string& path, const RocksDbSettings& settings
);

}  // namespace faultline::store
