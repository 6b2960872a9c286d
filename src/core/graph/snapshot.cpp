// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <optional>

namespace faultline::graph {

std::optional<NodeIndex> Snapshot::find(const NodeKey& key) const {
    const auto found = std::lower_bound(
        nodes.begin(),
        nodes.end(),
        key,
        [](const Node& node, const NodeKey& wanted) { return node.key < wanted; }
    );
    if (found == nodes.end() || found->key != key) {
        return std::nullopt;
    }
    return static_cast<NodeIndex>(found - nodes.begin());
}

}  // namespace faultline::graph
