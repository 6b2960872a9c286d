// SPDX-License-Identifier: Apache-2.0
#include "engine/contributors.hpp"

#include "engine/explanation.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {

void Largest::tell(std::vector<alerts::Contributor>& out) {
    std::ranges::sort(all_, [](const auto& a, const auto& b) {
        return std::tie(b.first, a.second.is, a.second.path) <
               std::tie(a.first, b.second.is, b.second.path);
    });
    for (std::size_t i = 0; i < std::min(all_.size(), Explanation::kMost); ++i) {
        out.push_back(std::move(all_[i].second));
    }
}

std::string label_of(const signals::Labels& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

std::vector<std::string> ids_of(
    const protocol::Protocol& protocol, const protocol::Holder& holder
) {
    std::vector<std::string> out{
        graph::node_id(graph::NodeKey::of(graph::NodeKind::kAccount, holder.account), "")
    };
    if (!holder.part.is_zero()) {
        out.push_back(std::string(protocol.part_label()) + ":" + protocol.part_name(holder.part));
    }
    return out;
}

std::optional<U256> worth_of(const protocol::Leg& leg, const protocol::PartSide& side) {
    const auto amount = side.scale.amount(leg.units);
    if (!amount || !side.price.ok()) {
        return std::nullopt;
    }
    return mul_div_floor(*amount, side.price.value.price, side.price.value.unit);
}

}  // namespace faultline::engine
