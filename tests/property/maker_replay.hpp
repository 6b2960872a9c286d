// SPDX-License-Identifier: Apache-2.0
// Maker as the recordings have it.
#pragma once

#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace faultline::tests {

inline Address address_at(const tape::Manifest& manifest, const std::string& path) {
    const std::string* text = manifest.find(path);
    INFO(path);
    REQUIRE(text != nullptr);
    return must(Address::from_hex(*text));
}

/// The configuration of maker-dss-s1.
inline maker::MarketConfig dss_config(const tape::Manifest& manifest) {
    maker::MarketConfig out;
    out.name = "core";
    out.vat = address_at(manifest, "vat");
    out.jug = address_at(manifest, "jug");
    out.spotter = address_at(manifest, "spotter");
    out.dog = address_at(manifest, "dog");
    out.vow = address_at(manifest, "vow");
    out.pot = address_at(manifest, "pot");
    out.dai = address_at(manifest, "dai");
    out.dai_join = address_at(manifest, "daiJoin");
    out.psms = {
        {.name = "usdc",
         .psm = address_at(manifest, "psm.address"),
         .pocket = address_at(manifest, "psm.pocket"),
         .gem = address_at(manifest, "psm.gem"),
         .ilk = must(Hash32::from_hex(*manifest.find("psm.ilk"))),
         .gem_decimals = 6,
         .kind = maker::PsmKind::kLite}
    };
    out.deployed_at = 0;
    return out;
}

inline std::unique_ptr<protocol::Deployment> deploy_dss(const tape::Manifest& manifest) {
    return std::make_unique<maker::Deployment>(std::vector{dss_config(manifest)});
}

}  // namespace faultline::tests
