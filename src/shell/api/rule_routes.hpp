// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>
#include <vector>

/// What rules say now. `chain` as in graph_routes.
namespace faultline::api {

/// Every rule, with how many of its rows say what. /v1/rules
runtime::Task<net::HttpResponse> rules_answer(std::vector<ChainView*> chains, Target target);

/// One rule with its rows. /v1/rules/<name>
runtime::Task<net::HttpResponse> rule_answer(std::vector<ChainView*> chains, Target target);

/// Pure; the same view gives the same bytes.
std::string rules_json(const RulesPage& page);
/// @pre the page has one rule
std::string rule_json(const RulesPage& page);

}  // namespace faultline::api
