// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::compound_v2 {

/// The Compound V2 markets of a chain, and those of its forks with the same contracts (Venus).
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

}  // namespace faultline::compound_v2
