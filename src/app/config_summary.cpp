// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <app/config_summary.hpp>
#include <app/daemon_config.hpp>
#include <cstddef>
#include <string>

namespace faultline::app {

std::string plural(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string summary(const DaemonConfig& config, const std::string& file) {
    std::size_t markets = 0;
    std::string chains;
    for (const ChainConfig& chain : config.chains) {
        chains += "  " + chain.follow.chain_name + ": chain id " +
                  std::to_string(chain.follow.chain_id) + ", from " +
                  (chain.needs_bootstrap ? std::string("its bootstrap")
                                         : "block " + std::to_string(chain.follow.start_block)) +
                  (chain.endpoints.size() == 1 ? ", endpoint" : ", endpoints");
        for (const rpc::EndpointOptions& endpoint : chain.endpoints) {
            chains += " " + endpoint.name;
        }
        chains += ", markets";
        for (const auto& deployment : chain.deployments) {
            markets += deployment->markets().size();
            for (const protocol::MarketLabel& market : deployment->markets()) {
                chains += " " + market.name;
            }
        }
        chains += "\n";
    }
    return "ok: " + file + ": " + plural(config.chains.size(), "chain") + ", " +
           plural(markets, "market") + ", " +
           plural(config.rules.health.size() + config.rules.signals.size(), "rule") + ", " +
           plural(config.receivers.size(), "receiver") + ", " +
           plural(config.labels.all().size(), "label") + "\n" + chains;
}

}  // namespace faultline::app
