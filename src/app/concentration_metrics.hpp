// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <optional>
#include <string>
#include <vector>

namespace faultline::app {

/// How concentrated each market of a chain is, for Prometheus. What the figures mean:
/// docs/exposure-graph.md. NaN is no figure, from the start on.
class ConcentrationMetrics {
  public:
    struct Market {
        std::string protocol;
        std::string name;
    };

    /// `markets` by their ids.
    ConcentrationMetrics(
        obs::Metrics& registry, const std::string& chain, const std::vector<Market>& markets
    );

    /// `nodes` says where each market is; nullopt: it is in no graph.
    void show(
        const graph::LookThrough& through, const std::vector<std::optional<graph::NodeKey>>& nodes
    );

  private:
    struct OfMarket {
        obs::Gauge* suppliers = nullptr;
        obs::Gauge* borrowers = nullptr;
        obs::Gauge* collateral = nullptr;
        obs::Gauge* top_suppliers = nullptr;
    };

    std::vector<OfMarket> markets_;
};

}  // namespace faultline::app
