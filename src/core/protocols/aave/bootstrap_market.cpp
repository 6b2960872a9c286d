// SPDX-License-Identifier: Apache-2.0
// The market's own part of a bootstrap: reserves and categories.
#include "core/protocols/aave/bootstrap_answers.hpp"
#include "core/protocols/aave/config_word.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

std::optional<std::uint16_t> fee_of(const std::optional<U256>& word) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint16_t>::max();
    return word && *word <= U256(kMost) ? std::optional(static_cast<std::uint16_t>(word->low_u64()))
                                        : std::nullopt;
}

/// The words of getReserveData, by their places in the struct.
enum ReserveWord : std::size_t {
    kConfiguration,
    kLiquidityIndex,
    kLiquidityRate,
    kDebtIndex,
    kDebtRate,
    kStableBorrowRate,
    kLastUpdate,
    kId,
    kATokenAddress,
    kStableTokenAddress,
    kDebtTokenAddress,
    kStrategy,
    kAccruedToTreasury,
    kUnbacked,
    kIsolationDebt,
    kReserveWords
};

}  // namespace

Result<void> Bootstrap::take_market(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    FAULTLINE_TRY(const Address pool, in.address());
    FAULTLINE_TRY(const Address configurator, in.address());
    FAULTLINE_TRY(market_.oracle, in.address());
    FAULTLINE_TRY(market_.sentinel, in.address());
    if (pool != config_.pool || configurator != config_.configurator) {
        return Error(
                   Code::kRejected,
                   "the addresses provider names pool " + pool.hex() + " and configurator " +
                       configurator.hex() + ", and the configuration others"
        )
            .advise("correct the market's addresses in the configuration");
    }
    FAULTLINE_TRY(const U256 revision, in.word());
    const Rules* rules = revision.fits_u64() ? rules_of(revision.low_u64()) : nullptr;
    if (rules == nullptr) {
        return Error(
                   Code::kRejected,
                   "the pool is of revision " + revision.to_string() + ", and accounted for are " +
                       accounted_for()
        )
            .advise("use a Faultline that knows this revision");
    }
    rules_ = *rules;
    market_.pool_revision = rules->pool_revision;
    market_.flash_premium_bps = fee_of(in.word_if_any());
    market_.flash_premium_to_protocol_bps = fee_of(in.word_if_any());
    market_.bridge_fee_bps = fee_of(in.word_if_any());
    return {};
}

Result<void> Bootstrap::take_reserve_ids(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    for (ReserveId id = 0; id < kMaxReserves; ++id) {
        FAULTLINE_TRY(const Address asset, in.address());
        if (asset != Address{}) {
            Part part{.id = id, .row = {}};
            part.row.asset = asset;
            reserves_.push_back(part);
            market_.reserve_count = static_cast<ReserveId>(id + 1);
        }
    }
    if (reserves_.empty()) {
        return Error(Code::kRejected, "the pool lists no reserve yet")
            .advise("run `faultline resync`, set deployed_at, and follow it from its deployment");
    }
    return {};
}

Result<void> Bootstrap::take_reserves(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    for (Part& part : reserves_) {
        FAULTLINE_TRY(const auto words, in.words(kReserveWords));
        if (words[kId] != U256(part.id)) {
            return Error(
                Code::kRejected,
                "reserve " + part.row.asset.hex() + " says it has id " + words[kId].to_string() +
                    ", and the pool's list has it at " + std::to_string(part.id)
            );
        }
        ReserveRow& row = part.row;
        row.config = config_of(words[kConfiguration]);
        row.liquidity_index_ray = words[kLiquidityIndex];
        row.liquidity_rate_ray = words[kLiquidityRate];
        row.variable_borrow_index_ray = words[kDebtIndex];
        row.variable_borrow_rate_ray = words[kDebtRate];
        row.stable_rate_ray = words[kStableBorrowRate];
        row.last_update = {words[kLastUpdate].low_u64()};
        row.a_token = address_of(words[kATokenAddress]);
        row.v_token = address_of(words[kDebtTokenAddress]);
        row.strategy = address_of(words[kStrategy]);
        row.accrued_to_treasury = words[kAccruedToTreasury];
        row.unbacked = words[kUnbacked];
        row.isolation_debt_cents = words[kIsolationDebt];
        (rules_.stable_debt ? row.s_token : market_.mock_stable_token) =
            address_of(words[kStableTokenAddress]);
    }
    return {};
}

void Bootstrap::plan_tokens() {
    for (const Part& part : reserves_) {
        const ReserveRow& row = part.row;
        const U256 asset = U256::from_be_bytes(row.asset.view());
        calls_.push_back(view_read(row.a_token, View::kScaledSupply));
        calls_.push_back(view_read(row.v_token, View::kScaledSupply));
        calls_.push_back(token_revision_read(ContractRole::kAToken, row.a_token));
        calls_.push_back(token_revision_read(ContractRole::kVariableDebtToken, row.v_token));
        if (rules_.virtual_accounting == VirtualAccounting::kAlways) {
            calls_.push_back(view_read(config_.pool, View::kVirtualBalance, asset));
        }
        if (rules_.grace_periods) {
            calls_.push_back(view_read(config_.pool, View::kGracePeriod, asset));
        }
        if (rules_.deficit) {
            calls_.push_back(view_read(config_.pool, View::kDeficit, asset));
        }
        if (rules_.stable_debt) {
            calls_.push_back(view_read(row.s_token, View::kStableSupplyData));
        }
    }
}

Result<void> Bootstrap::take_tokens(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    for (Part& part : reserves_) {
        FAULTLINE_TRY_VOID(take_token(part, in));
    }
    return {};
}

