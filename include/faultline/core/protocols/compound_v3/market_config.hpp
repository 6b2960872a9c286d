// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v3 {

/// Where one Compound III market lives on its chain. Its base asset, collaterals and price feeds
/// are what the contract says they are.
struct MarketConfig {
    std::string name;  ///< For people, unique per chain: "usdc".
    Address comet;     ///< The Comet proxy.
    /// Its base asset and collaterals: only these and the comet are asked for their transfers.
    /// Empty: every token of the chain is.
    std::vector<Address> tokens{};  // NOLINT(readability-redundant-member-init): seldom.
    /// Block of the proxy's first event; following from logs must start here or before. Without it
    /// the market has to be bootstrapped.
    std::optional<eth::BlockNum> deployed_at;
    /// What its price feeds say, which always have 8 decimals: dollars, or ether for cWETHv3.
    protocol::BaseCurrency base_currency{.symbol = "USD", .decimals = 8};

    /// Whether the transfers of a token are among the logs that are asked for.
    [[nodiscard]] bool asks_transfers_of(const Address& token) const {
        return tokens.empty() || std::ranges::find(tokens, token) != tokens.end();
    }
};

}  // namespace faultline::compound_v3
