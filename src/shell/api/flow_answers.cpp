// SPDX-License-Identifier: Apache-2.0
#include "answer_fields.hpp"
#include "graph_answers.hpp"

#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::api {
namespace {

void write_id(JsonWriter& json, std::string_view name, const network::SnapshotId& id) {
    json.key(name);
    if (id) {
        json.string(*id);
    } else {
        json.null();
    }
}

void write_composition(JsonWriter& json, const std::vector<network::TokenValue>& composition) {
    json.key("composition").begin_object();
    for (const network::TokenValue& one : composition) {
        json.key(one.token).real(one.value_usd);
    }
    json.end_object();
}

}  // namespace

std::string flows_json(const FlowPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_block(json, "since", page.since);
    json.field("chain", page.chain);
    json.field("week", page.flows.date.text());
    json.key("nodes").begin_array();
    for (const network::SnapshotNode& node : page.flows.nodes) {
        json.begin_object();
        write_id(json, "id", node.id);
        json.key("size").real(node.size);
        write_composition(json, node.composition);
        json.end_object();
    }
    json.end_array().key("links").begin_array();
    for (const network::SnapshotLink& link : page.flows.links) {
        json.begin_object();
        write_id(json, "source", link.source);
        write_id(json, "target", link.target);
        json.key("size").real(link.size);
        write_composition(json, link.composition);
        json.end_object();
    }
    json.end_array().key("unvalued").begin_array();
    for (const auto& [holder, token] : page.unvalued) {
        json.begin_object().field("id", holder).field("token", token).end_object();
    }
    return json.end_array().end_object().take();
}

}  // namespace faultline::api
