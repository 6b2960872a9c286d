// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstdint>
#include <string>
#include <tuple>

namespace faultline::delivery {

/// A transition that one receiver will not get, and why. Stored in store::Family::kDead under the
/// sequence number it had in the outbox (8 bytes, big-endian), then the receiver's name.
struct DeadLetter {
    std::string receiver;
    std::string reason;                  ///< What failed and what to do; holds no secret.
    std::uint64_t first_failure_ms = 0;  ///< Unix time; 0 when the first attempt was the last.
    std::uint64_t given_up_ms = 0;       ///< Unix time.
    Bytes transition;                    ///< The outbox row, as it was.

    auto fields(this auto& self) {
        return std::tie(
            self.receiver, self.reason, self.first_failure_ms, self.given_up_ms, self.transition
        );
    }

    bool operator==(const DeadLetter&) const = default;
};

Bytes encode(const DeadLetter& letter);
/// kCorrupt when the bytes are not exactly one dead letter.
Result<DeadLetter> decode_dead_letter(BytesView bytes);

}  // namespace faultline::delivery
