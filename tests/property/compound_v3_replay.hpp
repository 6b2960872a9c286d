// SPDX-License-Identifier: Apache-2.0
// The recording of a Comet, folded.
#pragma once

#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace faultline::tests {

inline std::unique_ptr<protocol::Deployment> comet_deployment(const tape::Manifest& manifest) {
    compound_v3::MarketConfig config;
    config.name = "usdc";
    config.comet = must(Address::from_hex(*manifest.find("comet")));
    config.deployed_at = 0;
    return std::make_unique<compound_v3::Deployment>(
        std::vector<compound_v3::MarketConfig>{std::move(config)}
    );
}

inline ProtocolReplay comet_replay(ProtocolReplay::Answer answer = {}) {
    return {"comet-s1", comet_deployment, std::move(answer)};
}

}  // namespace faultline::tests
