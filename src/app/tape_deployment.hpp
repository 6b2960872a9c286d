// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <app/configured_protocol.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// What a tape's manifest says is deployed, as far as this build follows it.
struct TapeDeployment {
    protocol::Deployments deployments;
    std::vector<std::string> described;     ///< "core: Aave V3, 3.7, pool 0x…": a line a market.
    std::vector<std::string> not_followed;  ///< Protocols that it names and this build leaves out.
    std::vector<std::function<std::optional<eth::ReadAnswer>(const eth::Read&)>> answers;
    /// By place in `deployments`: those whose markets stand in the tape's first block.
    std::map<std::size_t, TapeBeginning> beginnings;

    /// The answer that the manifest gives to a read; nullopt when it says nothing of it.
    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;
};

/// kInvalid when a market's addresses are missing or not addresses.
Result<TapeDeployment> deployment_of(const tape::Manifest& manifest);

}  // namespace faultline::app
