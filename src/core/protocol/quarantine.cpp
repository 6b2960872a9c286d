// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/quarantine.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::protocol {
namespace {

constexpr ledger::TableId kLogTable = 0x010a;
constexpr ledger::TableId kCountTable = 0x010b;

}  // namespace

Quarantine::Quarantine(ledger::Ledger& ledger)
    : logs_(ledger, kLogTable), counts_(ledger, kCountTable) {}

void Quarantine::add(
    MarketId market, const eth::BlockRef& block, const eth::Log& log, std::string why
) {
    const std::uint64_t number = total(market);
    counts_.put({market}, {.logs = number + 1});
    if (number >= kMostQuarantinedLogs) {
        return;
    }
    const auto kept = log.data.first(std::min(log.data.size(), kMostQuarantinedBytes));
    logs_.put(
        {.market = market, .number = number},
        {.block = block,
         .tx_hash = log.tx_hash,
         .log_index = log.log_index,
         .address = log.address,
         .topics = {log.topics.begin(), log.topics.end()},
         .data = {kept.begin(), kept.end()},
         .data_bytes = log.data.size(),
         .why = std::move(why)}
    );
}

std::uint64_t Quarantine::total(MarketId market) const {
    const CountRow* row = counts_.find({market});
    return row == nullptr ? 0 : row->logs;
}

std::uint64_t Quarantine::total() const {
    std::uint64_t sum = 0;
    counts_.for_each_unordered([&sum](const CountKey&, const CountRow& row) { sum += row.logs; });
    return sum;
}

std::vector<QuarantinedLog> Quarantine::logs(MarketId market) const {
    const std::uint64_t kept = std::min(total(market), kMostQuarantinedLogs);
    std::vector<QuarantinedLog> out;
    out.reserve(static_cast<std::size_t>(kept));
    for (std::uint64_t number = 0; number < kept; ++number) {
        if (const QuarantinedLog* log = logs_.find({.market = market, .number = number})) {
            out.push_back(*log);
        }
    }
    return out;
}

}  // namespace faultline::protocol

namespace faultline {

template class ledger::Table<protocol::Quarantine::LogKey, protocol::QuarantinedLog>;
template class ledger::Table<protocol::Quarantine::CountKey, protocol::Quarantine::CountRow>;

}  // namespace faultline
