// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/sheet_figures.hpp"

#include "core/protocols/maker/vault_figures.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <string>

namespace faultline::maker {
namespace {

Figure<U256> no_data(const std::string& why) {
    return Figure<U256>::without(FigureStatus::kNoData, why);
}

}  // namespace

Figure<U256> share_bps(const U256& part, const U256& whole) {
    const auto share = mul_div_floor(part, U256(kBpsPerOne), whole);
    return share ? Figure<U256>::of(*share) : no_data("a share of nothing");
}

protocol::Signed difference(const U256& a, const U256& b) {
    return {
        .negative = a < b,
        .magnitude = a < b ? wrapping_sub(b, a) : wrapping_sub(a, b),
    };
}

Figure<protocol::Signed> distance_bps(
    const UrnRow& urn, const U256& spot_ray, const U256& rate_ray
) {
    const auto debt = checked_mul(urn.art_wad, rate_ray);
    const auto collateral = checked_mul(urn.ink_wad, spot_ray);
    if (!debt || debt->is_zero() || !collateral || collateral->is_zero()) {
        return Figure<protocol::Signed>::without(
            FigureStatus::kNoData, "the vault has no debt, no collateral or no price"
        );
    }
    protocol::Signed out = difference(*collateral, *debt);
    const Figure<U256> share = share_bps(out.magnitude, *collateral);
    if (!share.ok()) {
        return Figure<protocol::Signed>::without(share.status, share.reason);
    }
    out.magnitude = share.value;
    return Figure<protocol::Signed>::of(out);
}

Figure<U256> flows_since_block(const Tables& tables, MarketId market, const MarketConfig& config) {
    const MarketRow* row = tables.markets.find({market});
    if (row != nullptr && row->complete && config.deployed_at) {
        return Figure<U256>::of(U256(*config.deployed_at));
    }
    const BeginRow* begin = tables.begins.find({market});
    return begin != nullptr ? Figure<U256>::of(U256(begin->block))
                            : no_data("the block at which the market was read is not kept");
}

Figure<U256> next_spot_ray(const Tables& tables, MarketId market, const IlkRow& ilk) {
    const PipRow* pip = tables.pips.find({.market = market, .contract = ilk.pip});
    const SystemRow* system = tables.systems.find({market});
    if (pip == nullptr || system == nullptr) {
        return no_data("the ilk has no oracle");
    }
    if (pip->next == NextPrice::kUnread || pip->next == NextPrice::kPoked) {
        return no_data("the oracle's next price was not read since it may have changed");
    }
    if (pip->next == NextPrice::kRefused) {
        return no_data(
            "the oracle did not answer peep(): it has no next price, or tells it to those on its "
            "list only"
        );
    }
    if (!pip->next_wad) {
        return no_data(
            "the oracle will have no price (void): the Spotter files 0 then, and nobody can be "
            "liquidated"
        );
    }
    const auto spot = spot_at(*system, ilk, *pip->next_wad);
    return spot ? Figure<U256>::of(*spot)
                : Figure<U256>::without(FigureStatus::kError, "the next poke would revert");
}

Figure<U256> oracle_price_wad(const PipRow& pip) {
    if (!pip.current_wad) {
        return no_data("the oracle logs no price, and none was read at this block");
    }
    return pip.current_wad->is_zero() ? no_data("the oracle has no price (void)")
                                      : Figure<U256>::of(*pip.current_wad);
}

Figure<bool> oracle_stopped(const PipRow& pip) {
    switch (pip.stopped) {
        case Stopped::kUnread:
            return Figure<bool>::without(
                FigureStatus::kNoData, "whether the oracle is stopped was not read at this block"
            );
        case Stopped::kUnsaid:
            return Figure<bool>::without(
                FigureStatus::kNoData,
                "the oracle did not answer stopped(): it cannot be, or "
                "does not say"
            );
        default:
            return Figure<bool>::of(pip.stopped == Stopped::kYes);
    }
}

Figure<U256> esm_joined_wad(const EsmRow* esm) {
    return esm != nullptr ? Figure<U256>::of(esm->joined_wad)
                          : no_data("the ESM did not answer Sum(): see that its address is right");
}

Figure<bool> esm_fired(const EsmRow* esm) {
    if (esm == nullptr || esm->fired == EsmFired::kUnknown) {
        return Figure<bool>::without(
            FigureStatus::kNoData,
            "the system was shut down, or the ESM not known, when the market was read, and no view "
            "says whether it fired"
        );
    }
    return Figure<bool>::of(esm->fired == EsmFired::kYes);
}

}  // namespace faultline::maker
