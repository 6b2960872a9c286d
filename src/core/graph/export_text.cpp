// SPDX-License-Identifier: Apache-2.0
#include "core/graph/export_table.hpp"

#include <faultline/base/json_writer.hpp>
#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {
namespace {

void add_fields(JsonWriter& json, std::span<const Field> fields, const Values& values) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (values[i].empty()) {
            continue;
        }
        json.key(fields[i].name);
        if (fields[i].type == FieldType::kText) {
            json.string(values[i]);
        } else {
            json.decimal(values[i]);
        }
    }
}

void add_cell(std::string& line, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        line += c;
        if (c == '"') {
            line += c;
        }
    }
    line += '"';
}

void add_cells(std::string& line, const Values& values) {
    for (const std::string& value : values) {
        line += ',';
        add_cell(line, value);
    }
    line += '\n';
}

std::string header(std::string_view first, std::span<const Field> fields) {
    std::string line(first);
    for (const Field& field : fields) {
        line += ',';
        line += field.name;
    }
    return line + "\n";
}

}  // namespace

std::string to_node_link_json(const Snapshot& snapshot) {
    const std::vector<std::string> ids = node_ids(snapshot);
    JsonWriter json;
    json.begin_object().field("directed", true).field("multigraph", true);
    json.key("graph").begin_object();
    add_fields(json, kGraphFields, graph_values(snapshot));
    json.end_object().key("nodes").begin_array();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        json.begin_object().field("id", ids[i]);
        add_fields(json, kNodeFields, node_values(snapshot.nodes[i]));
        json.end_object();
    }
    json.end_array().key("edges").begin_array();
    for (std::size_t i = 0; i < snapshot.edges.size(); ++i) {
        const Edge& edge = snapshot.edges[i];
        json.begin_object().field("source", ids[edge.from]).field("target", ids[edge.to]);
        json.field("key", edge_id(i));
        add_fields(json, kEdgeFields, edge_values(edge));
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

CsvTables to_csv(const Snapshot& snapshot) {
    const std::vector<std::string> ids = node_ids(snapshot);
    CsvTables out{
        .nodes = header("id", kNodeFields), .edges = header("id,source,target", kEdgeFields)
    };
    for (std::size_t i = 0; i < ids.size(); ++i) {
        add_cell(out.nodes, ids[i]);
        add_cells(out.nodes, node_values(snapshot.nodes[i]));
    }
    for (std::size_t i = 0; i < snapshot.edges.size(); ++i) {
        const Edge& edge = snapshot.edges[i];
        out.edges += edge_id(i) + ",";
        add_cell(out.edges, ids[edge.from]);
        out.edges += ',';
        add_cell(out.edges, ids[edge.to]);
        add_cells(out.edges, edge_values(edge));
    }
    return out;
}

}  // namespace faultline::graph
