// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <string>

namespace faultline::app {

/// Counts and times the requests to the endpoints of one chain. Labels come from the configuration
/// and from fixed sets, so their number is bounded.
class RpcMetrics final : public rpc::RequestObserver {
  public:
    RpcMetrics(obs::Metrics& metrics, std::string chain)
        : metrics_(metrics), chain_(std::move(chain)) {}

    void observe(const rpc::RequestObservation& request) override;

  private:
    obs::Metrics& metrics_;
    std::string chain_;
};

}  // namespace faultline::app
