// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/graph/limits.hpp>

#include <cstddef>
#include <string_view>

namespace faultline::api {

/// What /v1/exposures/measure asks.
struct MeasureQuery {
    graph::Question question;
    std::size_t limit = 100;  ///< Pairs in the answer.
};

/// `from` and `to` are the id of a node, a kind of nodes or "any". Of the parameters chain and
/// as_of nothing is said. kInvalid says which parameter is wrong, and what it must be.
Result<MeasureQuery> measure_query(const Target& target);

/// As the parameter `reach` has it: "direct", "look_through".
std::string_view reach_name(graph::Reach reach) noexcept;
/// As the parameter `measure` has it: "usd", "share_of_assets", "share_of_depth".
std::string_view measure_name(graph::Measure measure) noexcept;

}  // namespace faultline::api
