// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <vector>

/// What is asked of the network of protocols and issuers. `chain` and `as_of` as in graph_routes.
namespace faultline::api {

/// Its figures, of the whole and of each node.
runtime::Task<net::HttpResponse> network_answer(std::vector<ChainView*> chains, Target target);

/// What it leads to that the nodes `shock` lose `share`, by `model`.
runtime::Task<net::HttpResponse> stress_answer(std::vector<ChainView*> chains, Target target);

}  // namespace faultline::api
