// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <vector>

namespace faultline::maker {

/// Eras of a market's Vow, the oldest first.
std::vector<EraKey> eras_of(const Tables& tables, MarketId market);

/// Stores them, or takes the row away when nothing is left.
void put_account(Tables& tables, const AccountKey& key, const AccountRow& row);
void put_sin(Tables& tables, const AccountKey& key, const U256& sin_rad);

/// The numbers of a Vow that logs nothing, and the sum of another's where that is missing.
void plan_vow(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
);
void take_vow(Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block);

/// Clippers and price curves that are still to be read, and what upchost() may have changed.
void plan_clips(
    const Tables& tables, MarketId market, const eth::Block& block, std::vector<eth::Read>& reads
);
void take_clips(Tables& tables, MarketId market, const eth::Block& block);

/// What no log of an oracle tells: its prices and whether it is stopped, asked as the Spotter.
void plan_pips(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
);
/// Of every block: what no log keeps right is forgotten where it is not answered again.
void take_pips(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
);
/// All there is to ask of an oracle, and its row as that was answered.
std::vector<eth::Read> pip_reads(const Address& pip, const MarketConfig& config);
PipRow pip_answers(const Address& pip, const MarketConfig& config, const eth::Block& block);

/// The state of a clipper, of all of its auctions too; nullopt while something is not answered.
struct ClipAnswers {
    ClipRow clip;
    std::vector<SaleRow> sales;  ///< In the order of ClipRow::active.
};

/// The calls; those about auctions once the list is answered.
std::vector<eth::Read> clip_reads(const Address& clip, const eth::Block& block);
std::optional<ClipAnswers> clip_answers(
    const Address& clip, const Hash32& ilk, const eth::Block& block
);

/// The calls of a price curve; each kind reverts those that it has not.
std::vector<eth::Read> calc_reads(const Address& calc);
/// nullopt while something is not answered.
std::optional<CalcRow> calc_answers(const Address& calc, const eth::Block& block);

/// chost as it was read at a block: known for ever while it is what upchost() sets.
void set_chost(ClipRow& clip, const IlkRow& ilk, const U256& chost_rad, eth::BlockNum number);

}  // namespace faultline::maker
