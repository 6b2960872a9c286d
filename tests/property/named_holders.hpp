// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace faultline::tests {

/// Whom the logs of the chain name, block by block: sorted, as a bootstrap is given them.
inline std::vector<protocol::Holder> named_holders(
    const protocol::Protocol& protocol,
    protocol::MarketId market,
    const std::vector<std::vector<LogBook::Entry>>& past
) {
    const std::vector<Hash32> topics = protocol.holder_topics();
    const std::vector<Address> sources = protocol.holder_sources(market);
    std::set<protocol::Holder> out;
    for (const std::vector<LogBook::Entry>& block : past) {
        for (const LogBook::Entry& entry : block) {
            if (entry.topics.empty() || !std::ranges::binary_search(topics, entry.topics[0]) ||
                std::ranges::find(sources, entry.address) == sources.end()) {
                continue;
            }
            const eth::Log log{
                .address = entry.address,
                .topics = entry.topics,
                .data = entry.data,
                .tx_hash = {},
                .tx_index = 0,
                .log_index = 0
            };
            const auto named = protocol.named_holders(log);
            out.insert(named.begin(), named.end());
        }
    }
    return {out.begin(), out.end()};
}

}  // namespace faultline::tests
