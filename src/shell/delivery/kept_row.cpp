// SPDX-License-Identifier: Apache-2.0
#include "kept_row.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <utility>

namespace faultline::delivery {

Bytes encode(const KeptRow& kept) {
    return ledger::encode(kept);
}

Result<KeptRow> decode_kept_row(BytesView bytes) {
    return ledger::decode<KeptRow>(bytes);
}

Bytes row_of(BytesView kept) {
    auto decoded = decode_kept_row(kept);
    return decoded ? std::move(decoded->row) : Bytes();
}

}  // namespace faultline::delivery
