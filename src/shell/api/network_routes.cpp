// SPDX-License-Identifier: Apache-2.0
#include "network_routes.hpp"

#include "answers.hpp"
#include "graph_routes.hpp"
#include "network_answers.hpp"
#include "network_query.hpp"
#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpResponse;
using runtime::Task;

Result<std::vector<network::Shock>> shocks_of(
    const GraphPage& page, const network::NetworkReport& report, const StressQuery& query
) {
    std::vector<network::Shock> out;
    for (const std::string& id : query.shocked) {
        const auto& nodes = report.live.nodes;
        const auto found = std::ranges::find(nodes, id, &network::LiveNode::id);
        if (found == nodes.end()) {
            return Error(
                       Code::kMissing,
                       "the network of " + page.graph().chain + " at block " +
                           page.graph().block.text() + " has no node " + quoted(id)
            )
                .advise("/v1/network lists the nodes");
        }
        out.push_back(
            {.node = static_cast<network::Node>(found - nodes.begin()), .share = query.share}
        );
    }
    return out;
}

Result<HttpResponse> stressed(const GraphPage& page, const StressQuery& query) {
    const auto& report = page.kept->network();
    if (!report) {
        return report.error();
    }
    FAULTLINE_TRY(const auto shocks, shocks_of(page, *report, query));
    FAULTLINE_TRY(
        const network::StressOutcome outcome, network::stress(report->made, shocks, query.model)
    );
    return json_answer(200, stress_json(page, *report, query, shocks, outcome));
}

}  // namespace

Task<HttpResponse> network_answer(std::vector<ChainView*> chains, Target target) {
    if (const auto known = only(target, {"chain", "as_of"}); !known) {
        co_return failed_answer(known.error());
    }
    const auto page = co_await page_of(std::move(chains), std::move(target));
    if (!page) {
        co_return failed_answer(page.error());
    }
    const auto& report = page->kept->network();
    co_return report ? json_answer(200, network_json(*page, *report))
                     : failed_answer(report.error());
}

Task<HttpResponse> stress_answer(std::vector<ChainView*> chains, Target target) {
    const auto known = only(target, {"chain", "as_of", "shock", "share", "model", "limit"});
    if (!known) {
        co_return failed_answer(known.error());
    }
    const auto query = stress_query(target);
    if (!query) {
        co_return failed_answer(query.error());
    }
    const auto page = co_await page_of(std::move(chains), std::move(target));
    if (!page) {
        co_return failed_answer(page.error());
    }
    auto answer = stressed(*page, *query);
    co_return answer ? *std::move(answer) : failed_answer(answer.error());
}

}  // namespace faultline::api
