// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::aave {

/// The configured Aave markets of a chain, V2 and V3. They have to be the first of their chain.
class Deployment final : public protocol::Deployment {
  public:
    explicit Deployment(std::vector<MarketConfig> configs);

    [[nodiscard]] std::string_view name(std::size_t place) const override;

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] eth::LogFilter wanted_logs() const override;
    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
    ) const override;

    [[nodiscard]] const std::vector<MarketConfig>& configs() const noexcept { return configs_; }

  private:
    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
};

/// One deployment of markets of Aave, for a chain that follows nothing else.
protocol::Deployments deployments_of(std::vector<MarketConfig> configs);

/// The Aave markets of a chain, whose figures are richer than what every protocol has; nullptr when
/// it follows none.
const Markets* markets_of(const protocol::Protocols& protocols);

}  // namespace faultline::aave
