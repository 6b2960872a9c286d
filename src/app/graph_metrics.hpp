// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <map>
#include <string>

namespace faultline::app {

/// Figures of the exposure graph for Prometheus, as of one block. What they mean:
/// docs/exposure-graph.md.
class GraphMetrics {
  public:
    GraphMetrics(obs::Metrics& registry, std::string chain);

    void show(const api::KeptGraph& graph);

  private:
    void clear();
    void show_network(const graph::Snapshot& snapshot);

    /// Of one protocol.
    struct OfProtocol {
        obs::Gauge* unvalued = nullptr;
        obs::Gauge* held = nullptr;
        obs::Gauge* rank = nullptr;
        obs::Gauge* importance = nullptr;
        obs::Gauge* interconnectedness = nullptr;
        obs::Gauge* reach = nullptr;
        obs::Gauge* radius = nullptr;
    };

    OfProtocol& of(const std::string& protocol);

    obs::Metrics& registry_;
    std::string chain_;
    obs::Gauge& block_;
    obs::Gauge& nodes_;
    obs::Gauge& edges_;
    obs::Gauge& contradictions_;
    obs::Gauge& resolved_tokens_;
    obs::Gauge& resolved_usd_;
    obs::Gauge& density_;
    obs::Gauge& held_hhi_;
    obs::Gauge& held_gini_;
    obs::Gauge& link_hhi_;
    obs::Gauge& degree_gini_;
    obs::Gauge& assortativity_;
    std::map<std::string, OfProtocol> protocols_;
};

}  // namespace faultline::app
