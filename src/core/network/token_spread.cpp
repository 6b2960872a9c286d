// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::network {

namespace {

using ByToken = std::map<std::string_view, Sum>;

void add(std::span<const TokenValue> composition, ByToken& to) {
    for (const TokenValue& held : composition) {
        to[held.token].add(held.value_usd);
    }
}

TokenSpread spread_over(const ByToken& held) {
    TokenSpread out;
    std::vector<std::string_view> names;
    std::vector<double> values;
    for (const auto& [token, usd] : held) {
        if (usd.value() != 0) {
            names.push_back(token);
            values.push_back(usd.value());
        }
    }
    out.tokens = values.size();
    out.hhi = hhi(values);
    if (out.hhi) {
        const auto most = std::ranges::max_element(values);
        out.top = std::string(names[static_cast<std::size_t>(most - values.begin())]);
        out.top_share = top_share(values, 1);
    }
    return out;
}

}  // namespace

TokenSpread token_spread(std::span<const TokenValue> composition) {
    ByToken held;
    add(composition, held);
    return spread_over(held);
}

TokenSpread token_spread(std::span<const SnapshotNode> nodes) {
    ByToken held;
    for (const SnapshotNode& node : nodes) {
        add(node.composition, held);
    }
    return spread_over(held);
}

}  // namespace faultline::network
