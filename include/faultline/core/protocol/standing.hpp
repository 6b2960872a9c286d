// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/market_id.hpp>

#include <string>

namespace faultline::protocol {

/// A state of a market that people have to know of as long as the rows show it: a shutdown,
/// auctions that are open.
struct Standing {
    MarketId market = 0;
    bool alarm = false;  ///< As IncidentKind::kAlarm, otherwise as kNotice.
    std::string name;    ///< "the Vat is caged": stable, one alert for each name of a market.
    std::string text;    ///< For people, as of now.
};

}  // namespace faultline::protocol
