// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstdint>

namespace faultline::maker {

/// What a contract is to a market.
enum class Role : std::uint8_t {
    kNone,
    kVat,
    kJug,
    kSpotter,
    kDog,
    kVow,
    kPot,
    kEnd,
    kEsm,
    kPsm,
    kSavings,
    kToken,      ///< Dai, USDS, or a PSM's gem.
    kConverter,  ///< DaiUsds
    kLockstake,  ///< LockstakeEngine
    kClip,       ///< One that the Dog named.
    kCalc,       ///< One that such a clipper goes by.
    kPip,        ///< One that the Spotter reads.
};

Role role_of(
    const Tables& tables, MarketId market, const MarketConfig& config, const Address& contract
);

/// The configuration of a PSM. @pre the contract is one
const Psm& psm_of(const MarketConfig& config, const Address& contract);

}  // namespace faultline::maker
