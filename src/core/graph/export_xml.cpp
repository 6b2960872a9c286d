// SPDX-License-Identifier: Apache-2.0
#include "core/graph/export_table.hpp"

#include <faultline/core/graph/export.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {
namespace {

/// For text and attributes alike: readers would turn white space of attributes into blanks.
std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\t':
                out += "&#9;";
                break;
            case '\n':
                out += "&#10;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// ` name="value"`
std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string_view graphml_type(FieldType type) {
    switch (type) {
        case FieldType::kInteger:
            return "long";
        case FieldType::kDecimal:
            return "double";
        case FieldType::kText:
            break;
    }
    return "string";
}

std::string_view gexf_type(FieldType type) {
    return graphml_type(type);
}

std::string field_id(std::string_view of, std::string_view name) {
    return std::string(of) + "_" + std::string(name);
}

void add_graphml_keys(std::string& out, std::string_view of, std::span<const Field> fields) {
    for (const Field& field : fields) {
        out += "  <key" + attribute("id", field_id(of, field.name)) + attribute("for", of) +
               attribute("attr.name", field.name) +
               attribute("attr.type", graphml_type(field.type)) + "/>\n";
    }
}

void add_graphml_data(
    std::string& out, std::string_view of, std::span<const Field> fields, const Values& values
) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!values[i].empty()) {
            out += "<data" + attribute("key", field_id(of, fields[i].name)) + ">" +
                   escaped(values[i]) + "</data>";
        }
    }
}

void add_gexf_fields(std::string& out, std::string_view of, std::span<const Field> fields) {
    out += "    <attributes" + attribute("class", of) + " mode=\"static\">\n";
    for (const Field& field : fields) {
        out += "      <attribute" + attribute("id", field_id(of, field.name)) +
               attribute("title", field.name) + attribute("type", gexf_type(field.type)) + "/>\n";
    }
    out += "    </attributes>\n";
}

void add_gexf_values(
    std::string& out, std::string_view of, std::span<const Field> fields, const Values& values
) {
    out += "<attvalues>";
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!values[i].empty()) {
            out += "<attvalue" + attribute("for", field_id(of, fields[i].name)) +
                   attribute("value", values[i]) + "/>";
        }
    }
    out += "</attvalues>";
}

/// A node's label is an attribute of GEXF itself, and the first of its fields.
constexpr std::span<const Field> gexf_node_fields() {
    return std::span(kNodeFields).subspan(1);
}

}  // namespace

std::string to_graphml(const Snapshot& snapshot) {
    std::string out(kDeclaration);
    out += "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
    add_graphml_keys(out, "graph", kGraphFields);
    add_graphml_keys(out, "node", kNodeFields);
    add_graphml_keys(out, "edge", kEdgeFields);
    out += "  <graph edgedefault=\"directed\">\n    ";
    add_graphml_data(out, "graph", kGraphFields, graph_values(snapshot));
    out += "\n";
    const std::vector<std::string> ids = node_ids(snapshot);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        out += "    <node" + attribute("id", ids[i]) + ">";
        add_graphml_data(out, "node", kNodeFields, node_values(snapshot.nodes[i]));
        out += "</node>\n";
    }
    for (std::size_t i = 0; i < snapshot.edges.size(); ++i) {
        const Edge& edge = snapshot.edges[i];
        out += "    <edge" + attribute("id", edge_id(i)) + attribute("source", ids[edge.from]) +
               attribute("target", ids[edge.to]) + ">";
        add_graphml_data(out, "edge", kEdgeFields, edge_values(edge));
        out += "</edge>\n";
    }
    out += "  </graph>\n</graphml>\n";
    return out;
}

std::string to_gexf(const Snapshot& snapshot) {
    const Values of = graph_values(snapshot);
    std::string out(kDeclaration);
    out +=
        "<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">\n  <meta>"
        "<creator>faultline</creator><description>";
    for (std::size_t i = 0; i < of.size(); ++i) {
        out += (i == 0 ? "" : ", ") + std::string(kGraphFields.at(i).name) + " " + escaped(of[i]);
    }
    out += "</description></meta>\n  <graph defaultedgetype=\"directed\" mode=\"static\">\n";
    add_gexf_fields(out, "node", gexf_node_fields());
    add_gexf_fields(out, "edge", kEdgeFields);
    out += "    <nodes>\n";
    const std::vector<std::string> ids = node_ids(snapshot);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        Values values = node_values(snapshot.nodes[i]);
        out += "      <node" + attribute("id", ids[i]) + attribute("label", values.front()) + ">";
        values.erase(values.begin());
        add_gexf_values(out, "node", gexf_node_fields(), values);
        out += "</node>\n";
    }
    out += "    </nodes>\n    <edges>\n";
    for (std::size_t i = 0; i < snapshot.edges.size(); ++i) {
        const Edge& edge = snapshot.edges[i];
        const Values values = edge_values(edge);
        out += "      <edge" + attribute("id", edge_id(i)) + attribute("source", ids[edge.from]) +
               attribute("target", ids[edge.to]) + attribute("label", values.front());
        if (!values[kUsdField].empty()) {
            out += attribute("weight", values[kUsdField]);
        }
        out += ">";
        add_gexf_values(out, "edge", kEdgeFields, values);
        out += "</edge>\n";
    }
    out += "    </edges>\n  </graph>\n</gexf>\n";
    return out;
}

}  // namespace faultline::graph
