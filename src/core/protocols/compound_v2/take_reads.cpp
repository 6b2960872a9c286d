// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/cash.hpp"
#include "core/protocols/compound_v2/reads.hpp"
#include "core/protocols/compound_v2/transition.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/interest.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::compound_v2 {
namespace {

const eth::ReadAnswer* answer_to(const Transition& at, const eth::Read& read) {
    return at.block.answer(read);
}

/// Asked, and no endpoint could answer: what a revert would say is not said.
bool unanswered(const Transition& at, const eth::Read& read) {
    const eth::ReadAnswer* answer = at.block.reads.find(read);
    return answer != nullptr && answer->unanswered();
}

/// nullopt also where it reverts.
std::optional<U256> number(const eth::ReadAnswer* answer) {
    if (answer == nullptr || answer->reverted()) {
        return std::nullopt;
    }
    const auto decoded = eth::decode_u256(answer->result);
    return decoded ? std::optional(*decoded) : std::nullopt;
}

std::optional<U256> number(const Transition& at, const Address& contract, View view) {
    return number(answer_to(at, view_read(contract, view)));
}

std::optional<Address> address(const Transition& at, const Address& contract, View view) {
    const eth::ReadAnswer* answer = answer_to(at, view_read(contract, view));
    if (answer == nullptr || answer->reverted()) {
        return std::nullopt;
    }
    const auto decoded = eth::decode_address(answer->result);
    return decoded ? std::optional(*decoded) : std::nullopt;
}

/// Debts since the listing that are of no index, as no log had told it yet: it is the one that is
/// read, or it moved since, and only reads tell them (unsettled).
void index_debts(Transition& at, const Address& ctoken, const U256& index_wad, bool moved) {
    std::vector<PositionKey> debts;
    at.tables.positions.for_each_unordered([&](const PositionKey& key, const PositionRow& row) {
        if (key.market == at.market && key.ctoken == ctoken && !row.principal.is_zero() &&
            row.interest_index_wad.is_zero()) {
            debts.push_back(key);
        }
    });
    for (const PositionKey& key : debts) {
        if (moved) {
            at.tables.unsettled.put(key, {});
        } else {
            at.tables.positions.update(key, [&](PositionRow& of) {
                of.interest_index_wad = index_wad;
            });
        }
    }
}

/// A cToken whose beginning was not followed: exact when all that there is of it is what its logs
/// told since it was listed.
void take_state(Transition& at, const Address& ctoken) {
    std::array<U256, 6> words;
    constexpr std::array kViews{
        View::kBorrowIndex,
        View::kBorrows,
        View::kReserves,
        View::kSupply,
        View::kAccrualBlock,
        View::kReserveFactor
    };
    for (std::size_t i = 0; i < kViews.size(); ++i) {
        const auto word = number(at, ctoken, kViews[i]);
        if (!word) {
            return;  // Asked again at the next block.
        }
        words[i] = *word;
    }
    const auto model = address(at, ctoken, View::kModel);
    const eth::ReadAnswer* cap =
        answer_to(at, view_read(at.config.comptroller, View::kBorrowCap, ctoken));
    if (!model || cap == nullptr || !words[4].fits_u64() ||
        unanswered(at, view_read(ctoken, View::kImplementation))) {
        return;
    }
    const CTokenRow told = *at.tables.ctokens.find(at.key(ctoken));
    if (words[1] != told.total_borrows || words[3] != told.total_supply) {
        at.notes.push_back(
            {.kind = protocol::IncidentKind::kDegrades,
             .text = "cToken " + ctoken.hex() +
                     " had accounts before it was followed: run `faultline resync` and bootstrap "
                     "the market, or follow it from its deployment"}
        );
        return;
    }
    const auto implementation = address(at, ctoken, View::kImplementation);
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.unread = false;
        of.borrow_index_wad = words[0];
        of.total_reserves = words[2];
        of.accrual_block = words[4].low_u64();
        of.reserve_factor_wad = words[5];
        of.model = *model;
        of.implementation = implementation.value_or(Address{});
        of.generation = implementation ? Generation::kCurrent : of.generation;
    });
    if (const auto cap_wei = number(cap)) {  // The first Comptrollers have none.
        at.tables.caps.put(at.key(ctoken), {.borrow_cap_wei = *cap_wei});
    }
    keep_model(at.tables, *model);
    index_debts(at, ctoken, words[0], !told.borrow_index_wad.is_zero());
}

enum class ModelForm : std::uint8_t {
    kNotAsked,
    kKnown,
    kOther,  ///< It has no such parameters, or others beside them: Dai's savings rate.
};

/// A model's parameters as it says them itself.
ModelForm take_model(Transition& at, const Address& model) {
    constexpr std::array kForm{
        View::kBaseRate, View::kMultiplier, View::kJumpMultiplier, View::kKink
    };
    const bool hole = std::ranges::any_of(kForm, [&](View view) {
        return unanswered(at, view_read(model, view));
    });
    if (hole || answer_to(at, view_read(model, View::kKink)) == nullptr) {
        return ModelForm::kNotAsked;
    }
    const auto row = model_row(
        number(at, model, View::kBaseRate),
        number(at, model, View::kMultiplier),
        number(at, model, View::kJumpMultiplier),
        number(at, model, View::kKink)
    );
    if (!row || number(at, model, View::kSavingsRate)) {
        return ModelForm::kOther;
    }
    at.tables.models.put({model}, *row);
    return ModelForm::kKnown;
}

