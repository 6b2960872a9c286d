// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>

namespace faultline::delivery {

Bytes encode(const DeadLetter& letter) {
    return ledger::encode(letter);
}

Result<DeadLetter> decode_dead_letter(BytesView bytes) {
    return ledger::decode<DeadLetter>(bytes);
}

}  // namespace faultline::delivery
