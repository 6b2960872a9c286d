// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/reading.hpp"

#include "core/protocols/compound_v2/markets.hpp"
#include "core/protocols/compound_v2/reading_answers.hpp"
#include "core/protocols/compound_v2/transition.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {
namespace {

constexpr std::size_t kReadAtOnce = 25;  ///< Accounts, each with a call to every cToken.
constexpr std::size_t kComparedAtOnce = 200;

}  // namespace

std::unique_ptr<protocol::MarketReading> Markets::read_market(protocol::ReadingOptions options) {
    const MarketConfig& of = config(options.market);
    return std::make_unique<Reading>(tables_, of, std::move(options));
}

Reading::Reading(Tables& tables, const MarketConfig& config, protocol::ReadingOptions options)
    : tables_(tables), config_(config), options_(std::move(options)) {
    FAULTLINE_ASSERT(
        std::ranges::is_sorted(options_.holders) &&
        options_.holders_known <= options_.holders.size()
    );
    block_.header.ref = options_.block;
    block_.header.timestamp = options_.timestamp;
    plan(Stage::kMarket);
}

Transition Reading::transition() {
    return {
        .tables = tables_,
        .market = options_.market,
        .config = config_,
        .block = block_,
        .memory = memory_,
        .notes = notes_
    };
}

std::span<const protocol::Holder> Reading::some(std::size_t from, std::size_t most) const {
    const std::span<const protocol::Holder> all(options_.holders);
    return all.subspan(from, std::min(most, all.size() - from));
}

Result<void> Reading::take(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_ASSERT(
        stage_ != Stage::kDone && std::ranges::equal(answers, calls_, {}, &eth::ReadAnswer::read)
    );
    auto taken = finish(answers);
    if (!taken) {
        return std::move(taken).error().context(
            "market \"" + config_.name + "\" at block " + options_.block.text()
        );
    }
    return {};
}

Result<void> Reading::take_stage(const std::vector<eth::ReadAnswer>& answers) {
    ReadingAnswers in(answers);
    switch (stage_) {
        case Stage::kMarket:
            return take_market(in);
        case Stage::kCTokens:
            return take_ctokens(in);
        case Stage::kModels:
            return take_models(in);
        case Stage::kHolders:
            return take_holders(in);
        default:
            return take_comparison(answers);
    }
}

/// Holders, and then their comparison, go on until nobody is left.
Reading::Stage Reading::next_stage() const {
    switch (stage_) {
        case Stage::kMarket:
            return Stage::kCTokens;
        case Stage::kCTokens:
            return Stage::kModels;
        case Stage::kModels:
        case Stage::kHolders:
            return Stage::kHolders;
        default:
            return Stage::kComparison;
    }
}

Result<void> Reading::finish(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_TRY_VOID(take_stage(answers));
    plan(next_stage());
    if (stage_ == Stage::kCTokens && calls_.empty()) {  // None is listed yet.
        plan(Stage::kHolders);
    }
    if (stage_ == Stage::kHolders && calls_.empty()) {
        FAULTLINE_TRY_VOID(check_sums());
        plan(Stage::kComparison);
    }
    return {};
}

Result<void> Reading::take_holders(ReadingAnswers& in) {
    const auto holders = some(options_.holders_known, kReadAtOnce);
    for (const protocol::Holder& one : holders) {
        FAULTLINE_TRY_VOID(take_holder(one.account, in));
    }
    options_.holders_known += holders.size();
    return {};
}

void Reading::plan(Stage stage) {
    stage_ = stage;
    calls_.clear();
    switch (stage) {
        case Stage::kMarket:
            plan_market();
            break;
        case Stage::kCTokens:
            plan_ctokens();
            break;
        case Stage::kModels:
            plan_models();
            break;
        case Stage::kHolders:
            plan_holders();
            break;
        default:
            plan_comparison();
            break;
    }
}

void Reading::plan_market() {
    for (const View view :
         {View::kAllMarkets,
          View::kOracle,
          View::kCloseFactor,
          View::kIncentive,
          View::kComptrollerImplementation,
          View::kTransferPaused,
          View::kSeizePaused,
          View::kVaiController}) {
        calls_.push_back(view_read(config_.comptroller, view));
    }
}

void Reading::plan_ctokens() {
    for (const Address& ctoken : market_.ctokens) {
        for (const View view :
             {View::kMarkets, View::kBorrowCap, View::kMintPaused, View::kBorrowPaused}) {
            calls_.push_back(view_read(config_.comptroller, view, ctoken));
        }
        calls_.push_back(view_read(market_.oracle, View::kPrice, ctoken));
        for (const View view :
             {View::kBorrowIndex,
              View::kBorrows,
              View::kReserves,
              View::kSupply,
              View::kAccrualBlock,
              View::kReserveFactor,
              View::kModel,
              View::kImplementation,
              View::kUnderlying,
              View::kCash,
              View::kRateStored,
              View::kBorrowRate,
              View::kSupplyRate}) {
            calls_.push_back(view_read(ctoken, view));
        }
    }
}

void Reading::plan_models() {
    std::set<Address> models;
    for (const Address& ctoken : market_.ctokens) {
        models.insert(tables_.ctokens.find({.market = options_.market, .ctoken = ctoken})->model);
    }
    for (const Address& model : models) {
        for (const View view :
             {View::kBaseRate,
              View::kMultiplier,
              View::kJumpMultiplier,
              View::kKink,
              View::kSavingsRate}) {
            calls_.push_back(view_read(model, view));
        }
    }
}

void Reading::plan_holders() {
    for (const protocol::Holder& one : some(options_.holders_known, kReadAtOnce)) {
        calls_.push_back(view_read(config_.comptroller, View::kAssetsIn, one.account));
        for (const Address& ctoken : market_.ctokens) {
            calls_.push_back(view_read(ctoken, View::kSnapshot, one.account));
        }
    }
}

void Reading::plan_comparison() {
    for (const protocol::Holder& one : some(compared_, kComparedAtOnce)) {
        calls_.push_back(view_read(config_.comptroller, View::kLiquidity, one.account));
    }
    if (calls_.empty()) {
        stage_ = Stage::kDone;
    }
}

}  // namespace faultline::compound_v2
