// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/markets.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {

Deployment::Deployment(std::vector<MarketConfig> configs) : configs_(std::move(configs)) {
    for (const MarketConfig& config : configs_) {
        labels_.push_back(
            {.name = config.name,
             .contracts = "comet " + config.comet.hex(),
             .deployed_at = config.deployed_at}
        );
    }
}

std::string_view Deployment::name(std::size_t /*place*/) const {
    return kProtocolName;
}

const std::vector<protocol::MarketLabel>& Deployment::markets() const noexcept {
    return labels_;
}

std::vector<Hash32> Deployment::topics() const {
    std::vector<Hash32> topics = compound_v3::holder_topics();
    topics.push_back(events::Upgraded::kTopic0);
    std::ranges::sort(topics);
    return topics;
}

std::unique_ptr<protocol::Protocol> Deployment::open(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
) const {
    return std::make_unique<Markets>(ledger, quarantine, configs_, labels_, first_market);
}

}  // namespace faultline::compound_v3
