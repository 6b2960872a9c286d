// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/edge.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace faultline::graph {
namespace {

constexpr std::array<std::string_view, 11> kEdgeKinds{
    "supplied",
    "collateral",
    "debt",
    "liquidity",
    "wraps",
    "backed_by",
    "priced_by",
    "issued_by",
    "bridged_by",
    "governed_by",
    "part_of"
};
static_assert(kEdgeKinds.size() == static_cast<std::size_t>(last_of(EdgeKind{})) + 1);

}  // namespace

std::string_view edge_kind_name(EdgeKind kind) noexcept {
    return kEdgeKinds.at(static_cast<std::size_t>(kind));
}

}  // namespace faultline::graph
