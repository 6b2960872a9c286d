// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// What the contracts of a tape's market say of themselves.
struct TapeRevisions {
    std::uint64_t pool = 0;
    std::uint64_t tokens = 0;  ///< 0: not stated.
};

/// What a tape's manifest says is deployed, as far as this build follows it.
struct TapeDeployment {
    std::vector<aave::MarketConfig> markets;
    std::string version;  ///< Of the markets, in the manifest's words; may be empty.
    /// Of everything that pools and tokens ran, as the manifest states it by that version.
    std::optional<TapeRevisions> revisions;
    std::vector<std::string> not_followed;  ///< Protocols that it names and this build leaves out.

    /// The answer that the manifest gives to a read; nullopt when it says nothing of it.
    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;
};

/// kInvalid when a market's addresses are missing or not addresses.
Result<TapeDeployment> deployment_of(const tape::Manifest& manifest);

}  // namespace faultline::app
