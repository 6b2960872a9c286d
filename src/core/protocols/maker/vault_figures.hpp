// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>

/// How far a vault is from being barked (dog.sol: bark).
namespace faultline::maker {

/// ink*spot*WAD / (art*rate), down: below WAD exactly where ink*spot < art*rate. U256::max()
/// without debt.
U256 health_factor_wad(const UrnRow& urn, const U256& spot_ray, const U256& rate_ray);

/// Whether the Dog would bark, its holes left aside: spot > 0 && ink*spot < art*rate.
bool is_unsafe(const UrnRow& urn, const IlkRow& ilk);

/// In rad. An ilk without a price (spot 0) withholds the health of those who owe: the Dog barks at
/// nobody there, whatever they owe, so neither "safe" nor "unsafe" is right of them.
Figure<protocol::PositionHealth> vault_health(const UrnRow& urn, const IlkRow& ilk);

/// What one of the collateral is worth in Dai: what the last poke took, or, before the first that
/// was followed, what spot makes of it by today's mat, down.
U256 price_ray(const IlkRow& ilk);

/// Collateral over debt in ray, like mat: (ink*price)*RAY/(art*rate), down; nullopt without debt.
std::optional<U256> ratio_ray(const UrnRow& urn, const IlkRow& ilk);

/// spot as the Spotter would file it at that price of the oracle.
std::optional<U256> spot_at(const SystemRow& system, const IlkRow& ilk, const U256& value_wad);

}  // namespace faultline::maker
