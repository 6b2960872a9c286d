// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
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

eth::LogFilter Deployment::wanted_logs() const {
    std::vector<Hash32> topics = compound_v3::holder_topics();
    topics.push_back(events::Upgraded::kTopic0);
    for (const auto events : {other_activities(), protocol::timelock::activities()}) {
        for (const protocol::ToldEvent& told : events) {
            topics.push_back(told.topic0);
        }
    }
    std::vector<Address> tokens;
    for (const MarketConfig& config : configs_) {
        if (config.tokens.empty()) {
            return eth::LogFilter::of_topics(std::move(topics));
        }
        tokens.push_back(config.comet);
        std::ranges::copy(config.tokens, std::back_inserter(tokens));
    }
    std::erase(topics, events::Transfer::kTopic0);
    return eth::LogFilter(
        {{.contracts = {}, .topics0 = std::move(topics)},
         {.contracts = std::move(tokens), .topics0 = {events::Transfer::kTopic0}}}
    );
}

std::unique_ptr<protocol::Protocol> Deployment::open(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
) const {
    return std::make_unique<Markets>(ledger, quarantine, configs_, labels_, first_market);
}

}  // namespace faultline::compound_v3
