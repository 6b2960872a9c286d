// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/market_id.hpp>

#include <cstdint>
#include <string>

namespace faultline::protocol {

/// A state of a market that people have to know of as long as the rows show it: a shutdown,
/// auctions that are open.
struct Standing {
    MarketId market = 0;
    bool alarm = false;  ///< As IncidentKind::kAlarm, otherwise as kNotice.
    std::string name;    ///< "the Vat is caged": stable, one alert for each name of a market.
    std::string text;    ///< For people, as of now.
    /// Where it stands for many of a kind (auctions): how many ever began. When more do while it
    /// lasts, people are told again. 0 where nothing is counted.
    std::uint64_t begun = 0;
};

}  // namespace faultline::protocol
