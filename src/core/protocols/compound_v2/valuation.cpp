// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace faultline::compound_v2 {
namespace {

template <class To, class From>
Figure<To> without_too(const Figure<From>& why) {
    return Figure<To>::without(why.status, why.reason);
}

template <class T>
Figure<T> reverts(const std::string& what) {
    return Figure<T>::without(FigureStatus::kError, "the contract's own view reverts: " + what);
}

std::string named(const Address& ctoken) {
    return "cToken " + ctoken.hex();
}

/// sum += value * factor / 1e18; false where the contract reverts.
bool add_product(U256& sum, const U256& value, const U256& factor_wad) {
    const auto part = wad_mul_floor(value, factor_wad);
    const auto total = part ? checked_add(sum, *part) : std::nullopt;
    if (total) {
        sum = *total;
    }
    return total.has_value();
}

}  // namespace

U256 Liquidity::liquidity_base() const {
    return checked_sub(weighted_base, debt_base).value_or(U256());
}

U256 Liquidity::shortfall_base() const {
    return checked_sub(debt_base, weighted_base).value_or(U256());
}

Valuation::Valuation(
    const Tables& tables, MarketId market, protocol::At at, protocol::Trust trust, Accrual accrual
)
    : tables_(tables), market_(market), at_(at), trust_(trust), accrual_(accrual) {}

Figure<bool> Valuation::usable() const {
    const MarketRow* row = tables_.markets.find({market_});
    if (row == nullptr) {
        return Figure<bool>::without(
            FigureStatus::kNoData, "no log of the Comptroller was seen yet"
        );
    }
    if (!row->degraded.empty() && trust_ == protocol::Trust::kWithhold) {
        return Figure<bool>::without(FigureStatus::kError, row->degraded);
    }
    return Figure<bool>::of(true);
}

Figure<bool> Valuation::readable(const Address& ctoken) const {
    return tables_.ctokens.find({.market = market_, .ctoken = ctoken})->unread
               ? Figure<bool>::without(FigureStatus::kNoData, named(ctoken) + " was not read yet")
               : Figure<bool>::of(true);
}

Figure<U256> Valuation::cash(const CTokenRow& ctoken) const {
    if (ctoken.cash_by_logs || ctoken.cash_block == at_.number) {
        return Figure<U256>::of(ctoken.cash);
    }
    return Figure<U256>::without(
        ctoken.cash_block == 0 ? FigureStatus::kNoData : FigureStatus::kStale,
        "its cash was not read at this block"
    );
}

Figure<U256> Valuation::borrow_rate_wad(const CTokenRow& ctoken) const {
    if (ctoken.rate_source == RateSource::kRead && ctoken.rate_block == at_.number) {
        return Figure<U256>::of(ctoken.rate_wad);
    }
    const ModelRow* model = tables_.models.find({ctoken.model});
    if (model == nullptr || ctoken.rate_source == RateSource::kRead) {
        return Figure<U256>::without(
            FigureStatus::kNoData,
            "interest rate model " + ctoken.model.hex() + " is not known, nor its rate read"
        );
    }
    Figure<U256> held = cash(ctoken);
    if (!held.ok()) {
        return held;
    }
    const auto rate = compound_v2::borrow_rate_wad(*model, ctoken);
    return rate ? Figure<U256>::of(*rate) : reverts<U256>("its utilization has no value");
}

Figure<U256> Valuation::supply_rate_wad(const CTokenRow& ctoken) const {
    if (ctoken.generation == Generation::kUnknown || ctoken.rate_source == RateSource::kRead) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "how its supply rate follows from its borrow rate is not known"
        );
    }
    Figure<U256> borrow_rate = borrow_rate_wad(ctoken);
    if (!borrow_rate.ok()) {
        return borrow_rate;
    }
    const auto rate = compound_v2::supply_rate_wad(ctoken, borrow_rate.value);
    return rate ? Figure<U256>::of(*rate) : reverts<U256>("its supply rate has no value");
}