/// The contract's own rate, and whether its model's parameters give the same.
void take_rate(Transition& at, const Address& ctoken) {
    const CTokenRow row = *at.tables.ctokens.find(at.key(ctoken));
    const ModelForm form = row.rate_source == RateSource::kUnchecked ? take_model(at, row.model)
                                                                     : ModelForm::kNotAsked;
    const auto rate_wad = number(at, ctoken, View::kBorrowRate);
    if (!rate_wad) {
        return;
    }
    RateSource source = row.rate_source;
    if (source == RateSource::kUnchecked) {
        const ModelRow* model = at.tables.models.find({row.model});
        const bool same = form != ModelForm::kOther && model != nullptr &&
                          borrow_rate_wad(*model, row) == rate_wad;
        // A model that was not asked may be of another form that agrees up to its kink.
        const RateSource agreed =
            form == ModelForm::kKnown ? RateSource::kModel : RateSource::kUnchecked;
        source = same ? agreed : RateSource::kRead;
    }
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.rate_source = source;
        of.rate_wad = *rate_wad;
        of.rate_block = at.number();
    });
}

void take_initial_rate(Transition& at, const Address& ctoken) {
    const CTokenRow& row = *at.tables.ctokens.find(at.key(ctoken));
    if (row.initial_rate_wad || !row.total_supply.is_zero()) {
        return;
    }
    if (const auto rate_wad = number(at, ctoken, View::kRateStored)) {
        at.edit_ctoken(ctoken, [&](CTokenRow& of) { of.initial_rate_wad = *rate_wad; });
    }
}

void take_price(Transition& at, const Address& ctoken, const Address& oracle) {
    const PriceRow* found = at.tables.prices.find(at.key(ctoken));
    const PriceRow before = found == nullptr ? PriceRow{} : *found;
    const eth::ReadAnswer* answer = answer_to(at, view_read(oracle, View::kPrice, ctoken));
    const auto price_wad = number(answer);
    PriceRow after;
    if (answer != nullptr) {
        after.state = price_wad ? PriceState::kKnown : PriceState::kReverts;
        after.price_wad = price_wad.value_or(U256());
    }
    const auto missing = [](const PriceRow& row) {
        return row.state == PriceState::kReverts ||
               (row.state == PriceState::kKnown && row.price_wad.is_zero());
    };
    if (missing(after) && !missing(before)) {
        at.notes.push_back(
            {.kind = protocol::IncidentKind::kAnomaly,
             .text = "oracle " + oracle.hex() + " has no price of cToken " + ctoken.hex() +
                     ": accounts that entered its market have no health until it has, and nobody "
                     "can liquidate them"}
        );
    }
    if (found == nullptr || after != before) {
        at.tables.prices.put(at.key(ctoken), after);
    }
}

void take_ctoken(Transition& at, const Address& ctoken) {
    const auto row = [&]() -> const CTokenRow& {
        return *at.tables.ctokens.find(at.key(ctoken));
    };
    if (row().underlying_kind == Underlying::kUnknown) {
        const eth::ReadAnswer* answer = answer_to(at, view_read(ctoken, View::kUnderlying));
        if (answer != nullptr) {
            set_underlying(at, ctoken, *answer, false);
        }
    }
    if (row().unread && at.block.live) {
        take_state(at, ctoken);
    }
    if (!at.block.live) {
        return;
    }
    take_initial_rate(at, ctoken);
    if (const eth::ReadAnswer* answer = answer_to(at, view_read(ctoken, View::kCash))) {
        take_cash(at, ctoken, *answer);
    }
    take_rate(at, ctoken);
}

/// What is owed to the last digit, of those whose principal no log told since a bootstrap.
void take_debts(Transition& at) {
    for (const PositionKey& key : at.tables.unsettled.sorted_keys()) {
        if (key.market != at.market) {
            continue;
        }
        const auto owed =
            number(answer_to(at, view_read(key.ctoken, View::kDebtStored, key.account)));
        if (!owed) {
            continue;
        }
        PositionRow row = at.position(key.ctoken, key.account);
        row.principal = *owed;
        row.interest_index_wad = at.tables.ctokens.find(at.key(key.ctoken))->borrow_index_wad;
        at.set_position(key.ctoken, key.account, row);
    }
}

}  // namespace

std::optional<ModelRow> model_row(
    const std::optional<U256>& base_wad,
    const std::optional<U256>& multiplier_wad,
    const std::optional<U256>& jump_multiplier_wad,
    const std::optional<U256>& kink_wad
) {
    if (!base_wad || !multiplier_wad || jump_multiplier_wad.has_value() != kink_wad.has_value()) {
        return std::nullopt;
    }
    return ModelRow{
        .jumps = kink_wad.has_value(),
        .named = true,
        .base_wad = *base_wad,
        .multiplier_wad = *multiplier_wad,
        .jump_multiplier_wad = jump_multiplier_wad.value_or(U256()),
        .kink_wad = kink_wad.value_or(U256())
    };
}

void take_market_reads(Transition& at) {
    const MarketRow* found = at.tables.markets.find({at.market});
    if (found == nullptr) {
        return;
    }
    const MarketRow market = *found;
    for (const Address& candidate : market.candidates) {
        if (at.block.live) {
            take_initial_rate(at, candidate);
        }
    }
    for (const Address& ctoken : market.ctokens) {
        take_ctoken(at, ctoken);
    }
    if (!at.block.live) {
        return;
    }
    for (const Address& ctoken : market.ctokens) {
        take_price(at, ctoken, market.oracle);
    }
    if (at.tables.unsettled.size() != 0) {
        take_debts(at);
    }
    at.edit_market([&](MarketRow& of) { of.read_block = at.number(); });
}

}  // namespace faultline::compound_v2
