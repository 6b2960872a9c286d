// SPDX-License-Identifier: Apache-2.0
// The fold against what the real contracts answered, without the engine in between.
#include "property/aave_replay.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <map>
#include <utility>

namespace faultline::tests {
namespace {

/// What the reserves keep as totals, which move with each log, is what the accounts have in sum.
void require_totals_add_up(const aave::Tables& tables) {
    std::map<aave::ReserveKey, std::pair<U256, U256>> sums;
    tables.positions.for_each_unordered([&](const aave::PositionKey& key, const auto& row) {
        auto& [supply, debt] = sums[{.market = key.market, .reserve = key.reserve}];
        supply = *checked_add(supply, row.scaled_supply);
        debt = *checked_add(debt, row.scaled_debt);
    });
    tables.reserves.for_each_unordered([&](const aave::ReserveKey& key, const auto& row) {
        const auto& [supply, debt] = sums[key];
        INFO("reserve " << key.reserve);
        CHECK(supply == row.scaled_supply);
        CHECK(debt == row.scaled_debt);
    });
}

}  // namespace

TEST_CASE("every view real Aave contracts were asked equals ours, through reorgs") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    Replay replay(recording);
    Compared compared;
    while (auto block = replay.next()) {
        INFO(recording.name << ", block " << block->header.ref.number);
        REQUIRE(replay.apply(*block) == 0);
        require_totals_add_up(replay.tables());
        compare(replay, *block, compared);
    }
    WARN(recording.name << ": " << compared.equal << " answers of the contracts are equal");
    REQUIRE(compared.different == 0);
    REQUIRE(compared.equal == recording.answers);
    REQUIRE(replay.harmless() == recording.harmless);
}

TEST_CASE("a recording with one log left out is not equal any more") {
    Replay replay;
    Compared compared;
    std::size_t incidents = 0;
    std::size_t blocks = 0;
    bool dropped = false;
    while (auto block = replay.next()) {
        ++blocks;
        if (!dropped && blocks > 200 && block->logs.size() > 6) {
            eth::LogList kept;
            for (std::size_t i = 0; i < block->logs.size(); ++i) {
                const bool is_burn_or_mint = !dropped && block->logs[i].data.size() == 3 * kWord;
                dropped = dropped || is_burn_or_mint;
                if (!is_burn_or_mint) {
                    kept.add(block->logs[i]);
                }
            }
            block->logs = kept;
        }
        incidents += replay.apply(*block);
        if (dropped) {
            break;
        }
    }
    REQUIRE(dropped);
    while (auto block = replay.next()) {
        incidents += replay.apply(*block);
        const aave::Views views = replay.views(block->header);
        for (const rpc::RecordedView& truth : block->truth) {
            const auto ours = views.answer(truth.answer.read);
            compared.different +=
                ours && ours->ok() && ours->value.words.size() == 1 && ours->value.words[0] &&
                        truth.answer.result.size() == kWord &&
                        *ours->value.words[0] != U256::from_be_bytes(truth.answer.result)
                    ? 1
                    : 0;
        }
    }
    REQUIRE(compared.different + incidents > 0);
}

}  // namespace faultline::tests
