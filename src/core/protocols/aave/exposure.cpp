// SPDX-License-Identifier: Apache-2.0
// Who holds and owes what, for the exposure graph: scaled balances, which move with logs alone, and
// what they are worth at the end of a block by the tokens' own views.
#include "core/protocols/aave/followed.hpp"
#include "core/protocols/aave/valuation_sums.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/accounts.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

using protocol::Direction;
using protocol::Holder;
using protocol::Leg;
using protocol::LegSide;

Hash32 part_of(const Address& asset) {
    Hash32 part;
    std::ranges::copy(asset.bytes, part.bytes.end() - Address::kSize);
    return part;
}

/// `visit(const Leg&)` by reserve and side; `name_of(ReserveId)` has none for one that was dropped,
/// which the pool lets nobody do while anybody has anything in it.
template <class NameOf, class Visit>
void visit_legs(
    const Accounts& accounts, const AccountRecord& account, NameOf&& name_of, Visit&& visit
) {
    for (const AccountLeg& held : account.legs) {
        const std::optional<Hash32> part = name_of(held.reserve);
        if (!part) {
            continue;
        }
        const PositionRow row = accounts.position(account, held);
        if (!row.scaled_supply.is_zero()) {
            const bool secures = account.user.collateral_bits.bit(held.reserve);
            visit(
                Leg{.part = *part,
                    .side = secures ? LegSide::kCollateral : LegSide::kSupplied,
                    .units = row.scaled_supply}
            );
        }
        if (!row.scaled_debt.is_zero()) {
            visit(Leg{.part = *part, .side = LegSide::kDebt, .units = row.scaled_debt});
        }
    }
}

template <class To, class From>
Figure<To> withheld(const Figure<From>& why) {
    return Figure<To>::without(why.status, why.reason);
}

/// One reserve at the end of a block.
class ReserveExposure {
  public:
    ReserveExposure(
        const Tables& tables,
        const Valuation& valuation,
        const ReserveKey& key,
        const ReserveRow& reserve,
        protocol::At at
    )
        : tables_(tables),
          valuation_(valuation),
          key_(key),
          reserve_(reserve),
          at_(at),
          rules_(rules_in_force(tables.markets.find({key.market}))) {}

    [[nodiscard]] protocol::PartExposure part() const {
        protocol::PartExposure out;
        out.part = part_of(reserve_.asset);
        out.claims = side(
            reserve_.a_token,
            Direction::kDown,
            normalized_income_ray(reserve_, at_.timestamp),
            reserve_.scaled_supply
        );
        out.owed = side(
            reserve_.v_token,
            Direction::kUp,
            normalized_debt_ray(rules_, reserve_, at_.timestamp),
            reserve_.scaled_debt
        );
        out.receipt = reserve_.a_token;
        const MarketRow* market = tables_.markets.find({key_.market});
        const FeedRow* feed = tables_.feeds.find(key_);
        if (market != nullptr && feed != nullptr && feed->oracle == market->oracle) {
            out.feed = feed->source;
        }
        out.available = available();
        return out;
    }

  private:
    [[nodiscard]] protocol::PartSide side(
        const Address& token,
        Direction directed,
        const std::optional<U256>& index_ray,
        const U256& scaled_total
    ) const {
        const ContractRow* row = tables_.contracts.find({.market = key_.market, .address = token});
        const Rounding rounding = row == nullptr ? rules_.rounding : row->rounding;
        return {
            .token = reserve_.asset,
            .decimals = reserve_.config.decimals,
            .scale =
                {.factor = index_ray.value_or(U256()),
                 .unit = ray(),
                 .direction = rounding == Rounding::kHalfUp ? Direction::kNearest : directed},
            .total_units = total_units(index_ray.has_value(), scaled_total),
            .price = price()
        };
    }

    [[nodiscard]] Figure<U256> total_units(bool has_index, const U256& scaled_total) const {
        if (!valuation_.usable().ok()) {
            return withheld<U256>(valuation_.usable());
        }
        if (reserve_.unfollowed) {
            return Figure<U256>::without(FigureStatus::kNoData, unfollowed_text(key_.reserve));
        }
        return has_index
                   ? Figure<U256>::of(scaled_total)
                   : Figure<U256>::without(
                         FigureStatus::kError, "the contract's own view of the index overflows"
                     );
    }

