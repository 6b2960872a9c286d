// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::compound_v3 {

/// As configuration, labels and tapes name the protocol.
inline constexpr std::string_view kProtocolName = "compound_v3";

/// The configured Comet markets of a chain.
class Deployment final : public protocol::Deployment {
  public:
    explicit Deployment(std::vector<MarketConfig> configs);

    [[nodiscard]] std::string_view name(std::size_t place) const override;
    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override;
    [[nodiscard]] eth::LogFilter wanted_logs() const override;
    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
    ) const override;

    [[nodiscard]] const std::vector<MarketConfig>& configs() const noexcept { return configs_; }

  private:
    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
};

}  // namespace faultline::compound_v3