/// What not every release has.
Result<void> Bootstrap::take_figures_of_release(ReserveRow& row, BootstrapAnswers& in) const {
    if (rules_.virtual_accounting == VirtualAccounting::kAlways) {
        FAULTLINE_TRY(row.virtual_underlying_balance, in.word());
    }
    if (rules_.grace_periods) {
        FAULTLINE_TRY(const U256 until, in.word());
        row.config.liquidation_grace_until_s = until.low_u64();
    }
    if (rules_.deficit) {
        FAULTLINE_TRY(row.deficit, in.word());
    }
    if (rules_.stable_debt) {
        FAULTLINE_TRY(const auto words, in.words(4));
        row.stable = {
            .principal = words[0], .average_rate_ray = words[2], .updated = {words[3].low_u64()}
        };
    }
    return {};
}

Result<void> Bootstrap::take_token(Part& part, BootstrapAnswers& in) {
    ReserveRow& row = part.row;
    FAULTLINE_TRY(row.scaled_supply, in.word());
    FAULTLINE_TRY(row.scaled_debt, in.word());
    FAULTLINE_TRY(const U256 a_revision, in.word());
    FAULTLINE_TRY(const U256 v_revision, in.word());
    FAULTLINE_TRY_VOID(take_figures_of_release(row, in));
    return take_token_revisions(part, a_revision, v_revision);
}

Result<void> Bootstrap::take_token_revisions(
    const Part& part, const U256& a_token, const U256& v_token
) {
    const auto rounding = [&](const U256& revision) {
        return revision.fits_u64() ? rounding_of(revision.low_u64(), rules_) : std::nullopt;
    };
    const auto a_rounding = rounding(a_token);
    const auto v_rounding = rounding(v_token);
    if (!a_rounding || !v_rounding) {
        return Error(
                   Code::kRejected,
                   "the tokens of reserve " + part.row.asset.hex() + " are of revision " +
                       a_token.to_string() + " and " + v_token.to_string() + ", which under Aave " +
                       std::string(rules_.release) + " are not accounted for"
        )
            .advise("use a Faultline that knows these revisions");
    }
    put_listed(part, *a_rounding, *v_rounding);
    return {};
}

void Bootstrap::put_listed(const Part& part, Rounding a_token, Rounding v_token) {
    const MarketId market = options_.market;
    const auto put = [&](const Address& address, ContractRole role, Rounding rounding) {
        tables_.contracts.put(
            {.market = market, .address = address},
            {.role = role, .reserve = part.id, .rounding = rounding}
        );
    };
    put(part.row.asset, ContractRole::kAsset, rules_.rounding);
    put(part.row.a_token, ContractRole::kAToken, a_token);
    put(part.row.v_token, ContractRole::kVariableDebtToken, v_token);
    if (rules_.stable_debt && part.row.s_token != Address{}) {
        put(part.row.s_token, ContractRole::kStableDebtToken, rules_.rounding);
    }
    tables_.reserves.put({.market = market, .reserve = part.id}, part.row);
    tables_.markets.put({market}, market_);
}

void Bootstrap::plan_emodes() {
    const Address& pool = config_.pool;
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        const U256 id(category);
        if (rules_.category_per_asset) {
            calls_.push_back(view_read(pool, View::kEModeCategoryData, id));
            continue;
        }
        calls_.push_back(view_read(pool, View::kEModeCollateralConfig, id));
        calls_.push_back(view_read(pool, View::kEModeLabel, id));
        calls_.push_back(view_read(pool, View::kEModeCollateralBits, id));
        calls_.push_back(view_read(pool, View::kEModeBorrowableBits, id));
        if (rules_.ltv_zero_bitmap) {
            calls_.push_back(view_read(pool, View::kEModeLtvZeroBits, id));
        }
        if (rules_.isolated_emode) {
            calls_.push_back(view_read(pool, View::kEModeIsolated, id));
        }
    }
}

Result<void> Bootstrap::take_emodes(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        FAULTLINE_TRY(const EModeRow row, take_emode(in));
        if (row != EModeRow{}) {
            tables_.emodes.put(
                {.market = options_.market, .category = static_cast<std::uint8_t>(category)}, row
            );
        }
    }
    return {};
}

Result<EModeRow> Bootstrap::take_emode(BootstrapAnswers& in) const {
    EModeRow row;
    // A tuple that ends in a string has the offset of itself before its words.
    const std::size_t first = rules_.category_per_asset ? 1 : 0;
    FAULTLINE_TRY(const auto words, in.words(rules_.category_per_asset ? 5 : 3));
    row.ltv_bps = static_cast<std::uint16_t>(words[first].low_u64());
    row.liquidation_threshold_bps = static_cast<std::uint16_t>(words[first + 1].low_u64());
    row.liquidation_bonus_bps = static_cast<std::uint16_t>(words[first + 2].low_u64());
    if (rules_.category_per_asset) {
        constexpr std::size_t kLabelLength = 6 * kWord;  // Behind the tuple's five words.
        row.price_source = address_of(words[4]);
        row.label = in.text_at(kLabelLength);
        return row;
    }
    FAULTLINE_TRY_VOID(in.words(1));
    row.label = in.text_at(kWord);  // Behind its offset.
    FAULTLINE_TRY(row.collateral_bits, in.word());
    FAULTLINE_TRY(row.borrowable_bits, in.word());
    if (rules_.ltv_zero_bitmap) {
        FAULTLINE_TRY(row.ltv_zero_bits, in.word());
    }
    if (rules_.isolated_emode) {
        FAULTLINE_TRY(const U256 isolated, in.word());
        row.isolated = !isolated.is_zero();
    }
    return row;
}

}  // namespace faultline::aave
