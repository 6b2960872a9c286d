// SPDX-License-Identifier: Apache-2.0
#include "merged_logs.hpp"

#include "json_reply.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::string_view kMethod = "eth_getLogs";

bool same(const eth::Log& one, const eth::Log& other) {
    return one.address == other.address && std::ranges::equal(one.topics, other.topics) &&
           std::ranges::equal(one.data, other.data) && one.tx_hash == other.tx_hash &&
           one.tx_index == other.tx_index && one.log_index == other.log_index;
}

}  // namespace

Result<void> add_logs(eth::LogList& to, eth::LogList more, const eth::BlockRef& block) {
    if (to.empty()) {
        to = std::move(more);
        return {};
    }
    eth::LogList all;
    std::size_t i = 0;
    for (std::size_t j = 0; j < more.size(); ++j) {
        const eth::Log next = more[j];
        for (; i < to.size() && to[i].log_index < next.log_index; ++i) {
            all.add(to[i]);
        }
        if (i == to.size() || to[i].log_index > next.log_index) {
            all.add(next);
        } else if (!same(to[i], next)) {
            return about(
                Code::kMalformed,
                kMethod,
                "log " + std::to_string(next.log_index) + " of block " + block.text() +
                    " was told twice, and each time otherwise"
            );
        }
    }
    for (; i < to.size(); ++i) {
        all.add(to[i]);
    }
    to = std::move(all);
    return {};
}

Result<void> add_logs(std::vector<BlockLogs>& to, std::vector<BlockLogs> more) {
    std::vector<BlockLogs> all;
    all.reserve(to.size() + more.size());
    auto known = to.begin();
    for (BlockLogs& next : more) {
        for (; known != to.end() && known->ref.number < next.ref.number; ++known) {
            all.push_back(std::move(*known));
        }
        if (known == to.end() || known->ref.number > next.ref.number) {
            all.push_back(std::move(next));
            continue;
        }
        if (known->ref != next.ref) {
            return about(
                Code::kTransient,
                kMethod,
                "block " + std::to_string(next.ref.number) +
                    " changed while reading: its logs name two hashes"
            );
        }
        FAULTLINE_TRY_VOID(add_logs(known->logs, std::move(next.logs), next.ref));
    }
    std::move(known, to.end(), std::back_inserter(all));
    to = std::move(all);
    return {};
}

}  // namespace faultline::rpc
