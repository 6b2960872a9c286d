// SPDX-License-Identifier: Apache-2.0
// Aave as the recordings have it, folded by the protocol.
#pragma once

#include "property/aave_replay.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::tests {

inline std::unique_ptr<protocol::Deployment> aave_deployment(const tape::Manifest& tape) {
    const auto at = [&](const std::string& name) {
        return must(Address::from_hex(*tape.find("aave." + name)));
    };
    return std::make_unique<aave::Deployment>(std::vector<aave::MarketConfig>{
        {.name = "recorded",
         .addresses_provider = at("provider"),
         .pool = at("pool"),
         .configurator = at("configurator"),
         .oracle = at("oracle"),
         .deployed_at = 0}
    });
}

/// What tapes leave out: the revisions of contracts whose release is known.
inline ProtocolReplay::Answer revisions(const Recording& recording) {
    return [recording](const eth::Read& read) -> std::optional<eth::ReadAnswer> {
        const std::string call = aave::call_name(read.data);
        if (!call.ends_with("_REVISION()")) {
            return std::nullopt;
        }
        Bytes answer(kWord);
        answer.back() =
            call.starts_with("POOL") ? recording.pool_revision : recording.token_revision;
        return eth::ReadAnswer{
            .read = read, .outcome = eth::ReadOutcome::kReturned, .result = answer
        };
    };
}

}  // namespace faultline::tests
