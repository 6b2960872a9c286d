// SPDX-License-Identifier: Apache-2.0
// Who holds and owes what, for the exposure graph: principals, which move with operations alone,
// and collateral as it is.
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

using protocol::Holder;
using protocol::Leg;
using protocol::LegSide;

Hash32 part_of(const Address& token) {
    Hash32 part;
    std::ranges::copy(token.bytes, part.bytes.end() - Address::kSize);
    return part;
}

/// `visit(const Leg&)`; the base first. Base supplied secures nothing.
template <class Visit>
void visit_legs(const Configuration* configuration, const AccountRow& row, Visit&& visit) {
    if (row.principal.value != 0 && configuration != nullptr) {
        const bool debt = row.principal.is_debt();
        visit(
            Leg{.part = part_of(configuration->base_token),
                .side = debt ? LegSide::kDebt : LegSide::kSupplied,
                .units = debt ? row.principal.debt() : row.principal.supply()}
        );
    }
    for (const CollateralBalance& held : row.collateral) {
        visit(
            Leg{.part = part_of(held.asset), .side = LegSide::kCollateral, .units = held.amount_wei}
        );
    }
}

/// Of a scale that is a power of ten, as the contract has it.
std::optional<std::uint8_t> decimals_of(std::uint64_t scale) {
    constexpr std::uint64_t kTen = 10;
    std::uint8_t decimals = 0;
    for (; scale > 1 && scale % kTen == 0; scale /= kTen) {
        ++decimals;
    }
    return scale == 1 ? std::optional(decimals) : std::nullopt;
}

/// One market at the end of a block.
class Exposures {
  public:
    Exposures(const Tables& tables, MarketId market, protocol::At at)
        : tables_(tables),
          market_(market),
          valuation_(tables, market, at, protocol::Trust::kWithhold) {}

    [[nodiscard]] protocol::PartExposure base(const Configuration& of, const Address& comet) const {
        protocol::PartExposure out;
        out.part = part_of(of.base_token);
        out.claims = {
            .token = of.base_token,
            .decimals = decimals_of(of.base_scale),
            .scale = scale(&Indices::supply),
            .total_units = principals(&Totals::supply_principal),
            .price = price(of.base_price_feed, of.base_scale)
        };
        out.owed = out.claims;
        out.owed.scale = scale(&Indices::borrow);
        out.owed.total_units = principals(&Totals::borrow_principal);
        out.receipt = comet;
        out.feed = of.base_price_feed;
        out.available = of_token(of.base_token, [](const TokenRow& row) {
            return row.balance_unread ? std::nullopt : std::optional(row.balance);
        });
        return out;
    }

    [[nodiscard]] protocol::PartExposure collateral(const AssetInfo& of) const {
        protocol::PartExposure out;
        out.part = part_of(of.asset);
        const Figure<U256> total =
            of_token(of.asset, [](const TokenRow& row) { return std::optional(row.total); });
        out.claims = {
            .token = of.asset,
            .decimals = decimals_of(of.scale),
            .scale = {},
            .total_units = total,
            .price = price(of.price_feed, of.scale)
        };
        out.owed.total_units = Figure<U256>::of(U256());
        out.owed.price.reason = "collateral is not lent";
        out.feed = of.price_feed;
        out.available = total;
        return out;
    }

  private:
    /// As presentValue rounds: both down. Factor 0 where the totals are withheld.
    [[nodiscard]] protocol::Scale scale(std::uint64_t Indices::* index) const {
        return {
            .factor = U256(valuation_.accrued().value.*index),
            .unit = U256(kBaseIndexScale),
            .direction = protocol::Direction::kDown
        };
    }

    [[nodiscard]] Figure<U256> principals(U256 Totals::* total) const {
        if (!valuation_.usable().ok()) {
            return withheld<U256>(valuation_.usable());
        }
        return valuation_.accrued().ok() ? Figure<U256>::of(valuation_.market().totals.*total)
                                         : withheld<U256>(valuation_.accrued());
    }

    [[nodiscard]] Figure<protocol::UnitPrice> price(const Address& feed, std::uint64_t scale)
        const {
        if (!valuation_.usable().ok()) {
            return withheld<protocol::UnitPrice>(valuation_.usable());
        }
        const Figure<U256> price = valuation_.price(feed);
        if (!price.ok()) {
            return withheld<protocol::UnitPrice>(price);
        }
        return or_reverts(
            scale == 0
                ? std::nullopt
                : std::optional(protocol::UnitPrice{.price = price.value, .unit = U256(scale)})
        );
    }

    /// `figure(const TokenRow&)`: nullopt where it was not read.
    template <class F>
    [[nodiscard]] Figure<U256> of_token(const Address& token, F&& figure) const {
        if (!valuation_.usable().ok()) {
            return withheld<U256>(valuation_.usable());
        }
        const TokenRow* row = tables_.tokens.find({.market = market_, .address = token});
        const std::optional<U256> told = row == nullptr ? std::nullopt : figure(*row);
        return told ? Figure<U256>::of(*told)
                    : Figure<U256>::without(
                          FigureStatus::kNoData,
                          "what the market has of " + token.hex() + " was not read"
                      );
    }

    const Tables& tables_;
    MarketId market_;
    Valuation valuation_;
};

}  // namespace

protocol::MarketExposure Markets::exposure(MarketId market, protocol::At at) const {
    protocol::MarketExposure out;
    out.contract = config(market).comet;
    if (const Address admin = tables_.admins.of(market); !admin.is_zero()) {
        out.governed_by = {admin};
    }
    const Configuration* configuration = tables_.configurations.find({market});
    if (configuration == nullptr) {
        return out;
    }
    const Exposures exposures(tables_, market, at);
    out.parts.push_back(exposures.base(*configuration, out.contract));
    for (const AssetInfo& asset : configuration->assets) {
        out.parts.push_back(exposures.collateral(asset));
    }
    std::ranges::sort(out.parts, {}, &protocol::PartExposure::part);
    return out;
}

std::vector<Leg> Markets::legs(MarketId market, const Holder& holder) const {
    std::vector<Leg> out;
    const AccountRow* row = tables_.accounts.find({.market = market, .account = holder.account});
    if (row != nullptr && holder.part.is_zero()) {
        visit_legs(tables_.configurations.find({market}), *row, [&](const Leg& leg) {
            out.push_back(leg);
        });
        std::ranges::sort(out, {}, [](const Leg& leg) { return std::tie(leg.part, leg.side); });
    }
    return out;
}

void Markets::each_leg(MarketId market, const protocol::LegVisit& visit) const {
    const Configuration* configuration = tables_.configurations.find({market});
    tables_.each_account(market, [&](const Address& account, const AccountRow& row) {
        const Holder holder{.account = account, .part = {}};
        visit_legs(configuration, row, [&](const Leg& leg) { visit(holder, leg); });
    });
}

std::optional<std::pair<MarketId, Holder>> Markets::legs_told_by(
    ledger::TableId table, BytesView key
) const {
    if (table != tables_.accounts.id()) {
        return std::nullopt;
    }
    const auto row = ledger::decode<AccountKey>(key);
    return row ? std::optional(std::pair(row->market, Holder{.account = row->account, .part = {}}))
               : std::nullopt;
}

}  // namespace faultline::compound_v3
