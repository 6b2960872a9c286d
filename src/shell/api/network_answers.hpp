// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network_query.hpp"

#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/shell/api/view.hpp>

#include <span>
#include <string>

/// Answers about the network of protocols and issuers, as JSON. Pure; the same graph gives the same
/// bytes. What is not defined is null, with the reason beside it.
namespace faultline::api {

/// @pre the report is of the page's graph
std::string network_json(const GraphPage& page, const network::NetworkReport& report);

/// @pre the outcome is of the report's network, and of these shocks
std::string stress_json(
    const GraphPage& page,
    const network::NetworkReport& report,
    const StressQuery& query,
    std::span<const network::Shock> shocks,
    const network::StressOutcome& outcome
);

}  // namespace faultline::api
