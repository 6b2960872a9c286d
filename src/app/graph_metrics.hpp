// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// Figures of the exposure graph for Prometheus, as of one block. What they mean:
/// docs/exposure-graph.md. NaN is no figure, from the start on.
class GraphMetrics {
  public:
    GraphMetrics(obs::Metrics& registry, std::string chain);

    void show(const api::KeptGraph& graph);

  private:
    /// Beside the tables of graph_metrics.cpp.
    using Gauges = std::vector<obs::Gauge*>;

    void clear();
    void show_network(const api::KeptGraph& graph);
    Gauges& of(const std::string& protocol);

    obs::Metrics& registry_;
    std::string chain_;
    Gauges graph_;
    Gauges network_;
    std::map<std::string, obs::Gauge*> unvalued_;  ///< By protocol.
    std::map<std::string, Gauges> protocols_;
};

}  // namespace faultline::app
