// SPDX-License-Identifier: Apache-2.0
// Who holds and owes what, for the exposure graph: stored balances, as getAccountSnapshot has them.
#include "core/protocols/compound_v2/markets.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {
namespace {

using protocol::Holder;
using protocol::Leg;
using protocol::LegSide;

constexpr std::uint8_t kCoinDecimals = 18;

/// A borrow index of 1 in units of debts: each account's principal is of an index of its own, so
/// units are principal * this / index, up. That is too much by less than one unit, and moves no
/// floor: owed is a multiple of 1/index, and a unit is less than that, while the product of the
/// account's index and today's is at most this (interest of 3e8 times a debt).
constexpr U256 debt_unit() {
    U256 unit;
    unit.set_bit(176, true);
    return unit;
}

/// As much as there is room for where it is too much. @pre the index is not 0
U256 debt_units(const U256& owed, const U256& index_wad) {
    return mul_div_ceil(owed, debt_unit(), index_wad).value_or(U256::max());
}

Hash32 part_of(const Address& ctoken) {
    Hash32 part;
    std::ranges::copy(ctoken.bytes, part.bytes.end() - Address::kSize);
    return part;
}

/// `visit(const Leg&)`, by side.
template <class Visit>
void visit_legs(const Address& ctoken, const PositionRow& row, bool entered, Visit&& visit) {
    const Hash32 part = part_of(ctoken);
    if (!row.tokens.is_zero()) {
        visit(
            Leg{.part = part,
                .side = entered ? LegSide::kCollateral : LegSide::kSupplied,
                .units = row.tokens}
        );
    }
    // Of a cToken that was not read yet, it is not known what a debt is.
    if (!row.principal.is_zero() && !row.interest_index_wad.is_zero()) {
        visit(
            Leg{.part = part,
                .side = LegSide::kDebt,
                .units = debt_units(row.principal, row.interest_index_wad)}
        );
    }
}

bool has_entered(const AccountRow* account, const Address& ctoken) {
    return account != nullptr &&
           std::ranges::find(account->entered, ctoken) != account->entered.end();
}

template <class To, class From>
Figure<To> without_too(const Figure<From>& why) {
    return Figure<To>::without(why.status, why.reason);
}

/// A price of 0 is no price to the Comptroller.
Figure<protocol::UnitPrice> price_of(const Valuation& stored, const Address& ctoken) {
    const Figure<U256> price = stored.price_wad(ctoken);
    if (!price.ok()) {
        return without_too<protocol::UnitPrice>(price);
    }
    if (price.value.is_zero()) {
        return Figure<protocol::UnitPrice>::without(
            FigureStatus::kError, "the price is 0, which getAccountLiquidity calls PRICE_ERROR"
        );
    }
    return Figure<protocol::UnitPrice>::of({.price = price.value, .unit = wad()});
}

protocol::PartSide side_of(
    const CTokenRow& row, const protocol::Scale& scale, const Figure<protocol::UnitPrice>& price
) {
    return {
        .token = row.underlying_kind == Underlying::kErc20 ? row.underlying : Address{},
        .decimals = row.underlying_kind == Underlying::kNative ? std::optional(kCoinDecimals)
                                                               : std::nullopt,
        .scale = scale,
        .total_units = {},
        .price = price
    };
}

void withhold(protocol::PartSide& side, FigureStatus status, const std::string& reason) {
    side.total_units = Figure<U256>::without(status, reason);
    side.price = Figure<protocol::UnitPrice>::without(status, reason);
}

protocol::PartExposure part_exposure(
    const Valuation& stored, const Address& ctoken, const CTokenRow& row
) {
    const Figure<protocol::UnitPrice> price = price_of(stored, ctoken);
    const Figure<U256> rate = stored.exchange_rate_wad(ctoken);
    const protocol::Scale claim{
        .factor = rate.value, .unit = wad(), .direction = protocol::Direction::kDown
    };
    const protocol::Scale debt{
        .factor = row.borrow_index_wad, .unit = debt_unit(), .direction = protocol::Direction::kDown
    };
    protocol::PartExposure part{
        .part = part_of(ctoken),
        .name = {},
        .claims = side_of(row, claim, price),
        .owed = side_of(row, debt, price),
        .receipt = ctoken,
        .feed = {},
        .available = stored.cash(row)
    };
    part.claims.total_units = Figure<U256>::of(row.total_supply);
    part.owed.total_units =
        row.borrow_index_wad.is_zero()
            ? Figure<U256>::without(FigureStatus::kNoData, "its borrow index was not read yet")
            : Figure<U256>::of(debt_units(row.total_borrows, row.borrow_index_wad));
    if (!rate.ok()) {
        withhold(part.claims, rate.status, rate.reason);
    }
    return part;
}

}  // namespace

