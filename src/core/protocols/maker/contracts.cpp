// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/contracts.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>

namespace faultline::maker {
namespace {

Role configured_role(const MarketConfig& config, const Address& contract) {
    struct Place {
        Address MarketConfig::* member;
        Role role;
    };

    constexpr std::array kPlaces{
        Place{.member = &MarketConfig::vat, .role = Role::kVat},
        Place{.member = &MarketConfig::jug, .role = Role::kJug},
        Place{.member = &MarketConfig::spotter, .role = Role::kSpotter},
        Place{.member = &MarketConfig::dog, .role = Role::kDog},
        Place{.member = &MarketConfig::vow, .role = Role::kVow},
        Place{.member = &MarketConfig::pot, .role = Role::kPot},
        Place{.member = &MarketConfig::end, .role = Role::kEnd},
        Place{.member = &MarketConfig::esm, .role = Role::kEsm},
        Place{.member = &MarketConfig::dai, .role = Role::kToken},
        Place{.member = &MarketConfig::usds, .role = Role::kToken},
        Place{.member = &MarketConfig::dai_usds, .role = Role::kConverter},
        Place{.member = &MarketConfig::lockstake_engine, .role = Role::kLockstake},
        Place{.member = &MarketConfig::susds, .role = Role::kSavings},
        Place{.member = &MarketConfig::stusds, .role = Role::kSavings},
    };
    for (const Place& place : kPlaces) {
        if (config.*place.member == contract) {
            return place.role;
        }
    }
    for (const Psm& psm : config.psms) {
        if (psm.psm == contract) {
            return Role::kPsm;
        }
        if (psm.gem == contract) {
            return Role::kToken;
        }
    }
    return Role::kNone;
}

}  // namespace

Role role_of(
    const Tables& tables, MarketId market, const MarketConfig& config, const Address& contract
) {
    if (contract.is_zero()) {
        return Role::kNone;  // What is configured as zero is not followed.
    }
    if (const Role role = configured_role(config, contract); role != Role::kNone) {
        return role;
    }
    const ContractKey key{.market = market, .contract = contract};
    if (const ClipRow* clip = tables.clips.find(key); clip != nullptr && clip->ilk) {
        return Role::kClip;
    }
    if (const CalcRow* calc = tables.calcs.find(key); calc != nullptr && calc->in_use) {
        return Role::kCalc;
    }
    return tables.pips.contains(key) ? Role::kPip : Role::kNone;
}

const Psm& psm_of(const MarketConfig& config, const Address& contract) {
    const auto found = std::ranges::find(config.psms, contract, &Psm::psm);
    FAULTLINE_ASSERT(found != config.psms.end());
    return *found;
}

}  // namespace faultline::maker
