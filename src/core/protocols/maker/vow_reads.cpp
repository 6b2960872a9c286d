// SPDX-License-Identifier: Apache-2.0
// What a Vow does not note, asked at live blocks.
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace faultline::maker {
namespace {

/// What surplus and bad debt go by, and what flogs do.
constexpr std::array kVowViews{View::kVowSinAll, View::kAsh, View::kWait, View::kHump};
/// So many eras of a silent Vow are read one by one where its sum is not theirs.
constexpr std::size_t kMostEras = 64;

bool flogged(const MarketConfig& config, const eth::Block& block) {
    bool out = false;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        out = out || (log.address == config.vow && !log.topics.empty() &&
                      log.topics[0] == note_topic<"flog(uint256)">());
    }
    return out;
}

void take_eras(
    Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    VowRow& vow
) {
    for (const EraKey& key : eras_of(tables, market)) {
        const auto sin =
            answered_word(block, view_read(config.vow, View::kVowSin, {U256(key.era)}));
        if (!sin) {
            continue;
        }
        const U256 before = tables.eras.find(key)->sin_rad;
        vow.eras_rad = wrapping_add(wrapping_sub(vow.eras_rad, before), *sin);
        if (sin->is_zero()) {
            tables.eras.erase(key);
        } else {
            tables.eras.put(key, {.sin_rad = *sin, .read_at = block.ref().number});
        }
    }
}

/// Of a Vow that notes: what was flogged of eras without a row is missing of the sum alone.
void take_sum(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block, VowRow row
) {
    const auto sum = answered_word(block, view_read(config.vow, View::kVowSinAll));
    if (row.sin_unread && sum) {
        row.eras_rad = *sum;
        row.sin_unread = false;
        tables.vows.put({market}, row);
    }
}

}  // namespace

std::vector<EraKey> eras_of(const Tables& tables, MarketId market) {
    std::vector<EraKey> out = tables.eras.sorted_keys();
    std::erase_if(out, [market](const EraKey& key) { return key.market != market; });
    return out;
}

void plan_vow(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
) {
    const VowRow* vow = tables.vows.find({market});
    if (vow == nullptr || config.vow.is_zero()) {
        return;
    }
    if (vow->voice == VowVoice::kNotes) {
        if (vow->sin_unread || (vow->eras_missed && flogged(config, block))) {
            reads.push_back(view_read(config.vow, View::kVowSinAll));
        }
        return;
    }
    for (const View view : kVowViews) {
        reads.push_back(view_read(config.vow, view));
    }
    const auto sum = answered_word(block, view_read(config.vow, View::kVowSinAll));
    if (!sum || *sum == vow->eras_rad) {
        return;
    }
    const std::vector<EraKey> eras = eras_of(tables, market);
    const std::size_t first = eras.size() > kMostEras ? eras.size() - kMostEras : 0;
    for (std::size_t i = first; i < eras.size(); ++i) {
        reads.push_back(view_read(config.vow, View::kVowSin, {U256(eras[i].era)}));
    }
}

void take_vow(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    const VowRow* found = tables.vows.find({market});
    if (found == nullptr) {
        return;
    }
    if (found->voice == VowVoice::kNotes) {
        take_sum(tables, market, config, block, *found);
        return;
    }
    std::vector<U256> words;
    for (const View view : kVowViews) {
        if (const auto word = answered_word(block, view_read(config.vow, view))) {
            words.push_back(*word);
        }
    }
    if (words.size() != kVowViews.size()) {
        return;
    }
    VowRow row = *found;
    row.read_at = block.ref().number;
    row.read_sin_rad = words[0];
    row.ash_rad = words[1];
    row.wait_s = words[2];
    row.hump_rad = words[3];
    if (row.read_sin_rad != row.eras_rad) {
        take_eras(tables, market, config, block, row);
    }
    tables.vows.put({market}, row);
}

}  // namespace faultline::maker
