// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>

#include <string>

namespace faultline::protocol {

/// Something that contracts of a market did in a live block that rules count: the signals `events`
/// and `events_value` (docs/signals.md).
struct Activity {
    /// "liquidation", "bad_debt", "source_changed", "governance", "flash_loan", "seized".
    std::string event;
    /// Which of that event: of governance "upgraded", "admin", "role", "queued", "cancelled",
    /// "executed", "parameter", "paused"; of seized the part (seizure.hpp); empty of others.
    std::string detail;
    Address token;    ///< What it is about; zero: no token in particular.
    Address account;  ///< Whose position, or who; zero: nobody.
    /// In the market's BaseCurrency; without a reason if it moves nothing, with one if not known.
    Figure<Decimal> value;
};

}  // namespace faultline::protocol
