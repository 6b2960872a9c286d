// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::protocol {

enum class IncidentKind : std::uint8_t {
    kNotice,    ///< Something new on the chain is followed from here on: an ilk, an asset.
    kAlarm,     ///< The protocol was shut down, or is about to be.
    kAnomaly,   ///< Something the accounting did not expect; figures stay right.
    kDegrades,  ///< Figures of the market are kError from here on.
    kActivity,  ///< What happens in a market, for rules to count: `activity` says what.
};

/// Something in a block that people have to be told.
struct Incident {
    MarketId market = 0;
    IncidentKind kind = IncidentKind::kAnomaly;
    std::string text;  ///< What, where (block and log index), what to do.
    /// A Standing of the rows alerts about it as long as it lasts; this is for the log only.
    bool standing = false;
    /// Of kActivity; of live blocks, and of history where the fold asks for it.
    std::optional<Activity> activity = std::nullopt;

    [[nodiscard]] bool degrades() const noexcept { return kind == IncidentKind::kDegrades; }
};

}  // namespace faultline::protocol