Figure<CTokenRow> Valuation::state(const Address& ctoken) const {
    const CTokenRow& row = *tables_.ctokens.find({.market = market_, .ctoken = ctoken});
    if (const Figure<bool> can = readable(ctoken); !can.ok()) {
        return without_too<CTokenRow>(can);
    }
    if (accrual_ == Accrual::kStored || row.accrual_block == at_.number) {
        return Figure<CTokenRow>::of(row);
    }
    const Figure<U256> rate = borrow_rate_wad(row);
    if (!rate.ok()) {
        return without_too<CTokenRow>(rate);
    }
    const auto after = accrued(row, rate.value, at_.number);
    return after ? Figure<CTokenRow>::of(*after)
                 : reverts<CTokenRow>(named(ctoken) + " cannot accrue, its rate is too high");
}

Figure<U256> Valuation::exchange_rate_wad(const Address& ctoken) const {
    const Figure<CTokenRow> row = state(ctoken);
    if (!row.ok()) {
        return without_too<U256>(row);
    }
    const bool empty = row.value.total_supply.is_zero();
    if (empty && !row.value.initial_rate_wad) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "its exchange rate without a supply was not read yet"
        );
    }
    if (Figure<U256> held = cash(row.value); !held.ok() && !empty) {
        return held;
    }
    const auto rate = compound_v2::exchange_rate_wad(row.value);
    return rate ? Figure<U256>::of(*rate) : reverts<U256>("the exchange rate of " + named(ctoken));
}

Figure<U256> Valuation::price_wad(const Address& ctoken) const {
    const MarketRow* market = tables_.markets.find({market_});
    const PriceRow* row = tables_.prices.find({.market = market_, .ctoken = ctoken});
    if (market == nullptr || row == nullptr || row->state == PriceState::kUnread) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "the price of " + named(ctoken) + " was not read yet"
        );
    }
    if (market->read_block != at_.number) {
        return Figure<U256>::without(
            FigureStatus::kStale, "prices are of block " + std::to_string(market->read_block)
        );
    }
    return row->state == PriceState::kReverts
               ? reverts<U256>("the oracle does, for " + named(ctoken))
               : Figure<U256>::of(row->price_wad);
}

PositionRow Valuation::position(const Address& ctoken, const Address& account) const {
    const PositionRow* row =
        tables_.positions.find({.market = market_, .ctoken = ctoken, .account = account});
    return row == nullptr ? PositionRow{} : *row;
}

Figure<U256> Valuation::debt(const Address& ctoken, const Address& account) const {
    const PositionRow held = position(ctoken, account);
    if (const Figure<bool> can = readable(ctoken); !can.ok()) {
        return without_too<U256>(can);
    }
    if (held.principal.is_zero()) {
        return Figure<U256>::of(U256());
    }
    const Figure<CTokenRow> row = state(ctoken);
    if (!row.ok()) {
        return without_too<U256>(row);
    }
    const bool unsettled =
        tables_.unsettled.contains({.market = market_, .ctoken = ctoken, .account = account});
    if (unsettled && held.interest_index_wad != row.value.borrow_index_wad) {
        return Figure<U256>::without(
            FigureStatus::kNoData,
            "the debt of " + account.hex() + " to " + named(ctoken) +
                " was read at another borrow index, and its principal is in no log since"
        );
    }
    const auto owed = debt_stored(row.value, held);
    return owed ? Figure<U256>::of(*owed) : reverts<U256>("the debt to " + named(ctoken));
}

bool Valuation::deprecated(const CTokenRow& ctoken) {
    return ctoken.collateral_factor_wad.is_zero() && ctoken.borrow_paused &&
           ctoken.reserve_factor_wad == wad();
}

