// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstdint>
#include <tuple>

namespace faultline::delivery {

/// A firing that one receiver is not told of yet. Stored in kMeta, after its row left the outbox.
struct KeptRow {
    std::uint64_t first_seen_ms = 0;  ///< Unix time, when delivery first saw the firing.
    bool maybe_sent = false;          ///< It was let go, and the receiver may have it.
    Bytes row;                        ///< As it was in the outbox.

    auto fields(this auto& self) { return std::tie(self.first_seen_ms, self.maybe_sent, self.row); }
};

Bytes encode(const KeptRow& kept);
/// kCorrupt when the bytes are not exactly one.
Result<KeptRow> decode_kept_row(BytesView bytes);

/// The outbox's row in one; empty when the bytes are none.
Bytes row_of(BytesView kept);

}  // namespace faultline::delivery
