// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <cstddef>
#include <vector>

namespace faultline::protocol {

/// What a market is read from.
struct ReadingOptions {
    MarketId market = 0;
    eth::BlockRef block;
    UnixSeconds timestamp;
    std::vector<Holder> holders;    ///< Sorted, unique: whoever may hold or owe anything.
    std::size_t holders_known = 0;  ///< The first so many have their rows.
};

/// The whole state of one market at one block, by the view calls of its contracts: what to ask, and
/// rows from the answers. Then holds itself to the contracts: the sums they keep are those of the
/// holders, and the figures of every holder are theirs.
///
/// Pure. Whoever drives it asks calls() at the block, all of them, and hands over the answers until
/// none are left; it may leave the rows of holders that an earlier run read in the tables and begin
/// with the holder after them.
class MarketReading {
  public:
    MarketReading() = default;
    MarketReading(const MarketReading&) = delete;
    MarketReading& operator=(const MarketReading&) = delete;
    virtual ~MarketReading() = default;

    /// Empty when all is read and compared.
    [[nodiscard]] virtual const std::vector<eth::Read>& calls() const noexcept = 0;

    /// The answers to calls(), in that order. kRejected says which contract does not answer, what
    /// is not accounted for, what is held by holders that are not listed, or which figure is not
    /// the contract's; there is no market then.
    virtual Result<void> take(const std::vector<eth::ReadAnswer>& answers) = 0;

    /// Whether calls() are about the market itself and not yet about its holders; after a take()
    /// that failed, whether it was the market that could not be read. That holders are missing is
    /// no fault of the market, also where none are listed: they may be searched for then.
    [[nodiscard]] virtual bool of_market() const noexcept = 0;

    /// How many holders have their rows.
    [[nodiscard]] virtual std::size_t holders_known() const noexcept = 0;
    /// How many were held against the contracts' figures.
    [[nodiscard]] virtual std::size_t holders_compared() const noexcept = 0;
};

}  // namespace faultline::protocol