protocol::MarketExposure Markets::exposure(MarketId market, protocol::At at) const {
    const MarketRow of = row(market);
    const Valuation stored(tables_, market, at, protocol::Trust::kWithhold);
    const Figure<bool> can = stored.usable();
    protocol::MarketExposure out;
    out.contract = config(market).comptroller;
    out.oracle = of.oracle;
    out.parts.reserve(of.ctokens.size());
    for (const Address& ctoken : of.ctokens) {
        const CTokenRow& row = *tables_.ctokens.find({.market = market, .ctoken = ctoken});
        protocol::PartExposure part = part_exposure(stored, ctoken, row);
        if (!can.ok()) {
            withhold(part.claims, can.status, can.reason);
            withhold(part.owed, can.status, can.reason);
            part.available = without_too<U256>(can);
        }
        out.parts.push_back(std::move(part));
    }
    std::ranges::sort(out.parts, {}, &protocol::PartExposure::part);
    return out;
}

std::vector<Leg> Markets::legs(MarketId market, const Holder& holder) const {
    std::vector<Leg> out;
    const AccountRow* account =
        tables_.accounts.find({.market = market, .account = holder.account});
    const MarketRow* of = tables_.markets.find({market});
    if (account == nullptr || of == nullptr || !holder.part.is_zero()) {
        return out;
    }
    std::uint32_t left = account->positions;
    for (auto ctoken = of->ctokens.begin(); left > 0 && ctoken != of->ctokens.end(); ++ctoken) {
        const PositionRow* row =
            tables_.positions.find({.market = market, .ctoken = *ctoken, .account = holder.account}
            );
        if (row != nullptr) {
            --left;
            visit_legs(*ctoken, *row, has_entered(account, *ctoken), [&](const Leg& leg) {
                out.push_back(leg);
            });
        }
    }
    std::ranges::sort(out, {}, [](const Leg& leg) { return std::tie(leg.part, leg.side); });
    return out;
}

void Markets::each_leg(MarketId market, const protocol::LegVisit& visit) const {
    tables_.positions.for_each_unordered([&](const PositionKey& key, const PositionRow& row) {
        if (key.market != market) {
            return;
        }
        const Holder holder{.account = key.account, .part = {}};
        const AccountRow* account =
            tables_.accounts.find({.market = market, .account = key.account});
        visit_legs(key.ctoken, row, has_entered(account, key.ctoken), [&](const Leg& leg) {
            visit(holder, leg);
        });
    });
}

/// What an account entered decides which side its cTokens are on.
std::optional<std::pair<MarketId, Holder>> Markets::legs_told_by(
    ledger::TableId table, BytesView key
) const {
    if (table == tables_.positions.id()) {
        const auto position = ledger::decode<PositionKey>(key);
        return position ? std::optional(std::pair(
                              position->market, Holder{.account = position->account, .part = {}}
                          ))
                        : std::nullopt;
    }
    if (table == tables_.accounts.id()) {
        const auto account = ledger::decode<AccountKey>(key);
        return account ? std::optional(std::pair(
                             account->market, Holder{.account = account->account, .part = {}}
                         ))
                       : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace faultline::compound_v2