Figure<Valuation::Terms> Valuation::find_terms(const Address& ctoken) const {
    const Figure<U256> rate = exchange_rate_wad(ctoken);
    const Figure<U256> price = price_wad(ctoken);
    if (!rate.ok() || !price.ok()) {
        return without_too<Terms>(rate.ok() ? price : rate);
    }
    const CTokenRow& row = *tables_.ctokens.find({.market = market_, .ctoken = ctoken});
    const auto weighted = wad_mul_floor(row.collateral_factor_wad, rate.value);
    const auto base = weighted ? wad_mul_floor(*weighted, price.value) : std::nullopt;
    if (!base) {
        return reverts<Terms>("the collateral value of " + named(ctoken));
    }
    return Figure<Terms>::of(
        {.exchange_rate_wad = rate.value, .price_wad = price.value, .collateral_base_wad = *base}
    );
}

const Figure<Valuation::Terms>& Valuation::terms(const Address& ctoken) const {
    const auto found = terms_.find(ctoken);
    return found != terms_.end() ? found->second
                                 : terms_.emplace(ctoken, find_terms(ctoken)).first->second;
}

std::optional<Figure<Liquidity>> Valuation::add(
    Liquidity& sums, const Address& ctoken, const Address& account
) const {
    const Figure<U256> owed = debt(ctoken, account);
    const Figure<Terms>& of_ctoken = terms(ctoken);
    if (!owed.ok() || !of_ctoken.ok()) {
        return owed.ok() ? without_too<Liquidity>(of_ctoken) : without_too<Liquidity>(owed);
    }
    if (of_ctoken.value.price_wad.is_zero()) {
        Liquidity none;
        none.error = kPriceError;
        return Figure<Liquidity>::of(none);
    }
    const U256 tokens = position(ctoken, account).tokens;
    const auto supplied = wad_mul_floor(tokens, of_ctoken.value.exchange_rate_wad);
    const bool fits =
        add_product(sums.weighted_base, of_ctoken.value.collateral_base_wad, tokens) &&
        add_product(sums.debt_base, of_ctoken.value.price_wad, owed.value) && supplied &&
        add_product(sums.collateral_base, *supplied, of_ctoken.value.price_wad);
    return fits ? std::nullopt : std::optional(reverts<Liquidity>("its sums overflow"));
}

Figure<Liquidity> Valuation::liquidity(const Address& account) const {
    if (const Figure<bool> can = usable(); !can.ok()) {
        return without_too<Liquidity>(can);
    }
    Liquidity sums;
    if (const AccountRow* row = tables_.accounts.find({.market = market_, .account = account})) {
        for (const Address& ctoken : row->entered) {
            if (auto other = add(sums, ctoken, account)) {
                return *std::move(other);
            }
        }
    }
    if (!tables_.markets.find({market_})->vai_controller.is_zero()) {
        return Figure<Liquidity>::without(
            FigureStatus::kNoData, "what accounts owe the VAI controller is not followed"
        );
    }
    return Figure<Liquidity>::of(sums);
}

Figure<protocol::PositionHealth> Valuation::health(const Address& account) const {
    const Figure<Liquidity> sums = liquidity(account);
    if (!sums.ok()) {
        return without_too<protocol::PositionHealth>(sums);
    }
    if (sums.value.error != 0) {
        return Figure<protocol::PositionHealth>::without(
            FigureStatus::kError, "getAccountLiquidity answers PRICE_ERROR: a price is 0"
        );
    }
    // Down: below 1e18 exactly where the sum of debts is larger. Without a debt that is worth
    // anything, or with one so small that the quotient has no room, as far as can be.
    const auto quotient = mul_div_floor(sums.value.weighted_base, wad(), sums.value.debt_base);
    return Figure<protocol::PositionHealth>::of(
        {.health_factor_wad = quotient.value_or(U256::max()),
         .collateral_base = sums.value.collateral_base,
         .debt_base = sums.value.debt_base}
    );
}

bool Valuation::has_debt(const Address& account) const {
    const AccountRow* row = tables_.accounts.find({.market = market_, .account = account});
    return row != nullptr && std::ranges::any_of(row->entered, [&](const Address& ctoken) {
               return !position(ctoken, account).principal.is_zero();
           });
}

}  // namespace faultline::compound_v2
