// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstdint>
#include <optional>

/// Rates and price curves, with the contracts' own rounding. nullopt is where the contract reverts.
namespace faultline::maker {

/// x^n by squaring, half up at every multiplication (jug.sol, pot.sol, abaci.sol: rpow).
std::optional<U256> rpow(U256 x_ray, const U256& n);

/// rpow(rate per second, now - then) * index / RAY, down (Jug.drip, Pot.drip, SUsds).
std::optional<U256> grown(
    const U256& index_ray, const U256& rate_ray, UnixSeconds then, UnixSeconds now
);

/// What an auction costs after so many seconds (abaci.sol: price). Also nullopt for a curve whose
/// parameters do not say which it is; `knows_curve` tells the two apart.
std::optional<U256> price_after(const CalcRow& calc, const U256& top_ray, const U256& seconds);
bool knows_curve(const CalcRow& calc);

/// a*RAY/b, down (clip.sol, spot.sol: rdiv).
std::optional<U256> rdiv(const U256& a, const U256& b);

/// dust*chop/WAD, down: what Clipper.upchost() sets.
std::optional<U256> chost_now(const IlkRow& ilk);

/// Clipper.status(): whether it has to be begun anew, and the price.
struct AuctionStatus {
    bool done = false;
    U256 price_ray;
};

std::optional<AuctionStatus> auction_status(
    const ClipRow& clip, const CalcRow& calc, const SaleRow& sale, UnixSeconds now
);

}  // namespace faultline::maker
