// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstdint>

/// How much collateral of an ilk there is, which the Vat does not say: sums of its urns' rows.
namespace faultline::maker {

/// Before an urn's row becomes another.
void move_collateral(Tables& tables, const UrnKey& key, const UrnRow& before, const UrnRow& after);

/// Sums all rows of urns anew, unless that was done: stores of before have none. Without knowing
/// who was named then, ilks of a market that was read are doubted.
void begin_collateral(Tables& tables, MarketId market, std::uint64_t block);

/// Sums all rows of urns anew. The caller says which ilks are doubted.
void sum_collateral(Tables& tables, MarketId market, std::uint64_t block);

/// ink and gem of the ilk that holders have, in wad: without the ink of PSMs, which is no claim of
/// theirs. no_data where urns may be missing.
Figure<U256> claimed_wad(
    const Tables& tables, MarketId market, const MarketConfig& config, const Hash32& ilk
);

/// Who is named with an ilk by the log of its init: that it was seen says that all urns were.
Address everybody();

/// The ink of a LitePSM is unlimited and backed by nothing, that of a legacy one is the gem that is
/// told as a reserve.
bool is_psm_urn(const MarketConfig& config, const UrnKey& key);

}  // namespace faultline::maker
