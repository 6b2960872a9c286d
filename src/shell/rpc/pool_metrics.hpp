// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <string>

namespace faultline::rpc {

/// How a block that several endpoints had to agree on came out.
enum class QuorumResult {
    kAgreed,
    kMajority,  ///< With the odd ones out quarantined.
    kDisputed,  ///< No majority: asked again.
    kShort,     ///< Too few answered for too long: taken from fewer, as its evidence says.
};

/// The metrics of one endpoint; every label value exists from the start.
class EndpointMetrics {
  public:
    EndpointMetrics(obs::Metrics& metrics, const std::string& chain, const std::string& provider);

    obs::Gauge& lag_blocks;
    obs::Gauge& breaker_state;
    obs::Gauge& budget;
    obs::Counter& hedges_won;
    obs::Counter& hedges_lost;
    obs::Counter& quarantines;

    /// Questions that went on to another endpoint because of this one.
    [[nodiscard]] obs::Counter& failures(Code code) const;

  private:
    obs::Metrics& metrics_;
    std::string chain_;
    std::string provider_;
};

obs::Counter& quorum_counter(obs::Metrics& metrics, const std::string& chain, QuorumResult result);

}  // namespace faultline::rpc
