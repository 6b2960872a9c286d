// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <rocksdb/status.h>

#include <string>

namespace faultline::store {

/// RocksDB's status as an error a person can act on. `doing` is "open", "commit to", "read".
/// @pre !status.ok()
Error rocksdb_error(
    const std::string& doing, const std::string& path, const rocksdb::Status& status
);

}  // namespace faultline::store
