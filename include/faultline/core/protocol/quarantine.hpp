// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::protocol {

/// The first so many logs of a market are kept: what comes after them follows from them.
inline constexpr std::uint64_t kMostQuarantinedLogs = 1000;
/// So much of a log's data is kept. No event that carries state is that long.
inline constexpr std::size_t kMostQuarantinedBytes = 1024;

/// A log of a market's own contracts that the accounting could not take, as the chain has it.
struct QuarantinedLog {
    eth::BlockRef block;
    Hash32 tx_hash;
    std::uint32_t log_index = 0;
    Address address;
    std::vector<Hash32> topics;
    Bytes data;                    ///< The first kMostQuarantinedBytes of it.
    std::uint64_t data_bytes = 0;  ///< How long the data was.
    std::string why;               ///< What was wrong with it, and what to do.
    bool operator==(const QuarantinedLog&) const = default;

    auto fields(this auto& self) {
        return std::tie(
            self.block,
            self.tx_hash,
            self.log_index,
            self.address,
            self.topics,
            self.data,
            self.data_bytes,
            self.why
        );
    }
};

/// The logs that were left out of each market's figures, which are withheld from the first of them
/// on. An upgrade to what is not accounted for is none of them: that log is right. Rows of the
/// ledger: a log leaves with its block.
class Quarantine {
  public:
    /// The rows live in `ledger`, which outlives this.
    explicit Quarantine(ledger::Ledger& ledger);

    /// Keeps a log of the block being applied, or counts it where enough are kept.
    void add(MarketId market, const eth::BlockRef& block, const eth::Log& log, std::string why);

    /// Logs that were put in, those that are only counted included.
    [[nodiscard]] std::uint64_t total(MarketId market) const;
    [[nodiscard]] std::uint64_t total() const;

    /// Those that are kept, in the order of the chain.
    [[nodiscard]] std::vector<QuarantinedLog> logs(MarketId market) const;

  private:
    struct LogKey {
        MarketId market = 0;
        std::uint64_t number = 0;  ///< From 0, in the order of the chain.
        auto operator<=>(const LogKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.market, self.number); }
    };

    struct CountKey {
        MarketId market = 0;
        auto operator<=>(const CountKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.market); }
    };

    struct CountRow {
        std::uint64_t logs = 0;

        auto fields(this auto& self) { return std::tie(self.logs); }
    };

    ledger::Table<LogKey, QuarantinedLog> logs_;
    ledger::Table<CountKey, CountRow> counts_;
};

}  // namespace faultline::protocol

/// Instantiated once, in quarantine.cpp.
namespace faultline {
extern template class ledger::Table<protocol::Quarantine::LogKey, protocol::QuarantinedLog>;
extern template class ledger::Table<protocol::Quarantine::CountKey, protocol::Quarantine::CountRow>;
}  // namespace faultline
