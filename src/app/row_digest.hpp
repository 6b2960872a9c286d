// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <string>

namespace faultline::app {

/// Names the rows of a store that blocks alone decide: the checkpoint and the markets, not alerts.
struct RowDigest {
    std::size_t rows = 0;
    Hash32 keccak;  ///< Over each key and value with their lengths, in key order.

    bool operator==(const RowDigest&) const = default;

    /// "1234 rows, digest 0x…"
    [[nodiscard]] std::string text() const;
};

Result<RowDigest> digest_rows(const store::Store& store);

}  // namespace faultline::app
