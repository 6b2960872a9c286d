// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/vault_figures.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

namespace faultline::maker {
namespace {

/// From wad to ray.
constexpr std::uint64_t kBln = 1'000'000'000;

using protocol::Holder;
using protocol::PositionHealth;

class MakerHealth final : public protocol::Health {
  public:
    MakerHealth(const Tables& tables, MarketId market)
        : tables_(tables), market_(market), usable_(usable_rows(tables, market)) {}

    [[nodiscard]] Figure<PositionHealth> of(const Holder& holder) const override {
        if (!usable_.ok()) {
            return Figure<PositionHealth>::without(usable_.status, usable_.reason);
        }
        const UrnRow* urn = find(holder);
        const IlkRow* ilk = tables_.ilks.find({.market = market_, .ilk = holder.part});
        return vault_health(urn != nullptr ? *urn : UrnRow{}, ilk != nullptr ? *ilk : IlkRow{});
    }

    void each_indebted(const Visit& visit) const override {
        tables_.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& row) {
            if (key.market == market_ && !row.art_wad.is_zero()) {
                const Holder holder{.account = key.account, .part = key.ilk};
                visit(holder, of(holder));
            }
        });
    }

    [[nodiscard]] bool has_debt(const Holder& holder) const override {
        const UrnRow* urn = find(holder);
        return urn != nullptr && !urn->art_wad.is_zero();
    }

  private:
    [[nodiscard]] const UrnRow* find(const Holder& holder) const {
        return tables_.urns.find({.market = market_, .ilk = holder.part, .account = holder.account}
        );
    }

    const Tables& tables_;
    MarketId market_;
    Figure<bool> usable_;
};

}  // namespace

U256 health_factor_wad(const UrnRow& urn, const U256& spot_ray, const U256& rate_ray) {
    const auto debt = checked_mul(urn.art_wad, rate_ray);
    if (!debt || debt->is_zero()) {
        return U256::max();
    }
    // Beyond 256 bits: whatever is below the mark of no debt.
    const U256 most = wrapping_sub(U256::max(), U256(1));
    const auto collateral = checked_mul(urn.ink_wad, spot_ray);
    const auto factor = collateral ? mul_div_floor(*collateral, wad(), *debt) : std::nullopt;
    return std::min(factor.value_or(most), most);
}

bool is_unsafe(const UrnRow& urn, const IlkRow& ilk) {
    return !ilk.spot_ray.is_zero() && health_factor_wad(urn, ilk.spot_ray, ilk.rate_ray) < wad();
}

U256 price_ray(const IlkRow& ilk) {
    return ilk.price_ray.value_or(ray_mul_floor(ilk.spot_ray, ilk.mat_ray).value_or(U256::max()));
}

std::optional<U256> ratio_ray(const UrnRow& urn, const IlkRow& ilk) {
    const auto debt = checked_mul(urn.art_wad, ilk.rate_ray);
    const auto collateral = checked_mul(urn.ink_wad, price_ray(ilk));
    if (!debt || debt->is_zero() || !collateral) {
        return std::nullopt;
    }
    return mul_div_floor(*collateral, ray(), *debt);
}

std::optional<U256> spot_at(const SystemRow& system, const IlkRow& ilk, const U256& value_wad) {
    // spot.sol: rdiv(rdiv(val * 1e9, par), mat), both down.
    const auto value = checked_mul(value_wad, U256(kBln));
    const auto price = value ? rdiv(*value, system.par_ray) : std::nullopt;
    return price ? rdiv(*price, ilk.mat_ray) : std::nullopt;
}

Figure<PositionHealth> vault_health(const UrnRow& urn, const IlkRow& ilk) {
    const auto debt = checked_mul(urn.art_wad, ilk.rate_ray);
    const auto collateral = checked_mul(urn.ink_wad, price_ray(ilk));
    if (!debt || !collateral) {
        return Figure<PositionHealth>::without(
            FigureStatus::kError, "collateral or debt is beyond 256 bits"
        );
    }
    if (ilk.spot_ray.is_zero() && !debt->is_zero()) {
        return Figure<PositionHealth>::without(
            FigureStatus::kNoData,
            "the ilk has no price (spot is 0): the Dog barks at no vault of it"
        );
    }
    return Figure<PositionHealth>::of(
        {.health_factor_wad = health_factor_wad(urn, ilk.spot_ray, ilk.rate_ray),
         .collateral_base = *collateral,
         .debt_base = *debt}
    );
}

std::unique_ptr<protocol::Health> MakerProtocol::health(MarketId market, protocol::At /*at*/)
    const {
    return std::make_unique<MakerHealth>(tables_, market);
}

}  // namespace faultline::maker
