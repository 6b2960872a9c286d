// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::graph {

std::string_view proof_name(Proof proof) noexcept {
    switch (proof) {
        case Proof::kConfirmed:
            return "confirmed";
        case Proof::kClaimed:
            return "claimed";
        case Proof::kLabelled:
            return "labelled";
    }
    return "unknown";
}

std::string usd_text(const U256& usd) {
    std::string digits = usd.to_string();
    if (digits.size() <= kUsdDecimals) {
        digits.insert(0, kUsdDecimals + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - kUsdDecimals, 1, '.');
    return digits;
}

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
