// SPDX-License-Identifier: Apache-2.0
#include "property/aave_model/engine_feed.hpp"

#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_views.hpp"
#include "property/aave_model/exact_math.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave_model {
namespace {

using Answer = std::optional<Figure<aave::ViewFigure>>;

std::vector<std::optional<Int>> words_of(const aave::ViewFigure& figure) {
    std::vector<std::optional<Int>> words;
    if (figure.array) {
        words.emplace_back(32);
    }
    for (const std::optional<U256>& word : figure.words) {
        words.push_back(word ? std::optional(from_word(*word)) : std::nullopt);
    }
    return words;
}

bool is_equal(const ViewCall& call, const aave::ViewFigure& figure) {
    const std::vector<std::optional<Int>> ours = words_of(figure);
    if (ours.empty() || ours.size() > call.words.size() ||
        (!call.optional && ours.size() != call.words.size())) {
        return false;
    }
    for (std::size_t i = call.first_word_untold && !ours[0] ? 1 : 0; i < ours.size(); ++i) {
        if (ours[i] != std::optional(call.words[i])) {
            return false;
        }
    }
    return true;
}

std::string difference(const ViewCall& call, const Answer& answer) {
    std::string text = call.label + "\n  theirs";
    for (const Int& word : call.words) {
        text += " " + word.str();
    }
    text += "\n  ours  ";
    if (!answer || !answer->ok()) {
        return text + " none: " + (answer ? answer->reason : "not of this market");
    }
    for (const auto& word : words_of(answer->value)) {
        text += " " + (word ? word->str() : "unknown");
    }
    return text;
}

/// The balance of an aToken or variable debt token, from the legs of whom it is asked of.
bool legs_are_worth(
    const aave::Followed& market, const protocol::MarketExposure& exposure, const ViewCall& call
) {
    const aave::Tables& tables = market.state().tables();
    const aave::ContractRow* token = tables.contracts.find({0, call.read.to});
    if (token == nullptr || token->role == aave::ContractRole::kStableDebtToken ||
        call.label.find(".balanceOf:") == std::string::npos) {
        return true;
    }
    const bool debt = token->role == aave::ContractRole::kVariableDebtToken;
    const Address& asset = tables.reserves.find({0, token->reserve})->asset;
    const auto is_of_asset = [&](const auto& one) {
        return asset == Address::from_bytes(one.part.view().last(Address::kSize));
    };
    const auto part = std::ranges::find_if(exposure.parts, is_of_asset);
    const auto whose = Address::from_bytes(BytesView(call.read.data).last(Address::kSize));
    std::optional<U256> amount{U256()};
    for (const protocol::Leg& leg : market.legs(0, {.account = whose, .part = {}})) {
        if (is_of_asset(leg) && debt == (leg.side == protocol::LegSide::kDebt)) {
            amount = (debt ? part->owed : part->claims).scale.amount(leg.units);
        }
    }
    return amount && from_word(*amount) == call.words.at(0);
}

}  // namespace

std::vector<std::string> EngineFeed::apply(
    const ContractModel& contracts, const eth::Header& header
) {
    return apply(contracts, header, contracts.logs());
}

std::vector<std::string> EngineFeed::apply(
    const ContractModel& contracts, const eth::Header& header, const eth::LogList& logs
) {
    eth::Block block;
    block.header = header;
    block.logs = logs;
    // What was answered may make it ask for more.
    for (auto planned = market_->plan_reads(block); !planned.empty();
         planned = market_->plan_reads(block)) {
        for (const eth::Read& read : planned) {
            const auto answer = chain_answer(contracts, read);
            block.reads.push_back(
                {.read = read,
                 .outcome = eth::outcome_of(!answer),
                 .result = answer.value_or(Bytes{})}
            );
        }
    }
    std::vector<protocol::Incident> told;
    market_->apply(block, told);
    std::vector<std::string> incidents;
    for (const protocol::Incident& incident : told) {
        if (incident.kind != protocol::IncidentKind::kActivity) {
            incidents.push_back(incident.text);
        }
    }
    legs_.hear(*market_, ledger_);
    changes_ = ledger_.seal();
    header_ = header;
    return incidents;
}

void EngineFeed::undo() {
    FAULTLINE_ASSERT(ledger_.undo(changes_).has_value());
    legs_.hear(*market_, changes_);
    legs_.check(*market_);
}

EngineFeed::Comparison EngineFeed::compare(
    const ContractModel& contracts, const std::vector<Address>& holders
) const {
    const aave::Views views(tables(), config_, 0, header_);
    const protocol::MarketExposure exposure =
        market_->exposure(0, {.number = header_.ref.number, .timestamp = header_.timestamp});
    legs_.check(*market_);
    Comparison out;
    for (const ViewCall& call : every_view(contracts, holders)) {
        const Answer answer = views.answer(call.read);
        if (call.optional && (!answer || !answer->ok())) {
            ++out.withheld;
        } else if (!legs_are_worth(*market_, exposure, call)) {
            out.differences.push_back(call.label + ": a leg is worth something else");
        } else if (answer && answer->ok() && is_equal(call, answer->value)) {
            ++out.equal;
        } else {
            out.differences.push_back(difference(call, answer));
        }
    }
    return out;
}

}  // namespace faultline::aave_model
