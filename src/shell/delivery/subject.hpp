// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>

#include <string>

namespace faultline::delivery {

/// What a firing is to those who decide whether one receiver is told of it now.
struct Subject {
    std::string fingerprint;
    std::string episode;
    alerts::Labels labels;
    Duration after{};       ///< Its route tells this receiver only so much later.
    UnixMillis first_seen;  ///< By delivery, in whichever process.
    UnixSeconds block_at;   ///< Timestamp of the block that it is of.
};

}  // namespace faultline::delivery
