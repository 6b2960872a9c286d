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
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/views.hpp>

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
    for (auto planned = markets_->plan_reads(block); !planned.empty();
         planned = markets_->plan_reads(block)) {
        for (const eth::Read& read : planned) {
            const auto answer = chain_answer(contracts, read);
            block.reads.push_back(
                {.read = read, .reverted = !answer, .result = answer.value_or(Bytes{})}
            );
        }
    }
    std::vector<std::string> incidents;
    for (const protocol::Incident& incident : markets_->apply(block)) {
        incidents.push_back(incident.text);
    }
    changes_ = ledger_.seal();
    header_ = header;
    return incidents;
}

void EngineFeed::undo() {
    FAULTLINE_ASSERT(ledger_.undo(changes_).has_value());
}

EngineFeed::Comparison EngineFeed::compare(
    const ContractModel& contracts, const std::vector<Address>& holders
) const {
    const aave::Views views(markets_->tables(), config_, 0, header_);
    Comparison out;
    for (const ViewCall& call : every_view(contracts, holders)) {
        const Answer answer = views.answer(call.read);
        if (call.optional && (!answer || !answer->ok())) {
            ++out.withheld;
        } else if (answer && answer->ok() && is_equal(call, answer->value)) {
            ++out.equal;
        } else {
            out.differences.push_back(difference(call, answer));
        }
    }
    return out;
}

}  // namespace faultline::aave_model
