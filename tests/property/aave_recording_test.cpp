// SPDX-License-Identifier: Apache-2.0
#include "property/aave_recording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

constexpr std::size_t kWord = 32;
constexpr std::size_t kSelector = 4;  // Of a call without arguments, as POOL_REVISION().
constexpr std::uint8_t kRevision = 10;

std::vector<U256> words_of(const Bytes& bytes) {
    std::vector<U256> words;
    for (std::size_t at = 0; at + kWord <= bytes.size(); at += kWord) {
        words.push_back(U256::from_be_bytes(BytesView(bytes).subspan(at, kWord)));
    }
    return words;
}

/// Answers the one read the recording does not have: the revision of contracts known to be 3.6.
void answer_revision(const aave::Markets& markets, eth::Block& block) {
    for (const eth::Read& read : markets.plan_reads(block)) {
        if (read.data.size() != kSelector) {
            continue;
        }
        Bytes word(kWord);
        word.back() = kRevision;
        block.reads.push_back({.read = read, .reverted = false, .result = word});
    }
}

/// Our figure for a recorded view.
std::vector<U256> figure(
    const aave::Markets& markets, const eth::Block& block, const Truth& truth
) {
    const aave::Tables& tables = markets.tables();
    const Address argument = truth.data.size() > kWord
                                 ? Address::from_bytes(BytesView(truth.data).last(Address::kSize))
                                 : Address{};
    if (truth.view == "aave.getUserAccountData") {
        const aave::Valuation valuation(tables, 0, block.ref().number, block.header.timestamp);
        const auto data = valuation.account(argument);
        INFO(data.reason);
        REQUIRE(data.ok());
        return {
            data.value.total_collateral_base,
            data.value.total_debt_base,
            data.value.available_borrows_base,
            data.value.current_liquidation_threshold_bps,
            data.value.ltv_bps,
            data.value.health_factor_wad,
        };
    }
    if (truth.view == "aave.getUserConfiguration") {
        const aave::UserRow* user = tables.users.find({0, argument});
        U256 bits;
        for (unsigned id = 0; user != nullptr && id < aave::kMaxReserves; ++id) {
            bits.set_bit(2 * id, user->debt_bits.bit(id));
            bits.set_bit((2 * id) + 1, user->collateral_bits.bit(id));
        }
        return {bits};
    }
    const bool about_token = truth.view.contains("scaled");
    const aave::ContractRow* contract =
        tables.contracts.find({0, about_token ? truth.to : argument});
    REQUIRE(contract != nullptr);
    const aave::ReserveRow& reserve = *tables.reserves.find({0, contract->reserve});
    const bool a_token = contract->role == aave::ContractRole::kAToken;
    if (truth.view.ends_with("scaledTotalSupply")) {
        return {a_token ? reserve.scaled_supply : reserve.scaled_debt};
    }
    if (truth.view.ends_with("scaledBalanceOf")) {
        const aave::PositionRow* position = tables.positions.find({0, argument, contract->reserve});
        REQUIRE(position != nullptr);
        return {a_token ? position->scaled_supply : position->scaled_debt};
    }
    if (truth.view == "aave.getReserveNormalizedIncome") {
        return {*aave::normalized_income_ray(reserve, block.header.timestamp)};
    }
    if (truth.view == "aave.getReserveNormalizedVariableDebt") {
        return {*aave::normalized_debt_ray(reserve, block.header.timestamp)};
    }
    if (truth.view == "aave.getReserveDeficit") {
        return {reserve.deficit};
    }
    REQUIRE(truth.view == "aave.getVirtualUnderlyingBalance");
    return {reserve.virtual_underlying_balance};
}

}  // namespace

TEST_CASE("every view the real Aave V3.6 contracts were asked equals ours, through reorgs") {
    Recording recording = load_recording("v36_recording.jsonl");
    ledger::Ledger ledger;
    aave::Markets markets(ledger, {recording.market});
    std::vector<std::vector<ledger::RowChange>> undo;
    std::size_t compared = 0;
    for (RecordedStep& step : recording.steps) {
        if (step.reverted) {
            REQUIRE(ledger.undo(undo.back()));
            undo.pop_back();
            continue;
        }
        answer_revision(markets, step.block);
        REQUIRE(markets.apply(step.block).empty());
        undo.push_back(ledger.seal());
        for (const Truth& truth : step.truth) {
            INFO(truth.view << " at block " << step.block.ref().number);
            REQUIRE(figure(markets, step.block, truth) == words_of(truth.result));
            ++compared;
        }
    }
    WARN(compared << " answers of the contracts compared, none different");
    REQUIRE(compared > 1000);
}

TEST_CASE("a recording with one log left out is not equal any more") {
    Recording recording = load_recording("v36_recording.jsonl");
    ledger::Ledger ledger;
    aave::Markets markets(ledger, {recording.market});
    std::vector<std::vector<ledger::RowChange>> undo;
    std::size_t different = 0;
    bool dropped = false;
    for (RecordedStep& step : recording.steps) {
        if (step.reverted) {
            REQUIRE(ledger.undo(undo.back()));
            undo.pop_back();
            continue;
        }
        if (!dropped && step.block.logs.size() > 6 && undo.size() > 200) {
            eth::LogList kept;
            for (std::size_t i = 0; i < step.block.logs.size(); ++i) {
                const bool is_burn_or_mint =
                    !dropped && step.block.logs[i].data.size() == 3 * kWord;
                dropped = dropped || is_burn_or_mint;
                if (!is_burn_or_mint) {
                    kept.add(step.block.logs[i]);
                }
            }
            step.block.logs = kept;
        }
        answer_revision(markets, step.block);
        different += markets.apply(step.block).size();
        undo.push_back(ledger.seal());
        for (const Truth& truth : step.truth) {
            if (truth.view.ends_with("scaledTotalSupply") &&
                figure(markets, step.block, truth) != words_of(truth.result)) {
                ++different;
            }
        }
    }
    REQUIRE(dropped);
    REQUIRE(different > 0);
}

}  // namespace faultline::tests
