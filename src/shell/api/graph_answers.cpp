// SPDX-License-Identifier: Apache-2.0
#include "graph_answers.hpp"

#include "graph_writer.hpp"

#include <faultline/base/json_writer.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>

namespace faultline::api {

std::string graph_json(const GraphPage& page) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    GraphWriter writer(json, page.graph());
    json.key("nodes").begin_array();
    for (const graph::Node& node : page.graph().nodes) {
        json.begin_object();
        writer.node(node);
        json.end_object();
    }
    json.end_array().key("edges").begin_array();
    for (const graph::Edge& edge : page.graph().edges) {
        writer.edge(edge);
    }
    json.end_array().key("contradictions").begin_array();
    for (const std::string& contradiction : page.kept->labelled().contradictions) {
        json.string(contradiction);
    }
    return json.end_array().end_object().take();
}

std::string exposure_json(const GraphPage& page, graph::NodeIndex node) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    GraphWriter writer(json, page.graph());
    writer.node(page.graph().nodes[node]);
    writer.exposure(page.kept->through().of(node));
    return json.end_object().take();
}

std::string token_exposure_json(const GraphPage& page, graph::NodeIndex token) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    GraphWriter writer(json, page.graph());
    writer.node(page.graph().nodes[token]);
    writer.exposure(page.kept->through().of(token));
    writer.exposed(page.kept->through().exposed_to(page.graph().nodes[token].key));
    return json.end_object().take();
}

std::string paths_json(
    const GraphPage& page,
    graph::NodeIndex from,
    const graph::NodeKey& to,
    const graph::PathLimits& limits
) {
    const graph::Paths paths = page.kept->through().paths(from, to, limits);
    JsonWriter json;
    GraphWriter::begin(json, page);
    GraphWriter writer(json, page.graph());
    json.key("from").begin_object();
    writer.node(page.graph().nodes[from]);
    json.end_object().key("to").begin_object();
    writer.node(to);
    json.end_object();
    writer.usd("exposure_usd", paths.exposure_usd);
    writer.usd("uncovered_usd", paths.uncovered_usd);
    json.key("paths").begin_array();
    for (const graph::Path& path : paths.paths) {
        writer.path(path);
    }
    return json.end_array().end_object().take();
}

}  // namespace faultline::api