    [[nodiscard]] Figure<protocol::UnitPrice> price() const {
        if (!valuation_.usable().ok()) {
            return withheld<protocol::UnitPrice>(valuation_.usable());
        }
        const Figure<U256> price_base = valuation_.price(key_.reserve);
        return price_base.ok()
                   ? Figure<protocol::UnitPrice>::of(
                         {.price = price_base.value, .unit = pow10(reserve_.config.decimals)}
                     )
                   : withheld<protocol::UnitPrice>(price_base);
    }

    [[nodiscard]] Figure<U256> available() const {
        if (!valuation_.usable().ok()) {
            return withheld<U256>(valuation_.usable());
        }
        return rules_.virtual_accounting == VirtualAccounting::kAlways
                   ? Figure<U256>::of(reserve_.virtual_underlying_balance)
                   : Figure<U256>::without(
                         FigureStatus::kNoData,
                         "until Aave 3.3 it is what the aToken owns of the asset, which no log of "
                         "Aave tells"
                     );
    }

    const Tables& tables_;
    const Valuation& valuation_;
    ReserveKey key_;
    const ReserveRow& reserve_;
    protocol::At at_;
    const Rules& rules_;
};

}  // namespace

protocol::MarketExposure Followed::exposure(MarketId market, protocol::At at) const {
    const Tables& tables = markets_.tables();
    const MarketConfig& config = markets_.configs()[market];
    const MarketRow* row = tables.markets.find({market});
    const Valuation valuation(tables, market, at.number, at.timestamp);
    protocol::MarketExposure out;
    out.contract = config.pool;
    out.oracle = row == nullptr ? config.oracle : row->oracle;
    out.governed_by = {config.addresses_provider, config.configurator};
    std::ranges::sort(out.governed_by);
    for (ReserveId id = 0; row != nullptr && id < row->reserve_count; ++id) {
        const ReserveKey key{.market = market, .reserve = id};
        if (const ReserveRow* reserve = tables.reserves.find(key)) {
            out.parts.push_back(ReserveExposure(tables, valuation, key, *reserve, at).part());
        }
    }
    std::ranges::sort(out.parts, {}, &protocol::PartExposure::part);
    return out;
}

std::vector<Leg> Followed::legs(MarketId market, const Holder& holder) const {
    const Tables& tables = markets_.tables();
    const AccountRecord* account =
        tables.accounts.find({.market = market, .account = holder.account});
    std::vector<Leg> out;
    if (account == nullptr || !holder.part.is_zero()) {
        return out;
    }
    const auto part = [&](ReserveId id) {
        const ReserveRow* reserve = tables.reserves.find({.market = market, .reserve = id});
        return reserve == nullptr ? std::nullopt : std::optional(part_of(reserve->asset));
    };
    visit_legs(tables.accounts, *account, part, [&](const Leg& leg) { out.push_back(leg); });
    std::ranges::sort(out, {}, [](const Leg& leg) { return std::tie(leg.part, leg.side); });
    return out;
}

void Followed::each_leg(MarketId market, const protocol::LegVisit& visit) const {
    const Tables& tables = markets_.tables();
    std::array<std::optional<Hash32>, kMaxReserves> parts;
    for (ReserveId id = 0; id < kMaxReserves; ++id) {
        if (const ReserveRow* row = tables.reserves.find({.market = market, .reserve = id})) {
            parts[id] = part_of(row->asset);
        }
    }
    tables.accounts.for_each([&](const AccountRecord& account) {
        if (account.key.market != market) {
            return;
        }
        const Holder holder{.account = account.key.account, .part = {}};
        visit_legs(
            tables.accounts,
            account,
            [&](ReserveId id) -> const std::optional<Hash32>& { return parts[id]; },
            [&](const Leg& leg) { visit(holder, leg); }
        );
    });
}

/// A user's flags decide which side its supplies are on.
std::optional<std::pair<MarketId, Holder>> Followed::legs_told_by(
    ledger::TableId table, BytesView key
) const {
    const auto told = [](const auto& row) {
        return row ? std::optional(
                         std::pair(row->market, Holder{.account = row->account, .part = {}})
                     )
                   : std::nullopt;
    };
    if (table == markets_.tables().positions.id()) {
        return told(ledger::decode<PositionKey>(key));
    }
    if (table == markets_.tables().users.id()) {
        return told(ledger::decode<UserKey>(key));
    }
    return std::nullopt;
}

}  // namespace faultline::aave
