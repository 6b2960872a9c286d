// SPDX-License-Identifier: Apache-2.0
#include "core/graph/export_table.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/base/utf8.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {
namespace {

/// XML 1.0 knows no control characters but these, and neither U+FFFE nor U+FFFF.
bool is_known(std::string_view character) {
    if (character.size() > 1) {
        return character != "\xef\xbf\xbe" && character != "\xef\xbf\xbf";
    }
    const char c = character.front();
    return c >= ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Utf8Run run = leading_utf8(text);
        const std::string_view character = text.substr(0, run.size);
        out += run.valid && is_known(character) ? character : kReplacement;
        text.remove_prefix(run.size);
    }
    return out;
}

Values graph_values(const Snapshot& snapshot) {
    return {
        clean(snapshot.chain),
        std::to_string(snapshot.block.number),
        snapshot.block.hash.hex(),
        std::to_string(snapshot.timestamp.value),
    };
}

Values node_values(const Node& node) {
    std::string accounts;
    for (const Address& account : node.accounts) {
        accounts += (accounts.empty() ? "" : " ") + account.hex();
    }
    return {
        clean(node.name),
        std::string(node_kind_name(node.key.kind)),
        clean(node.category),
        accounts,
    };
}

Values edge_values(const Edge& edge) {
    const bool has_token = edge.amount.ok() || !edge.token.is_zero();
    return {
        std::string(edge_kind_name(edge.kind)),
        edge.part.is_zero() ? std::string() : edge.part.hex(),
        clean(edge.part_name),
        has_token ? edge.token.hex() : std::string(),
        edge.decimals ? std::to_string(*edge.decimals) : std::string(),
        std::string(proof_name(edge.proof)),
        edge.amount.ok() ? edge.amount.value.to_string() : std::string(),
        std::string(figure_status_name(edge.amount.status)),
        edge.amount.ok() ? std::string() : clean(edge.amount.reason),
        edge.amount_block ? std::to_string(*edge.amount_block) : std::string(),
        edge.usd.ok() ? usd_text(edge.usd.value) : std::string(),
        std::string(figure_status_name(edge.usd.status)),
        edge.usd.ok() ? std::string() : clean(edge.usd.reason),
    };
}

std::vector<std::string> node_ids(const Snapshot& snapshot) {
    std::vector<std::string> ids;
    ids.reserve(snapshot.nodes.size());
    std::map<std::string_view, std::size_t> count;
    for (const Node& node : snapshot.nodes) {
        ids.push_back(clean(node.id));
    }
    for (const std::string& id : ids) {
        ++count[id];
    }
    std::vector<std::size_t> repeated;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (count[ids[i]] > 1) {
            repeated.push_back(i);
        }
    }
    for (const std::size_t i : repeated) {
        ids[i] += "#" + to_hex(snapshot.nodes[i].key.rest.view());
    }
    return ids;
}

std::string edge_id(std::size_t place) {
    return "e" + std::to_string(place);
}

}  // namespace faultline::graph
