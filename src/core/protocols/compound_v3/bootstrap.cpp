// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/markets.hpp"

namespace faultline::compound_v3 {
std::unique_ptr<protocol::MarketReading> Markets::read_market(protocol::ReadingOptions) {
    return nullptr;
}
}  // namespace faultline::compound_v3
