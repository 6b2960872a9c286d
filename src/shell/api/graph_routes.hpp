// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <vector>

/// What is asked of the exposure graph. `chain` names a chain where there are several; `as_of` is a
/// block number, or a time such as 2026-11-30T09:00:00Z. All usd are decimal texts, exact.
namespace faultline::api {

/// The graph that `chain` and `as_of` name. Errors: those parameters', and ChainView::graph()'s.
runtime::Task<Result<GraphPage>> page_of(std::vector<ChainView*> chains, Target target);

/// All nodes and edges.
runtime::Task<net::HttpResponse> graph_answer(std::vector<ChainView*> chains, Target target);

/// What moved between protocols and issuers from `since` to `as_of`.
runtime::Task<net::HttpResponse> flows_answer(std::vector<ChainView*> chains, Target target);

/// What a protocol, by its name, depends on. /v1/exposures/protocol/<name>
runtime::Task<net::HttpResponse> protocol_exposure_answer(
    std::vector<ChainView*> chains, Target target
);

/// What a token, by its address, stands for, and who is exposed to it.
/// /v1/exposures/token/<address>
runtime::Task<net::HttpResponse> token_exposure_answer(
    std::vector<ChainView*> chains, Target target
);

/// What a market, by its address, depends on, and how concentrated it is.
/// /v1/exposures/market/<address>
runtime::Task<net::HttpResponse> market_exposure_answer(
    std::vector<ChainView*> chains, Target target
);

/// Exposures as figures: parameters as measure_query() has them. /v1/exposures/measure
runtime::Task<net::HttpResponse> measure_answer(std::vector<ChainView*> chains, Target target);

/// The ways from a node to another: `from` and `to` are ids of nodes, `limit` is how many.
runtime::Task<net::HttpResponse> paths_answer(std::vector<ChainView*> chains, Target target);

}  // namespace faultline::api
