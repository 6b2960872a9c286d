// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>

#include <rocksdb/slice.h>

#include <cstdint>

/// Our bytes as RocksDB's and back; nothing is copied.
namespace faultline::store {

inline rocksdb::Slice slice_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline BytesView view_of(const rocksdb::Slice& slice) {
    return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

}  // namespace faultline::store
