// SPDX-License-Identifier: Apache-2.0
// Tapes with cToken markets, folded by the protocol.
#pragma once

#include "core/protocols/compound_v2/view_calls.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::tests {

inline std::unique_ptr<protocol::Deployment> deploy_ctokens(const tape::Manifest& manifest) {
    return std::make_unique<compound_v2::Deployment>(std::vector<compound_v2::MarketConfig>{
        {.name = "recorded",
         .comptroller = *Address::from_hex(*manifest.find("ctoken.unitroller")),
         .deployed_at = 0,
         .base_currency = {"USD", 18}}
    });
}

/// underlying() of each cToken, as the manifest has it: no tape does. One of ether reverts.
class Underlyings {
  public:
    explicit Underlyings(const tape::Manifest& manifest) {
        constexpr std::string_view kPath = "ctoken.markets.";
        constexpr std::string_view kCToken = ".cToken";
        for (const auto& [path, value] : manifest.facts) {
            if (!path.starts_with(kPath) || !path.ends_with(kCToken)) {
                continue;
            }
            const std::string market = path.substr(0, path.size() - kCToken.size());
            const std::string* token = manifest.find(market + ".underlying");
            const bool none = token == nullptr || !token->starts_with("0x");
            tokens_.emplace(
                *Address::from_hex(value),
                none ? std::nullopt : std::optional(*Address::from_hex(*token))
            );
        }
    }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const {
        const auto found = tokens_.find(read.to);
        if (found == tokens_.end() ||
            read != compound_v2::view_read(read.to, compound_v2::View::kUnderlying)) {
            return std::nullopt;
        }
        eth::ReadAnswer answer{
            .read = read, .outcome = eth::outcome_of(!found->second), .result = {}
        };
        if (found->second) {
            answer.result.resize(12);
            answer.result.insert(
                answer.result.end(), found->second->bytes.begin(), found->second->bytes.end()
            );
        }
        return answer;
    }

  private:
    std::map<Address, std::optional<Address>> tokens_;
};

/// The tape's markets, with their underlyings told; `more` is asked for what else the tape lacks.
class CTokenReplay {
  public:
    explicit CTokenReplay(const std::string& name, ProtocolReplay::Answer more = {})
        : more_(std::move(more)),
          replay(name, deploy_ctokens, [this](const eth::Read& read) { return answer(read); }) {}

  private:
    std::optional<eth::ReadAnswer> answer(const eth::Read& read) {
        if (!underlyings_) {
            underlyings_.emplace(replay.manifest());
        }
        auto told = underlyings_->answer(read);
        return !told && more_ ? more_(read) : told;
    }

    // Before the replay that asks them.
    std::optional<Underlyings> underlyings_;
    ProtocolReplay::Answer more_;

  public:
    ProtocolReplay replay;
};

}  // namespace faultline::tests
