// SPDX-License-Identifier: Apache-2.0
// Maker as the recordings have it.
#pragma once

#include "core/protocols/maker/view_calls.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <optional>
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

/// What the joins of maker-dss-s1 say of themselves, as its manifest has it: no tape does.
class ToldJoins {
  public:
    explicit ToldJoins(const tape::Manifest& manifest) {
        using maker::View;
        for (const char* name : {"ETH-A", "WSTETH-B", "WBTC-A"}) {
            const std::string ilk = std::string("ilks.") + name;
            const Address join = address_at(manifest, ilk + ".join");
            const Hash32 id = must(Hash32::from_hex(*manifest.find(ilk + ".ilk")));
            const Address gem = address_at(manifest, ilk + ".gem");
            told_[maker::view_read(join, View::kJoinIlk)] = maker::word_of(id);
            told_[maker::view_read(join, View::kJoinGem)] = maker::word_of(gem);
            told_[maker::view_read(join, View::kJoinDec)] = U256(18);
        }
    }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const {
        const auto found = told_.find(read);
        if (found == told_.end()) {
            return std::nullopt;
        }
        const auto word = found->second.to_be_bytes();
        return eth::ReadAnswer{
            .read = read,
            .outcome = eth::ReadOutcome::kReturned,
            .result = Bytes(word.begin(), word.end())
        };
    }

  private:
    std::map<eth::Read, U256> told_;
};

}  // namespace faultline::tests
