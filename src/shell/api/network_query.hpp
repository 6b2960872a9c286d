// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/stress.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace faultline::api {

/// What /v1/network/stress asks.
struct StressQuery {
    std::vector<std::string> shocked;  ///< Ids of nodes, as in /v1/graph; at least one.
    double share = 0;                  ///< What each of them loses, 0 to 1.
    network::StressModel model = network::StressModel::kContagion;
    std::size_t limit = 10;  ///< Of losers in the answer.
};

/// Of the parameters chain and as_of nothing is said. kInvalid says which parameter is wrong, and
/// what it must be.
Result<StressQuery> stress_query(const Target& target);

}  // namespace faultline::api
