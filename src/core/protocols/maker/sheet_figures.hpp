// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

/// Figures that sheets share.
namespace faultline::maker {

/// part*10000/whole, down; kNoData of nothing.
Figure<U256> share_bps(const U256& part, const U256& whole);

/// How far the price may fall, as a share of it, until the vault is unsafe, down; negative where it
/// is unsafe: by how much the price would have to rise. kNoData without debt or price.
Figure<protocol::Signed> distance_bps(
    const UrnRow& urn, const U256& spot_ray, const U256& rate_ray
);

protocol::Signed difference(const U256& a, const U256& b);

/// The block from which cumulative flows are counted: that of the market's deployment, or the one
/// at which it was read.
Figure<U256> flows_since_block(const Tables& tables, MarketId market, const MarketConfig& config);

/// spot after the oracle's next price came into force and was poked; zero where it will have none.
/// kNoData, with the reason, where nobody here can read it.
Figure<U256> next_spot_ray(const Tables& tables, MarketId market, const IlkRow& ilk);

/// The price in force; kNoData where the oracle has none.
Figure<U256> oracle_price_wad(const PipRow& pip);
Figure<bool> oracle_stopped(const PipRow& pip);

/// Of the market's ESM; nullptr where it could not be read.
Figure<U256> esm_joined_wad(const EsmRow* esm);
Figure<bool> esm_fired(const EsmRow* esm);

}  // namespace faultline::maker
