// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/maker_protocol.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::maker {

Deployment::Deployment(std::vector<MarketConfig> configs) : configs_(std::move(configs)) {
    for (const MarketConfig& config : configs_) {
        labels_.push_back(
            {.name = config.name,
             .contracts = "vat " + config.vat.hex() + ", dog " + config.dog.hex(),
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
    return maker::wanted_logs(configs_);
}

std::unique_ptr<protocol::Protocol> Deployment::open(
    ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
) const {
    return std::make_unique<MakerProtocol>(ledger, quarantine, first_market, configs_, labels_);
}

}  // namespace faultline::maker
