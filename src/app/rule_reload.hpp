// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <app/chain_service.hpp>
#include <app/daemon_config.hpp>
#include <memory>
#include <string>
#include <vector>

namespace faultline::app {

/// Reads the configuration again and gives its rules to the chains; of what else changed there
/// nothing is taken before a restart. What is wrong changes nothing.
class RuleReload {
  public:
    /// All outlive it.
    RuleReload(
        const DaemonConfig& config,
        std::vector<std::unique_ptr<ChainService>>& services,
        obs::Log& log,
        obs::Metrics& metrics,
        config::Surroundings surroundings = config::process_surroundings()
    );

    /// "12 rules"; kInvalid with everything that is wrong.
    Result<std::string> operator()();

  private:
    std::string file_;
    std::vector<std::unique_ptr<ChainService>>& services_;
    obs::Log& log_;
    obs::Gauge& successful_;
    config::Surroundings surroundings_;
};

}  // namespace faultline::app
