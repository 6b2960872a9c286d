// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::app {

/// What became of one view that was to be audited.
enum class AuditResult : std::uint8_t {
    kEqual,
    kMismatch,
    kFailed,   ///< It could not be asked, or endpoints contradict each other.
    kSkipped,  ///< The state is gone, or we withhold the figure.
};

constexpr AuditResult last_of(AuditResult /*of*/) noexcept {
    return AuditResult::kSkipped;
}

/// The audit's figures for Prometheus; every label value exists from the start.
class AuditMetrics {
  public:
    AuditMetrics(
        obs::Metrics& registry, const std::string& chain, const protocol::Protocols& protocols
    );

    void checked(protocol::MarketId market, AuditResult result);
    /// A view of a market whose figures are withheld.
    void checked_degraded(protocol::MarketId market, AuditResult result);
    void succeeded(protocol::MarketId market, UnixMillis now);

  private:
    using ByResult =
        std::array<obs::Counter*, static_cast<std::size_t>(last_of(AuditResult{})) + 1>;

    struct OfMarket {
        ByResult checks;
        ByResult degraded;
        obs::Counter* mismatches;
        obs::Gauge* last_success;
    };

    std::vector<OfMarket> markets_;
};

}  // namespace faultline::app
