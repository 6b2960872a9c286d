// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <string>

namespace faultline::store {

/// The layout of every family. Raised by any change that older data cannot be read with.
inline constexpr std::uint32_t kSchemaVersion = 9;

/// What a database belongs to. Rows of one chain or market mean nothing in another.
struct SchemaIdentity {
    std::uint64_t chain_id = 0;
    std::string
        fingerprint;  ///< Names the markets and the start block, in words a person can read.
};

/// Writes version and identity into an empty store; in a used one compares them.
/// Errors: kInvalid when they differ (saying which, and what to do) or when the store holds data
/// but no version; else those of the store.
Result<void> check_schema(Store& store, const SchemaIdentity& identity);

}  // namespace faultline::store
