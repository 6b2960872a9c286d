// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::maker {

inline constexpr std::string_view kProtocolName = "maker";

/// The configured Vats of a chain, with all that is around each of them.
class Deployment final : public protocol::Deployment {
  public:
    explicit Deployment(std::vector<MarketConfig> configs);

    [[nodiscard]] std::string_view name(std::size_t place) const override;
    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override;
    /// Transfer is among them only where a market has a token or a PSM whose balances are followed.
    [[nodiscard]] std::vector<Hash32> topics() const override;
    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
    ) const override;

    [[nodiscard]] const std::vector<MarketConfig>& configs() const noexcept { return configs_; }

  private:
    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
};

}  // namespace faultline::maker
