// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// DSPause, the timelock of Maker's governance: anonymous notes as ds-note makes them, of
/// dapphub/ds-pause src/pause.sol.
namespace faultline::maker {

/// A call of it that rules are told of.
struct PauseCall {
    std::string_view detail;  ///< Activity::detail
    std::string text;
};

/// nullopt: none of the calls that are told. One whose calldata does not decode is told without.
std::optional<PauseCall> pause_call(const eth::Log& log);

/// First topics of those notes.
std::vector<Hash32> pause_topics();

/// The ESM knows the proxy that is a ward of everything; its owner is the DSPause. Without an ESM
/// nobody tells.
protocol::GovernorPath pause_path(const MarketConfig& config);

}  // namespace faultline::maker
