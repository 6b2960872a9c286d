// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/row_digest.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::app {
namespace {

/// First byte of the table ids from which rules, too, decide (src/core/ledger/README.md).
constexpr std::uint8_t kAlertTables = 0x03;

void append(Bytes& out, BytesView bytes) {
    for (std::size_t i = sizeof(std::uint32_t); i-- > 0;) {
        out.push_back(static_cast<std::uint8_t>(bytes.size() >> (8 * i)));
    }
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::string RowDigest::text() const {
    return std::to_string(rows) + " rows, digest " + keccak.hex();
}

Result<RowDigest> digest_rows(const store::Store& store) {
    RowDigest digest;
    Bytes all;
    FAULTLINE_TRY_VOID(store.scan(store::Family::kRows, {}, [&](BytesView key, BytesView value) {
        if (!key.empty() && key[0] == kAlertTables) {
            return true;
        }
        append(all, key);
        append(all, value);
        ++digest.rows;
        return true;
    }));
    digest.keccak = eth::keccak256(all);
    return digest;
}

}  // namespace faultline::app
