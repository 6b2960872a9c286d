// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

/// What a LitePSM says of itself (DssLitePsm.sol), from the rows of the Vat and of its tokens.
namespace faultline::maker {

/// kError where the contract's own view reverts.
struct LitePsmFigures {
    Figure<U256> rush_wad;  ///< Dai that fill() would mint.
    Figure<U256> gush_wad;  ///< Dai that trim() would burn.
    Figure<U256> cut_wad;   ///< Fees that chug() would take.
};

/// The gem that can be bought: the pocket's, or a legacy PSM's urn. In the gem's units, and as wad.
Figure<U256> gem_held(const Tables& tables, MarketId market, const Psm& psm);
Figure<U256> gem_held_wad(const Tables& tables, MarketId market, const Psm& psm);

/// Dai of the PSM itself.
Figure<U256> dai_held(
    const Tables& tables, MarketId market, const MarketConfig& config, const Psm& psm
);

LitePsmFigures lite_psm_figures(
    const Tables& tables, MarketId market, const MarketConfig& config, const Psm& psm
);

}  // namespace faultline::maker
