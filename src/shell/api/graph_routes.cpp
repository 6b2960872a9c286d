// SPDX-License-Identifier: Apache-2.0
#include "graph_routes.hpp"

#include "answers.hpp"
#include "graph_answers.hpp"
#include "measure_answers.hpp"
#include "measure_query.hpp"
#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpResponse;
using runtime::Task;

/// Of /v1/exposures/<kind>/<id>.
constexpr std::size_t kIdSegment = 3;

constexpr std::size_t kMostPaths = 1000;

/// Of classes at both ends, so that no request holds the engine up for long.
constexpr std::size_t kMostBeginnings = 5000;

Task<Result<FlowPage>> flows_of(const std::vector<ChainView*>& chains, const Target& target) {
    FAULTLINE_CO_TRY(ChainView * chain, chain_parameter(chains, target));
    FAULTLINE_CO_TRY(const FlowQuery query, flow_query(target));
    co_return co_await chain->flows(query);
}

Result<graph::NodeIndex> node_in(
    const GraphPage& page, const graph::NodeKey& key, std::string_view id
) {
    const auto found = page.graph().find(key);
    if (!found) {
        return Error(
                   Code::kMissing,
                   "the exposure graph of " + page.graph().chain + " at block " +
                       page.graph().block.text() + " has no node " + quoted(id)
        )
            .advise("/v1/graph lists the nodes");
    }
    return *found;
}

/// Of nodes that something leads to: also a token that only amounts name.
Result<void> is_known(const GraphPage& page, const graph::NodeKey& key, std::string_view id) {
    const auto token = key.kind == graph::NodeKind::kToken ? key.address() : std::nullopt;
    // The zero address is no amount as well as the chain's own coin.
    if (token && !token->is_zero() &&
        std::ranges::find(page.graph().edges, *token, &graph::Edge::token) !=
            page.graph().edges.end()) {
        return {};
    }
    FAULTLINE_TRY_VOID(node_in(page, key, id));
    return {};
}

/// A parameter that is the id of a node.
Result<graph::NodeKey> node_parameter(const Target& target, const std::string& name) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) {
        return Error(Code::kInvalid, "the parameter " + name + " is missing")
            .advise("It is the id of a node, as in /v1/graph");
    }
    const auto key = graph::node_of_id(found->second);
    if (!key) {
        return Error(Code::kInvalid, "the parameter " + name + ": " + key.error().detail())
            .advise(key.error().advice());
    }
    return *key;
}

Result<HttpResponse> paths_of(const GraphPage& page, const Target& target) {
    FAULTLINE_TRY(const graph::NodeKey from, node_parameter(target, "from"));
    FAULTLINE_TRY(const graph::NodeKey to, node_parameter(target, "to"));
    graph::PathLimits limits;
    FAULTLINE_TRY(limits.paths, limit_parameter(target, limits.paths, kMostPaths));
    FAULTLINE_TRY(const graph::NodeIndex start, node_in(page, from, target.query.at("from")));
    FAULTLINE_TRY_VOID(is_known(page, to, target.query.at("to")));
    return json_answer(200, paths_json(page, start, to, limits));
}

/// A node of a path that ends with its address.
Result<graph::NodeIndex> addressed(
    const GraphPage& page, graph::NodeKind kind, const std::string& id
) {
    const auto address = Address::from_hex(id);
    if (!address) {
        return Error(
                   Code::kInvalid,
                   "the " + std::string(graph::node_kind_name(kind)) + " is " + quoted(id)
        )
            .advise("It must be an address: 0x and 40 hex digits");
    }
    return node_in(page, graph::NodeKey::of(kind, *address), id);
}

Result<HttpResponse> token_exposure(const GraphPage& page, const std::string& id) {
    FAULTLINE_TRY(const graph::NodeIndex token, addressed(page, graph::NodeKind::kToken, id));
    return json_answer(200, token_exposure_json(page, token));
}

Result<HttpResponse> market_exposure(const GraphPage& page, const std::string& id) {
    FAULTLINE_TRY(const graph::NodeIndex market, addressed(page, graph::NodeKind::kMarket, id));
    return json_answer(200, market_exposure_json(page, market));
}

/// A node that is named must be there: an empty answer would read as no exposure.
Result<void> named_are_there(
    const GraphPage& page, const Target& target, const MeasureQuery& query
) {
    if (const auto* from = std::get_if<graph::NodeKey>(&query.question.from)) {
        FAULTLINE_TRY_VOID(node_in(page, *from, target.query.at("from")));
    }
    if (const auto* to = std::get_if<graph::NodeKey>(&query.question.to)) {
        FAULTLINE_TRY_VOID(is_known(page, *to, target.query.at("to")));
    }
    return {};
}

Result<void> is_answered_at_once(const GraphPage& page, const graph::Question& question) {
    const std::size_t nodes = graph::beginnings(page.graph(), question.from);
    if (std::holds_alternative<graph::NodeKey>(question.to) || nodes <= kMostBeginnings) {
        return {};
    }
    return Error(
               Code::kInvalid,
               "the parameter from names " + std::to_string(nodes) + " nodes, and to a class; " +
                   std::to_string(kMostBeginnings) + " is the most"
    )
        .advise("Name a node in to or from, or a kind in from that has fewer");
}

Result<HttpResponse> measured(
    const GraphPage& page, const Target& target, const MeasureQuery& query
) {
    FAULTLINE_TRY_VOID(named_are_there(page, target, query));
    FAULTLINE_TRY_VOID(is_answered_at_once(page, query.question));
    return json_answer(200, measure_json(page, query));
}

Result<HttpResponse> protocol_exposure(const GraphPage& page, const std::string& id) {
    const auto key = graph::NodeKey::of(graph::NodeKind::kProtocol, id);
    FAULTLINE_TRY(const graph::NodeIndex node, node_in(page, key, id));
    return json_answer(200, exposure_json(page, node));
}

HttpResponse answer_of(Result<HttpResponse> answer) {
    return answer ? *std::move(answer) : failed_answer(answer.error());
}

}  // namespace

Task<Result<GraphPage>> page_of(std::vector<ChainView*> chains, Target target) {
    FAULTLINE_CO_TRY(ChainView * chain, chain_parameter(chains, target));
    FAULTLINE_CO_TRY(const GraphQuery query, graph_query(target));
    co_return co_await chain->graph(query);
}

Task<HttpResponse> graph_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? json_answer(200, graph_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> flows_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "since", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await flows_of(chains, target);
    co_return page ? json_answer(200, flows_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> protocol_exposure_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? answer_of(protocol_exposure(*page, target.path.at(kIdSegment)))
                   : failed_answer(page.error());
}

Task<HttpResponse> token_exposure_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? answer_of(token_exposure(*page, target.path.at(kIdSegment)))
                   : failed_answer(page.error());
}

Task<HttpResponse> market_exposure_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? answer_of(market_exposure(*page, target.path.at(kIdSegment)))
                   : failed_answer(page.error());
}

Task<HttpResponse> measure_answer(std::vector<ChainView*> chains, Target target) {
    const auto known =
        only(target, {"chain", "as_of", "from", "to", "reach", "measure", "claimed", "limit"});
    if (!known) {
        co_return failed_answer(known.error());
    }
    const auto query = measure_query(target);
    if (!query) {
        co_return failed_answer(query.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? answer_of(measured(*page, target, *query)) : failed_answer(page.error());
}

Task<HttpResponse> paths_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of", "from", "to", "limit"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(chains, target);
    co_return page ? answer_of(paths_of(*page, target)) : failed_answer(page.error());
}

}  // namespace faultline::api
