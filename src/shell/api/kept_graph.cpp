// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/shell/api/kept_graph.hpp>

#include <utility>

namespace faultline::api {

KeptGraph::KeptGraph(graph::Labelled labelled, MakeIndex make_index)
    : labelled_(std::move(labelled)), make_index_(std::move(make_index)) {}

const graph::LookThrough& KeptGraph::through() const {
    if (!through_) {
        through_.emplace(make_index_(labelled_.snapshot));
    }
    return *through_;
}

const Result<network::NetworkReport>& KeptGraph::network() const {
    if (!network_) {
        network_.emplace(network::network_report(labelled_.snapshot));
    }
    return *network_;
}

graph::LookThrough KeptGraph::new_index(const graph::Snapshot& snapshot) {
    return graph::LookThrough(snapshot);
}

}  // namespace faultline::api
