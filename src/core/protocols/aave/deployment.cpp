// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/followed.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::aave {

Deployment::Deployment(std::vector<MarketConfig> configs) : configs_(std::move(configs)) {
    for (const MarketConfig& config : configs_) {
        labels_.push_back(
            {.name = config.name,
             .contracts = "pool " + config.pool.hex() + ", configurator " +
                          config.configurator.hex() + ", addresses_provider " +
                          config.addresses_provider.hex(),
             .deployed_at = config.deployed_at}
        );
    }
}

std::string_view Deployment::name(std::size_t place) const {
    return protocol_name(configs_[place].generation);
}

eth::LogFilter Deployment::wanted_logs() const {
    std::vector<Address> outspoken;
    for (const MarketConfig& config : configs_) {
        outspoken.push_back(config.pool);
        outspoken.push_back(config.configurator);
    }
    return eth::LogFilter(
        {{.contracts = {}, .topics0 = Markets::topics(configs_)}}, std::move(outspoken)
    );
}

std::unique_ptr<protocol::Protocol> Deployment::open(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
) const {
    FAULTLINE_ASSERT(first_market == 0);
    return std::make_unique<Followed>(ledger, quarantine, configs_, labels_);
}

protocol::Deployments deployments_of(std::vector<MarketConfig> configs) {
    return {std::make_shared<const Deployment>(std::move(configs))};
}

const Markets* markets_of(const protocol::Protocols& protocols) {
    for (const auto& one : protocols.all()) {
        if (const auto* followed = dynamic_cast<const Followed*>(one.get())) {
            return &followed->state();
        }
    }
    return nullptr;
}

}  // namespace faultline::aave
