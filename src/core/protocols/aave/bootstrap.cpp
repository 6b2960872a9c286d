// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace faultline::aave {

Bootstrap::Bootstrap(Tables& tables, const MarketConfig& config, Options options)
    : tables_(tables), config_(config), options_(std::move(options)) {
    FAULTLINE_ASSERT(
        std::ranges::is_sorted(options_.accounts) &&
        options_.accounts_known <= options_.accounts.size()
    );
    plan(Stage::kMarket);
}

Result<void> Bootstrap::take(const std::vector<eth::ReadAnswer>& answers) {
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

Result<void> Bootstrap::take_stage(const std::vector<eth::ReadAnswer>& answers) {
    if (config_.generation == Generation::kV2) {
        return Error(Code::kRejected, "a market of Aave V2 cannot be begun by view calls")
            .advise("run `faultline resync` and follow it from its deployment");
    }
    switch (stage_) {
        case Stage::kMarket:
            return take_market(answers);
        case Stage::kReserveIds:
            return take_reserve_ids(answers);
        case Stage::kReserves:
            return take_reserves(answers);
        case Stage::kTokens:
            return take_tokens(answers);
        case Stage::kEModes:
            return take_emodes(answers);
        case Stage::kAccounts:
            return take_accounts(answers);
        case Stage::kDebts:
            return take_debts(answers);
        case Stage::kPrices:
            return take_prices(answers);
        default:
            return take_comparison(answers);
    }
}

/// Accounts and their debts alternate; the comparison goes on until nobody is left.
Bootstrap::Stage Bootstrap::next_stage() const {
    switch (stage_) {
        case Stage::kDebts:
            return Stage::kAccounts;
        case Stage::kComparison:
        case Stage::kDone:
            return stage_;
        default:
            return static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1);
    }
}

Result<void> Bootstrap::finish(const std::vector<eth::ReadAnswer>& answers) {
    FAULTLINE_TRY_VOID(take_stage(answers));
    plan(next_stage());
    // Debts of accounts that owe nothing are no question.
    if (stage_ == Stage::kDebts && calls_.empty()) {
        return finish({});
    }
    if (stage_ == Stage::kAccounts && calls_.empty()) {
        FAULTLINE_TRY_VOID(check_holders());
        plan(Stage::kPrices);
    }
    return {};
}

void Bootstrap::plan(Stage stage) {
    stage_ = stage;
    calls_.clear();
    const Address& provider = config_.addresses_provider;
    switch (stage) {
        case Stage::kMarket:
            calls_ = {
                view_read(provider, View::kProviderPool),
                view_read(provider, View::kProviderConfigurator),
                view_read(provider, View::kProviderOracle),
                view_read(provider, View::kProviderSentinel),
                revision_read(config_.pool),
                view_read(config_.pool, View::kFlashPremium),
                view_read(config_.pool, View::kFlashPremiumToProtocol),
                view_read(config_.pool, View::kBridgeFee),
            };
            break;
        case Stage::kReserveIds:
            for (unsigned id = 0; id < kMaxReserves; ++id) {
                calls_.push_back(view_read(config_.pool, View::kReserveAddressById, U256(id)));
            }
            break;
        case Stage::kReserves:
            for (const Part& part : reserves_) {
                calls_.push_back(view_read(
                    config_.pool, View::kReserveData, U256::from_be_bytes(part.row.asset.view())
                ));
            }
            break;
        case Stage::kTokens:
            plan_tokens();
            break;
        case Stage::kEModes:
            plan_emodes();
            break;
        case Stage::kAccounts:
            plan_accounts();
            break;
        case Stage::kDebts:
            plan_debts();
            break;
        case Stage::kPrices:
            for (const Part& part : reserves_) {
                calls_.push_back(price_read(market_.oracle, part.row.asset));
            }
            for (unsigned category = 1; category <= kMaxCategory; ++category) {
                const EModeRow* emode = tables_.emodes.find(
                    {.market = options_.market, .category = static_cast<std::uint8_t>(category)}
                );
                if (emode != nullptr && emode->price_source != Address{}) {
                    calls_.push_back(price_read(market_.oracle, emode->price_source));
                }
            }
            break;
        default:
            plan_comparison();
            break;
    }
}

}  // namespace faultline::aave
