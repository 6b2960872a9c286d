// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/bootstrap.hpp"

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/plan.hpp"
#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

/// Holders whose rows are read before they are stored.
constexpr std::size_t kHoldersAtOnce = 200;

}  // namespace

std::unique_ptr<protocol::MarketReading> Markets::read_market(protocol::ReadingOptions options) {
    const MarketConfig& of = config(options.market);
    return std::make_unique<Bootstrap>(tables_, of, std::move(options));
}

Bootstrap::Bootstrap(Tables& tables, const MarketConfig& config, protocol::ReadingOptions options)
    : tables_(tables), config_(config), options_(std::move(options)) {
    FAULTLINE_ASSERT(
        std::ranges::is_sorted(options_.holders) &&
        options_.holders_known <= options_.holders.size()
    );
    calls_ = configuration_reads(config_.comet);
    calls_.push_back(view_read(config_.comet, View::kTotalsBasic));
}

const Address& Bootstrap::holder(std::size_t place) const {
    return options_.holders[place].account;
}

Result<void> Bootstrap::take(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_ASSERT(
        !calls_.empty() && std::ranges::equal(answers, calls_, {}, &eth::ReadAnswer::read)
    );
    const Result<void> taken = take_stage(answers);
    if (!taken) {
        // Whatever was wrong with an answer: there is no market.
        return Error(Code::kRejected, taken.error().detail())
            .advise(taken.error().advice())
            .context("market \"" + config_.name + "\" at block " + options_.block.text());
    }
    return {};
}

Result<void> Bootstrap::take_stage(const std::vector<eth::ReadAnswer>& answers) {
    switch (stage_) {
        case Stage::kGetters:
            return take_getters(answers);
        case Stage::kAssets:
            return take_assets(answers);
        case Stage::kState:
            return take_state(answers);
        case Stage::kPrincipals:
            return take_principals(answers);
        case Stage::kCollateral:
            return take_collateral(answers);
        case Stage::kComparison:
            return take_comparison(answers);
    }
    return {};
}

Result<void> Bootstrap::take_getters(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_TRY(totals_, decode_totals(answers.back()));
    told_.reads = answers;
    const eth::Read count_read = view_read(config_.comet, View::kNumAssets);
    const eth::ReadAnswer* answer = told_.answer(count_read);
    FAULTLINE_TRY(const std::size_t count, decode_asset_count(*answer));
    calls_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        calls_.push_back(asset_read(config_.comet, i));
    }
    stage_ = Stage::kAssets;
    return count == 0 ? take_assets({}) : Result<void>();
}

Result<void> Bootstrap::take_assets(const std::vector<eth::ReadAnswer>& answers) {
    std::ranges::copy(answers, std::back_inserter(told_.reads));
    FAULTLINE_TRY(configuration_, configuration_told(told_, config_.comet));
    plan_state();
    stage_ = Stage::kState;
    return {};
}

void Bootstrap::plan_state() {
    const U256 comet = word_of(config_.comet);
    calls_ = {
        view_read(configuration_.base_price_feed, View::kLatestRoundData),
        view_read(configuration_.base_token, View::kBalanceOf, {comet}),
    };
    for (const AssetInfo& asset : configuration_.assets) {
        calls_.push_back(view_read(asset.price_feed, View::kLatestRoundData));
        calls_.push_back(view_read(asset.asset, View::kBalanceOf, {comet}));
        calls_.push_back(view_read(config_.comet, View::kTotalsCollateral, {word_of(asset.asset)}));
    }
}

/// Everything but what the holders have; of those whose rows are there, the sums.
Result<void> Bootstrap::take_state(const std::vector<eth::ReadAnswer>& answers) {
    std::size_t next = 0;
    const auto take_price = [&](const Address& feed) {
        tables_.prices.put(
            {.market = options_.market, .address = feed}, decode_price(answers[next++])
        );
    };
    take_price(configuration_.base_price_feed);
    FAULTLINE_TRY(const U256 base, word_in(answers[next++]));
    tables_.tokens.put(
        {.market = options_.market, .address = configuration_.base_token},
        {.total = {}, .held = {}, .balance = base, .balance_unread = false}
    );
    for (const AssetInfo& asset : configuration_.assets) {
        take_price(asset.price_feed);
        FAULTLINE_TRY(const U256 balance, word_in(answers[next++]));
        FAULTLINE_TRY(const U256 total, word_in(answers[next++]));
        tables_.tokens.put(
            {.market = options_.market, .address = asset.asset},
            {.total = total, .held = {}, .balance = balance, .balance_unread = false}
        );
    }
    tables_.configurations.put({options_.market}, configuration_);
    tables_.markets.update({options_.market}, [&](MarketRow& row) {
        row.totals = totals_;
        row.read_at = options_.block.number;
        row.configuration_unread = false;
        row.principals_unread = false;
        row.degraded.clear();
    });
    return plan_principals();
}

Result<void> Bootstrap::plan_principals() {
    calls_.clear();
    const std::size_t first = options_.holders_known;
    const std::size_t end = std::min(first + kHoldersAtOnce, options_.holders.size());
    for (std::size_t i = first; i < end; ++i) {
        calls_.push_back(user_read(config_.comet, holder(i)));
    }
    stage_ = Stage::kPrincipals;  // That holders are missing is no fault of the market.
    if (!calls_.empty()) {
        return {};
    }
    sum_rows();
    FAULTLINE_TRY_VOID(check_sums());
    stage_ = Stage::kComparison;
    plan_comparison();
    return {};
}

Result<void> Bootstrap::take_principals(const std::vector<eth::ReadAnswer>& answers) {
    users_.clear();
    for (const eth::ReadAnswer& answer : answers) {
        FAULTLINE_TRY(const UserBasic user, decode_user_basic(answer));
        if ((std::uint64_t{user.assets_in} >> configuration_.assets.size()) != 0) {
            return Error(
                Code::kRejected,
                holder(options_.holders_known + users_.size()).hex() +
                    " has a collateral that is not listed"
            );
        }
        users_.push_back(user);
    }
    return plan_collateral();
}

Result<void> Bootstrap::plan_collateral() {
    calls_.clear();
    for (std::size_t i = 0; i < users_.size(); ++i) {
        const U256 account = word_of(holder(options_.holders_known + i));
        for (std::size_t offset = 0; offset < configuration_.assets.size(); ++offset) {
            if (((users_[i].assets_in >> offset) & 1U) != 0) {
                const U256 asset = word_of(configuration_.assets[offset].asset);
                calls_.push_back(view_read(config_.comet, View::kUserCollateral, {account, asset}));
            }
        }
    }
    stage_ = Stage::kCollateral;
    return calls_.empty() ? take_collateral({}) : Result<void>();
}

Result<void> Bootstrap::take_collateral(const std::vector<eth::ReadAnswer>& answers) {
    std::vector<AccountRow> rows(users_.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < users_.size(); ++i) {
        rows[i].principal = users_[i].principal;
        for (std::size_t offset = 0; offset < configuration_.assets.size(); ++offset) {
            if (((users_[i].assets_in >> offset) & 1U) != 0) {
                FAULTLINE_TRY(const U256 balance, word_in(answers[next++]));
                rows[i].set_balance(configuration_.assets[offset].asset, balance);
            }
        }
    }
    for (AccountRow& row : rows) {
        tables_.set_account(options_.market, holder(options_.holders_known++), std::move(row));
    }
    return plan_principals();
}

}  // namespace faultline::compound_v3
