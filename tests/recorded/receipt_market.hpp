// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace faultline::recorded {

/// What one receipt says of a market, of which nothing else is known: its reserves, and which of
/// the contracts that log Mint, Burn and BalanceTransfer are their tokens. The order of the logs of
/// an operation tells: a debt token speaks right before the pool's ReserveDataUpdated, an aToken
/// after it, and the asset moves to or from the aToken.
class ReceiptMarket {
  public:
    ReceiptMarket(const aave::MarketConfig& config, const eth::LogList& logs);

    /// Whether the pool or the configurator speaks in it.
    [[nodiscard]] bool spoke() const { return spoke_; }

    /// Whether a log is of a contract of the market.
    [[nodiscard]] bool is_ours(const eth::Log& log) const;

    /// A block in which the market is created with that revision, the reserves are listed, and
    /// everybody who moves a token has plenty of it, so that the receipt's logs can follow.
    [[nodiscard]] eth::LogList preamble() const;

  private:
    struct Tokens {
        std::optional<Address> a_token;
        std::optional<Address> debt_token;
    };

    void find_reserves(const eth::LogList& logs);
    void find_tokens(const eth::LogList& logs);
    [[nodiscard]] bool moves_asset(
        const eth::LogList& logs, const Address& reserve, const Address& token
    ) const;
    [[nodiscard]] std::optional<Address> reserve_updated(const eth::Log& log) const;
    void place(const eth::LogList& logs, std::size_t index);

    aave::MarketConfig config_;
    std::map<Address, Tokens> reserves_;
    std::map<Address, std::set<Address>> holders_;  ///< By token.
    bool spoke_ = false;
};

}  // namespace faultline::recorded
