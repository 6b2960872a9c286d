// SPDX-License-Identifier: Apache-2.0
#include "graph_writer.hpp"

#include "answer_fields.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::api {
void GraphWriter::begin(JsonWriter& json, const GraphPage& page) {
    begin_page(json, page);
    json.field("chain", page.graph().chain);
}

void GraphWriter::usd(std::string_view name, const U256& usd) {
    json_.field(name, graph::usd_text(usd));
}

void GraphWriter::node(const graph::NodeKey& key) {
    const auto found = snapshot_.find(key);
    if (!found) {
        // A token that only amounts name.
        json_.field("id", graph::node_id(key, ""));
        json_.field("kind", graph::node_kind_name(key.kind));
        return;
    }
    node(snapshot_.nodes[*found]);
}

void GraphWriter::node(const graph::Node& node) {
    json_.field("id", node.id);
    json_.field("kind", graph::node_kind_name(node.key.kind));
    if (node.name != node.id) {
        json_.field("name", node.name);
    }
    if (!node.category.empty()) {
        json_.field("category", node.category);
    }
    if (!node.accounts.empty()) {
        json_.key("accounts").begin_array();
        for (const Address& account : node.accounts) {
            json_.string(account.hex());
        }
        json_.end_array();
    }
}

void GraphWriter::edge(const graph::Edge& edge) {
    json_.begin_object();
    json_.field("from", snapshot_.nodes[edge.from].id);
    json_.field("to", snapshot_.nodes[edge.to].id);
    json_.field("kind", graph::edge_kind_name(edge.kind));
    if (!edge.part_name.empty()) {
        json_.field("part", edge.part_name);
    }
    if (!edge.token.is_zero()) {
        json_.field("token", edge.token.hex());
    }
    if (edge.decimals) {
        json_.field("decimals", *edge.decimals);
    }
    json_.field("proof", graph::proof_name(edge.proof));
    if (edge.amount.ok()) {
        write_amount(json_, "amount", edge.amount.value);
    }
    if (edge.amount_block) {
        json_.field("amount_block", *edge.amount_block);
    }
    if (edge.usd.ok()) {
        usd("usd", edge.usd.value);
    } else if (graph::has_amount(edge.kind)) {
        write_status(json_, edge.usd);
    }
    json_.end_object();
}

void GraphWriter::edges(std::string_view name, const std::vector<graph::EdgeIndex>& places) {
    json_.key(name).begin_array();
    for (const graph::EdgeIndex place : places) {
        edge(snapshot_.edges[place]);
    }
    json_.end_array();
}

void GraphWriter::exposure(const graph::Exposure& exposure) {
    usd("total_usd", exposure.total_usd);
    json_.key("terminals").begin_array();
    for (const graph::Terminal& terminal : exposure.terminals) {
        json_.begin_object();
        node(terminal.token);
        usd("usd", terminal.usd);
        usd("claimed_usd", terminal.claimed_usd);
        json_.key("cut").boolean(terminal.cut);
        json_.end_object();
    }
    json_.end_array();
    usd("circular_usd", exposure.circular_usd);
    usd("cut_usd", exposure.cut_usd);
    json_.key("gross").begin_array();
    for (const graph::Gross& gross : exposure.gross) {
        json_.begin_object();
        node(gross.node);
        usd("usd", gross.usd);
        usd("claimed_usd", gross.claimed_usd);
        usd("direct_usd", gross.direct_usd);
        json_.end_object();
    }
    json_.end_array();
    json_.key("owes").begin_array();
    for (const graph::Owed& owed : exposure.owes) {
        json_.begin_object();
        node(owed.token);
        usd("usd", owed.usd);
        json_.end_object();
    }
    json_.end_array();
    edges("unvalued", exposure.unvalued);
    edges("owes_unvalued", exposure.owes_unvalued);
}

void GraphWriter::exposed(std::vector<graph::Exposed> all) {
    std::ranges::sort(all, [](const auto& a, const auto& b) {
        return a.usd != b.usd ? a.usd > b.usd : a.from < b.from;
    });
    json_.key("exposed").begin_array();
    for (const graph::Exposed& one : all) {
        json_.begin_object();
        node(snapshot_.nodes[one.from]);
        usd("usd", one.usd);
        usd("claimed_usd", one.claimed_usd);
        usd("direct_usd", one.direct_usd);
        usd("of_total_usd", one.total_usd);
        json_.field("unvalued", one.unvalued);
        json_.end_object();
    }
    json_.end_array();
}

void GraphWriter::path(const graph::Path& path) {
    json_.begin_object();
    usd("usd", path.usd);
    json_.key("steps").begin_array();
    for (const graph::Step& step : path.steps) {
        json_.begin_object();
        node(step.node);
        if (step.edge != graph::kNoEdge) {
            json_.key("by");
            edge(snapshot_.edges[step.edge]);
        }
        json_.end_object();
    }
    json_.end_array().end_object();
}

}  // namespace faultline::api
