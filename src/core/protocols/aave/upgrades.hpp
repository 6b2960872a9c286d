// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/transition.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <optional>

/// What pool and tokens run decides how their logs are read, from the log on that says so. What an
/// implementation says of itself is a constant of its code, which stays where it is: it can be
/// asked at any block, also long after.
namespace faultline::aave {

/// An implementation, and the call that tells its revision.
struct Announcement {
    Implementation implementation;
    eth::Read call;
};

/// What the log says that a proxy of this market runs from here on; nullopt when it says no such
/// thing.
std::optional<Announcement> announced(const MarketConfig& config, const eth::Log& log);

/// The call that tells what a known proxy was given to run; nullopt when it is none of the market.
std::optional<eth::Read> revision_call(
    const Tables& tables,
    const MarketConfig& config,
    MarketId market,
    const Implementation& implementation
);

/// Handler of every log that announces: switches the rules when the block has the answer, else
/// notes it as unread. kRejected says what cannot be accounted for.
Result<void> on_announced(Transition& at, const eth::Log& log);

/// At the end of a block: what was unread and is answered now. Logs were folded without it, so
/// kRejected also when that was wrong.
Result<void> read_late(Transition& at);

}  // namespace faultline::aave
