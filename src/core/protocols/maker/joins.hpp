// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstdint>
#include <map>
#include <vector>

/// What an ilk's collateral is a token of: the Vat does not know, its joins say. Joins are wards of
/// the Vat, or configured.
namespace faultline::maker {

/// The Vat's wards as holders that logs name: the part that no ilk can be.
Hash32 ward_part();

void add_ward(Tables& tables, MarketId market, const Address& ward);
/// One that is configured stays.
void drop_ward(Tables& tables, MarketId market, const MarketConfig& config, const Address& ward);

/// ilk(), gem() and dec() of those who were not asked yet.
void plan_joins(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
);
/// Tells of each ilk whose joins contradict each other from here on.
void take_joins(
    Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<protocol::Incident>& incidents
);

std::vector<eth::Read> join_reads(const Address& join);
/// Who reverts, or answers with less than a word, is no join; `unread` while something is not
/// answered.
JoinRow join_answers(const Address& join, const eth::Block& block);

/// What a join says of its ilk.
struct GemClaim {
    Address join;
    Address gem;
    U256 decimals;
};

/// By ilk; ordered by join.
std::map<Hash32, std::vector<GemClaim>> gem_claims(const Tables& tables, MarketId market);

struct IlkGem {
    Address token;
    std::uint8_t decimals = 0;  ///< At most those of a wad.
};

/// What they all say; no_data with the reason where nobody says anything, or one says other than
/// another.
Figure<IlkGem> agreed_gem(const std::vector<GemClaim>& claims);

/// The tokens that they name, where those are several; sorted.
std::vector<Address> disputed_gems(const std::vector<GemClaim>& claims);

}  // namespace faultline::maker
