// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/config_fields.hpp>
#include <memory>
#include <string>
#include <vector>

/// Rules between fields. Each reports at the field that is wrong and looks only at fields that were
/// read without fault, so that one slip is one message.
namespace faultline::app {

/// One file that was read.
struct ReadDeployments {
    std::unique_ptr<config::Reader> reader;
    written::Deployments content;
};

/// A market and where it was written.
struct PlacedMarket {
    aave::MarketConfig market;
    config::Reader* reader = nullptr;
    std::string path;  ///< "aave_v3[1]", or "chains[0].aave_v3[1]" in the main file.
};

struct PlacedChain {
    std::string path;  ///< "chains[0]"
    std::vector<PlacedMarket> markets;
    bool complete = true;  ///< False when a file of it could not be read: names may be missing.
};

void check_chains(
    config::Reader& reader, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
);

void check_rules(
    config::Reader& reader, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
);

void check_receivers(config::Reader& reader, const written::Daemon& daemon);

}  // namespace faultline::app
