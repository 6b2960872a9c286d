// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
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
    /// All that the contracts say which were there first, so that what is not known here is seen;
    /// Transfer of the tokens that are followed only; words of clippers, curves and oracles of all.
    [[nodiscard]] eth::LogFilter wanted_logs() const override;
    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger, protocol::Quarantine& quarantine, protocol::MarketId first_market
    ) const override;

    [[nodiscard]] const std::vector<MarketConfig>& configs() const noexcept { return configs_; }

  private:
    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
};

}  // namespace faultline::maker
