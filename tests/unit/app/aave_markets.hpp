// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <app/daemon_config.hpp>
#include <vector>

namespace faultline::test {

/// The Aave markets that a chain is configured with.
inline std::vector<aave::MarketConfig> aave_markets(const app::ChainConfig& chain) {
    for (const auto& one : chain.deployments) {
        if (const auto* deployment = dynamic_cast<const aave::Deployment*>(one.get())) {
            return deployment->configs();
        }
    }
    return {};
}

}  // namespace faultline::test
