// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure_query.hpp"

#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>

/// Answers about limits and concentration, as JSON. Pure; the same graph gives the same bytes.
namespace faultline::api {

/// The pairs that are measured, the largest first.
std::string measure_json(const GraphPage& page, const MeasureQuery& query);

/// What a market depends on, as exposure_json() has it, and how its claims and debts are spread.
/// @pre `market` is a market of the page's graph
std::string market_exposure_json(const GraphPage& page, graph::NodeIndex market);

}  // namespace faultline::api
