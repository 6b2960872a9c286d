// SPDX-License-Identifier: Apache-2.0
// The Comptroller, its cTokens and their models, as a bootstrap reads them.
#include "core/protocols/compound_v2/reading.hpp"
#include "core/protocols/compound_v2/reading_answers.hpp"
#include "core/protocols/compound_v2/reads.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace faultline::compound_v2 {
namespace {

/// Which of the two supply rates is the contract's; unknown where they are the same, or neither is.
Generation generation_by_rate(CTokenRow row, const U256& borrow_wad, const U256& supply_wad) {
    row.generation = Generation::kFirst;
    const bool first = supply_rate_wad(row, borrow_wad) == supply_wad;
    row.generation = Generation::kCurrent;
    const bool current = supply_rate_wad(row, borrow_wad) == supply_wad;
    if (first == current) {
        return Generation::kUnknown;
    }
    return first ? Generation::kFirst : Generation::kCurrent;
}

}  // namespace

Result<void> Reading::take_market(ReadingAnswers& in) {
    const MarketRow* before = tables_.markets.find({options_.market});
    FAULTLINE_TRY(market_.ctokens, in.addresses());
    for (const Address& ctoken : market_.ctokens) {
        if (!config_.asks_transfers_of(ctoken)) {
            return not_among_tokens(config_, ctoken);
        }
    }
    FAULTLINE_TRY(market_.oracle, in.address());
    FAULTLINE_TRY(market_.close_factor_wad, in.word());
    FAULTLINE_TRY(market_.liquidation_incentive_wad, in.word());
    market_.implementation = in.address_if_any();
    market_.transfers_paused = in.flag_if_any();
    market_.seizures_paused = in.flag_if_any();
    market_.vai_controller = in.address_if_any();
    market_.read_block = options_.block.number;
    market_.holders = before == nullptr ? 0 : before->holders;  // Of an earlier run.
    tables_.markets.put({options_.market}, market_);
    return {};
}

Result<void> Reading::take_ctokens(ReadingAnswers& in) {
    for (const Address& ctoken : market_.ctokens) {
        FAULTLINE_TRY_VOID(take_ctoken(ctoken, in));
    }
    return {};
}

Result<void> Reading::take_ctoken(const Address& ctoken, ReadingAnswers& in) {
    const CTokenKey key{.market = options_.market, .ctoken = ctoken};
    CTokenRow row;
    row.listed = true;
    FAULTLINE_TRY(const auto market, in.words(3));
    row.collateral_factor_wad = market[1];
    row.comped = !market[2].is_zero();
    if (const auto cap = in.word_if_any(); cap && !cap->is_zero()) {
        tables_.caps.put(key, {.borrow_cap_wei = *cap});
    }
    row.mint_paused = in.flag_if_any();
    row.borrow_paused = in.flag_if_any();
    const auto price_wad = in.word_if_any();
    tables_.prices.put(
        key,
        {.state = price_wad ? PriceState::kKnown : PriceState::kReverts,
         .price_wad = price_wad.value_or(U256())}
    );
    FAULTLINE_TRY(row.borrow_index_wad, in.word());
    FAULTLINE_TRY(row.total_borrows, in.word());
    FAULTLINE_TRY(row.total_reserves, in.word());
    FAULTLINE_TRY(row.total_supply, in.word());
    FAULTLINE_TRY(const U256 accrual_block, in.word());
    row.accrual_block = accrual_block.low_u64();
    FAULTLINE_TRY(row.reserve_factor_wad, in.word());
    FAULTLINE_TRY(row.model, in.address());
    row.implementation = in.address_if_any();
    FAULTLINE_TRY_VOID(take_cash(row, ctoken, in));
    RatesRead& rates = rates_[ctoken];
    rates.borrow_wad = in.word_if_any();
    rates.supply_wad = in.word_if_any();
    tables_.ctokens.put(key, row);
    return {};
}

Result<void> Reading::take_cash(CTokenRow& row, const Address& ctoken, ReadingAnswers& in) {
    const eth::ReadAnswer& underlying = in.next();
    FAULTLINE_TRY(row.cash, in.word());
    FAULTLINE_TRY(const U256 rate_wad, in.word());
    row.cash_block = options_.block.number;
    if (row.total_supply.is_zero()) {
        row.initial_rate_wad = rate_wad;
    } else if (exchange_rate_wad(row) != rate_wad) {
        return Error(
            Code::kRejected,
            "cToken " + ctoken.hex() + " says an exchange rate of " + rate_wad.to_string() +
                ", which its own cash, borrows, reserves and supply do not give"
        );
    }
    // The first cTokens of ether answer nothing (cash.cpp).
    if (underlying.reverted() || underlying.result.empty()) {
        row.underlying_kind = Underlying::kNative;
        row.cash_checked = true;
        return {};
    }
    FAULTLINE_TRY(row.underlying, eth::decode_address(underlying.result));
    row.underlying_kind = Underlying::kErc20;
    row.cash_by_logs = config_.asks_transfers_of(row.underlying);
    if (!row.cash_by_logs) {
        row.cash_checked = true;  // It is read at each live block.
        return {};
    }
    const UnderlyingKey key{.market = options_.market, .underlying = row.underlying};
    tables_.underlyings.update(key, [&](UnderlyingRow& of) {
        if (std::ranges::find(of.ctokens, ctoken) == of.ctokens.end()) {
            of.ctokens.push_back(ctoken);
        }
    });
    return {};
}

Result<void> Reading::take_models(ReadingAnswers& in) {
    std::set<Address> models;
    std::set<Address> known;
    for (const Address& ctoken : market_.ctokens) {
        models.insert(tables_.ctokens.find({.market = options_.market, .ctoken = ctoken})->model);
    }
    for (const Address& model : models) {
        const auto base = in.word_if_any();
        const auto multiplier = in.word_if_any();
        const auto jump = in.word_if_any();
        const auto kink = in.word_if_any();
        const auto savings_rate = in.word_if_any();
        const auto row = model_row(base, multiplier, jump, kink);
        if (row && !savings_rate) {
            tables_.models.put({model}, *row);
            known.insert(model);
        }
    }
    for (const Address& ctoken : market_.ctokens) {
        const CTokenRow& row = *tables_.ctokens.find({.market = options_.market, .ctoken = ctoken});
        check_rate(ctoken, known.contains(row.model));
    }
    return {};
}

/// Whether the model's parameters give the contract's own rates. Where the contract has none, as
/// cash + borrows = reserves leaves no utilization, that is seen at a later block.
void Reading::check_rate(const Address& ctoken, bool model_known) {
    const CTokenKey key{.market = options_.market, .ctoken = ctoken};
    CTokenRow row = *tables_.ctokens.find(key);
    const RatesRead& rates = rates_[ctoken];
    const auto ours_wad =
        model_known ? borrow_rate_wad(*tables_.models.find({row.model}), row) : std::nullopt;
    const RateSource agreed = rates.borrow_wad ? RateSource::kModel : RateSource::kUnchecked;
    row.rate_source = model_known && ours_wad == rates.borrow_wad ? agreed : RateSource::kRead;
    if (rates.borrow_wad) {
        row.rate_wad = *rates.borrow_wad;
        row.rate_block = options_.block.number;
    }
    row.generation = Generation::kCurrent;
    if (row.implementation.is_zero()) {
        row.generation = rates.borrow_wad && rates.supply_wad
                             ? generation_by_rate(row, *rates.borrow_wad, *rates.supply_wad)
                             : Generation::kUnknown;
    }
    tables_.ctokens.put(key, row);
}

}  // namespace faultline::compound_v2
