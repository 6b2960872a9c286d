// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>

/// Answers about the exposure graph, as JSON. Pure; the same graph gives the same bytes.
namespace faultline::api {

std::string graph_json(const GraphPage& page);

/// Nodes and links in the schema of DeXposure.
std::string flows_json(const FlowPage& page);

/// What a node depends on. @pre `node` is of the page's graph
std::string exposure_json(const GraphPage& page, graph::NodeIndex node);

/// The same of a token, and who is exposed to it.
std::string token_exposure_json(const GraphPage& page, graph::NodeIndex token);

std::string paths_json(
    const GraphPage& page,
    graph::NodeIndex from,
    const graph::NodeKey& to,
    const graph::PathLimits& limits
);

}  // namespace faultline::api
