// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/market_reading.hpp"

#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/reading_answers.hpp"
#include "core/protocols/maker/view_calls.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
MakerReading::MakerReading(
    Tables& tables, const MarketConfig& config, protocol::ReadingOptions options
)
    : tables_(tables), config_(config), options_(std::move(options)) {
    FAULTLINE_ASSERT(
        std::ranges::is_sorted(options_.holders) &&
        options_.holders_known <= options_.holders.size()
    );
    std::set<Hash32> ilks;
    for (const protocol::Holder& holder : options_.holders) {
        ilks.insert(holder.part);
    }
    ilks.erase(Hash32{});
    ilks.erase(ward_part());
    ilks_.assign(ilks.begin(), ilks.end());
    plan(Stage::kMarket);
}

Result<void> MakerReading::take(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_ASSERT(
        stage_ != Stage::kDone && std::ranges::equal(answers, calls_, {}, &eth::ReadAnswer::read)
    );
    auto taken = take_stage(answers);
    if (taken) {
        // Holders go on until all are read.
        const bool more =
            stage_ == Stage::kHolders && options_.holders_known < options_.holders.size();
        taken = advance(more ? stage_ : static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1));
    }
    if (!taken) {
        return std::move(taken).error().context(
            "market \"" + config_.name + "\" at block " + options_.block.text()
        );
    }
    return {};
}

Result<void> MakerReading::advance(Stage stage) {
    plan(stage);
    while (calls_.empty() && stage_ != Stage::kDone) {
        if (stage_ == Stage::kHolders) {
            FAULTLINE_TRY_VOID(check_sums());
        }
        if (stage_ == Stage::kComparison) {
            compared_ = options_.holders.size();
        }
        plan(static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1));
    }
    return {};
}

Result<void> MakerReading::take_stage(const std::vector<eth::ReadAnswer>& answers) {
    switch (stage_) {
        case Stage::kMarket:
            return take_market(ReadingAnswers(answers));
        case Stage::kJoins:
            take_joins(answers);
            return {};
        case Stage::kIlks:
            return take_ilks(ReadingAnswers(answers));
        case Stage::kIlkParameters:
            return take_ilk_parameters(ReadingAnswers(answers));
        case Stage::kGems:
            take_gems(answers);
            return {};
        case Stage::kPips:
            return take_pips(answers);
        case Stage::kClips:
            clip_answers_ = answers;
            return {};
        case Stage::kSales:
            return take_clips(answers);
        case Stage::kCalcs:
            return take_calcs(answers);
        case Stage::kHolders: {
            FAULTLINE_TRY_VOID(take_holders(ReadingAnswers(answers)));
            return options_.holders_known < options_.holders.size() ? Result<void>() : check_sums();
        }
        default:
            return take_comparison(answers);
    }
}

void MakerReading::plan(Stage stage) {
    stage_ = stage;
    calls_.clear();
    switch (stage) {
        case Stage::kMarket:
            plan_market();
            break;
        case Stage::kJoins:
            plan_joins();
            break;
        case Stage::kIlks:
            for (const Hash32& ilk : ilks_) {
                calls_.push_back(view_read(config_.vat, View::kIlks, {word_of(ilk)}));
            }
            break;
        case Stage::kIlkParameters:
            for (const Hash32& ilk : ilks_) {
                for (const Address& contract : {config_.jug, config_.spotter, config_.dog}) {
                    calls_.push_back(view_read(contract, View::kIlks, {word_of(ilk)}));
                }
            }
            break;
        case Stage::kGems:
            plan_gems();
            break;
        case Stage::kPips:
            plan_pips();
            break;
        case Stage::kClips:
        case Stage::kSales:
            plan_clips();
            break;
        case Stage::kCalcs:
            plan_calcs();
            break;
        case Stage::kHolders:
            plan_holders();
            break;
        case Stage::kComparison:
            plan_comparison();
            break;
        default:
            break;
    }
}

/// First the clippers; then, with those answers, the auctions that they list.
void MakerReading::plan_clips() {
    eth::Block told;
    if (stage_ == Stage::kSales) {
        told.reads = clip_answers_;
    }
    for (const Hash32& ilk : ilks_) {
        const IlkRow* row = tables_.ilks.find({.market = market(), .ilk = ilk});
        if (row == nullptr || row->clip.is_zero()) {
            continue;
        }
        for (eth::Read& read : clip_reads(row->clip, told)) {
            calls_.push_back(std::move(read));
        }
    }
    std::ranges::sort(calls_);
    calls_.erase(std::unique(calls_.begin(), calls_.end()), calls_.end());
}

void MakerReading::plan_calcs() {
    for (const ContractKey& key : tables_.calcs.sorted_keys()) {
        if (key.market == market()) {
            for (eth::Read& read : calc_reads(key.contract)) {
                calls_.push_back(std::move(read));
            }
        }
    }
}

/// What is counted from this block on.
void MakerReading::begin_flows() {
    tables_.begins.put({market()}, {.block = options_.block.number});
    if (!config_.dai_usds.is_zero()) {
        tables_.conversions.put(contract(config_.dai_usds), {});
    }
}

/// What the rows work out and do not only repeat: what auctions cost now, and what PSMs have to do.
void MakerReading::plan_comparison() {
    for (const SaleKey& key : tables_.sales.sorted_keys()) {
        if (key.market == market()) {
            calls_.push_back(view_read(key.clip, View::kGetStatus, {U256(key.id)}));
        }
    }
    for (const Psm& psm : config_.psms) {
        if (psm.kind == PsmKind::kLite) {
            for (const View view : {View::kRush, View::kGush, View::kCut}) {
                calls_.push_back(view_read(psm.psm, view));
            }
        }
    }
}

Result<void> MakerReading::take_comparison(const std::vector<eth::ReadAnswer>& answers) {
    const protocol::At at{.number = options_.block.number, .timestamp = options_.timestamp};
    for (const eth::ReadAnswer& answer : answers) {
        const auto ours = answer_of(tables_, market(), config_, at, answer.read);
        if (!ours) {
            continue;
        }
        const bool refused = answer.reverted() != (ours->status == FigureStatus::kError);
        if (refused || protocol::compare(*ours, answer) == protocol::Compared::kDiffers) {
            return Error(
                       Code::kRejected,
                       std::string(view_signature(answer.read.data).value_or("a view")) + " of " +
                           answer.read.to.hex() + " answers " +
                           protocol::text_of(answer, ours->value.array) + ", and the rows give " +
                           (ours->ok() ? protocol::text_of(ours->value) : ours->reason)
            )
                .advise("this contract is not accounted for as it is; please report it");
        }
    }
    compared_ = options_.holders.size();
    return {};
}

std::unique_ptr<protocol::MarketReading> MakerProtocol::read_market(protocol::ReadingOptions options
) {
    const MarketConfig& of = config(options.market);
    return std::make_unique<MakerReading>(tables_, of, std::move(options));
}

}  // namespace faultline::maker
