// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/dai_burns.hpp"

#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <vector>

namespace faultline::maker {
namespace {

bool leaves_open(const MarketConfig& config, const eth::Block& block, std::size_t place) {
    const eth::Log log = block.logs[place];
    if (log.address != config.dai || !events::Transfer::matches(log)) {
        return false;
    }
    const auto event = events::Transfer::decode(log);
    return event && !event->get<"from">().is_zero() && event->get<"to">().is_zero() &&
           !event->get<"value">().is_zero() && !burnt_by_join(config, block, place);
}

}  // namespace

bool burnt_by_join(const MarketConfig& config, const eth::Block& block, std::size_t place) {
    if (place == 0 || config.dai_join.is_zero()) {
        return false;
    }
    const eth::Log log = block.logs[place];
    const eth::Log before = block.logs[place - 1];
    const auto event = events::Transfer::decode(log);
    if (!event || before.address != config.vat || before.tx_hash != log.tx_hash ||
        before.topics.empty() ||
        before.topics[0] != note_topic<"move(address,address,uint256)">()) {
        return false;
    }
    const auto note = decode_note(NoteKind::kVat, before);
    return note && note->address(0) == config.dai_join &&
           checked_mul(event->get<"value">(), ray()) == note->word(2);
}

void plan_supply(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
) {
    const ContractKey dai{.market = market, .contract = config.dai};
    if (config.dai.is_zero() || !tables.tokens.contains(dai)) {
        return;
    }
    bool asked = tables.supply_doubts.contains(dai);
    for (std::size_t i = 0; !asked && i < block.logs.size(); ++i) {
        asked = leaves_open(config, block, i);
    }
    if (asked) {
        reads.push_back(view_read(config.dai, View::kTotalSupply));
    }
}

void take_supply(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    const ContractKey dai{.market = market, .contract = config.dai};
    const auto supply = answered_word(block, view_read(config.dai, View::kTotalSupply));
    if (supply && tables.supply_doubts.contains(dai)) {
        tables.tokens.put(dai, {.supply_wad = *supply});
        tables.supply_doubts.erase(dai);
    }
}

}  // namespace faultline::maker
