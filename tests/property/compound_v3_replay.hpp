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

inline ProtocolReplay comet_replay(ProtocolReplay::Answer answer = {}) {
    const auto deploy = [](const tape::Manifest& manifest) {
        compound_v3::MarketConfig config;
        config.name = "usdc";
        config.comet = must(Address::from_hex(*manifest.find("comet")));
        config.deployed_at = 0;
        return std::unique_ptr<protocol::Deployment>(std::make_unique<compound_v3::Deployment>(
            std::vector<compound_v3::MarketConfig>{std::move(config)}
        ));
    };
    return {"comet-s1", deploy, std::move(answer)};
}

}  // namespace faultline::tests
