// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <string_view>
#include <vector>

namespace faultline::api {

/// Parts of a graph's answers, written into one. Both outlive it.
class GraphWriter {
  public:
    GraphWriter(JsonWriter& json, const graph::Snapshot& snapshot)
        : json_(json), snapshot_(snapshot) {}

    /// The object of an answer about a page, with what each of them begins with.
    static void begin(JsonWriter& json, const GraphPage& page);

    /// "1234.56000000": exact.
    void usd(std::string_view name, const U256& usd);
    /// The fields of a node, in an object that is open: its id, and its name where it has another.
    void node(const graph::NodeKey& key);
    void node(const graph::Node& node);
    void edge(const graph::Edge& edge);
    void exposure(const graph::Exposure& exposure);
    void exposed(std::vector<graph::Exposed> all);
    void path(const graph::Path& path);

  private:
    void edges(std::string_view name, const std::vector<graph::EdgeIndex>& places);

    JsonWriter& json_;
    const graph::Snapshot& snapshot_;
};

}  // namespace faultline::api
