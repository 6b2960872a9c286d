// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v2 {

/// One Comptroller with all its cTokens, which are found through its MarketListed logs.
struct MarketConfig {
    std::string name;
    Address comptroller;  ///< The Unitroller, which users call and which logs.
    /// Its cTokens and their underlyings: only these are asked for their transfers. Empty: every
    /// token of the chain is.
    std::vector<Address> tokens{};  // NOLINT(readability-redundant-member-init): seldom.
    /// Block of its first event; nullopt: it has to be bootstrapped.
    std::optional<eth::BlockNum> deployed_at;
    /// What getUnderlyingPrice of its oracle is in: an amount times the price, over 1e18.
    protocol::BaseCurrency base_currency{.symbol = "USD", .decimals = 18};

    /// Whether the transfers of a token are among the logs that are asked for.
    [[nodiscard]] bool asks_transfers_of(const Address& token) const {
        return tokens.empty() || std::ranges::find(tokens, token) != tokens.end();
    }
};

}  // namespace faultline::compound_v2
