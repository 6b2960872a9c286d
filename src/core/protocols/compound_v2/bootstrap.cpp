// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/markets.hpp"

#include <faultline/core/protocol/market_reading.hpp>

#include <memory>

namespace faultline::compound_v2 {

std::unique_ptr<protocol::MarketReading>
Markets::read_market(protocol::ReadingOptions /*options*/) {
    return nullptr;
}

}  // namespace faultline::compound_v2
