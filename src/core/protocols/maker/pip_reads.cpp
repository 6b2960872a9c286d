// SPDX-License-Identifier: Apache-2.0
// Prices of oracles. OSMs log the one in force; the next one, and all of other oracles, is asked.
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::size_t kPriceWords = 2;  // The price, and whether there is one.

/// An OSM answers those on its list only. Whoever else may be there, the Spotter is: it could not
/// take a price otherwise.
eth::Read pip_read(const Address& pip, View view, const MarketConfig& config) {
    eth::Read out = view_read(pip, view);
    out.from = config.spotter;
    return out;
}

/// What it last said is not known to hold at another block.
bool unlogged(const PipRow& row) {
    return row.next == NextPrice::kUnread || row.next == NextPrice::kKnown;
}

bool asks_next(const PipRow& row) {
    return unlogged(row) || row.next == NextPrice::kPoked;
}

/// Of one that tells no next price, only until it has one again: that it is void later, the next
/// Spotter.Poke says.
bool asks_current(const PipRow& row) {
    return unlogged(row) || (row.next == NextPrice::kRefused && row.current_wad == U256());
}

bool asks_stopped(const PipRow& row) {
    return row.stopped == Stopped::kUnread || (unlogged(row) && row.stopped != Stopped::kUnsaid);
}

/// What may have changed without a log. That it is void stays until it says otherwise: an alarm
/// does not end because nobody answers.
void forget(PipRow& row) {
    if (!unlogged(row)) {
        return;
    }
    row.next = NextPrice::kUnread;
    row.next_wad.reset();
    if (row.current_wad != U256()) {
        row.current_wad.reset();
    }
    if (row.stopped != Stopped::kUnsaid) {
        row.stopped = Stopped::kUnread;
    }
}

void take_next(PipRow& row, const eth::Block& block, const eth::Read& read) {
    const eth::ReadAnswer* answer = block.answer(read);
    if (answer == nullptr || answer->unanswered()) {
        return;
    }
    const auto words = answered_words(block, read, kPriceWords);
    const bool logs = row.next == NextPrice::kPoked || row.next == NextPrice::kSettled;
    row.next = NextPrice::kRefused;
    row.next_wad.reset();
    if (words) {
        row.next = logs ? NextPrice::kSettled : NextPrice::kKnown;
        row.next_wad = (*words)[1].is_zero() ? std::nullopt : std::optional((*words)[0]);
    }
}

/// After the next one: without it, nothing would say later that this one changed.
void take_current(PipRow& row, const eth::Block& block, const eth::Read& read) {
    const auto words = answered_words(block, read, kPriceWords);
    if (!words) {
        return;
    }
    row.current_wad.reset();
    if ((*words)[1].is_zero()) {
        row.current_wad = U256();
    } else if (row.next == NextPrice::kKnown) {
        row.current_wad = (*words)[0];
    }
}

void take_stopped(PipRow& row, const eth::Block& block, const eth::Read& read) {
    const eth::ReadAnswer* answer = block.answer(read);
    if (answer == nullptr || answer->unanswered()) {
        return;
    }
    const auto word = answered_word(block, read);
    row.stopped = !word ? Stopped::kUnsaid : word->is_zero() ? Stopped::kNo : Stopped::kYes;
}

/// The row as what it asks for was answered.
PipRow answered(
    const Address& pip, PipRow row, const MarketConfig& config, const eth::Block& block
) {
    const bool current = asks_current(row);
    const bool stopped = asks_stopped(row);
    forget(row);
    if (asks_next(row)) {
        take_next(row, block, pip_read(pip, View::kPeep, config));
    }
    if (current) {
        take_current(row, block, pip_read(pip, View::kPeek, config));
    }
    if (stopped) {
        take_stopped(row, block, pip_read(pip, View::kStopped, config));
    }
    return row;
}

/// Whose next price changes in the block.
std::set<Address> poked_in(const eth::Block& block) {
    std::set<Address> poked;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (events::LogValue::matches(log)) {
            poked.insert(log.address);
        }
    }
    return poked;
}

}  // namespace

void plan_pips(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
) {
    const std::set<Address> poked = poked_in(block);
    tables.pips.for_each_unordered([&](const ContractKey& key, const PipRow& row) {
        if (key.market != market || key.contract.is_zero()) {
            return;
        }
        if (asks_next(row) || poked.contains(key.contract)) {
            reads.push_back(pip_read(key.contract, View::kPeep, config));
        }
        if (asks_current(row)) {
            reads.push_back(pip_read(key.contract, View::kPeek, config));
        }
        if (asks_stopped(row)) {
            reads.push_back(pip_read(key.contract, View::kStopped, config));
        }
    });
}

void take_pips(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    std::vector<std::pair<ContractKey, PipRow>> changed;
    tables.pips.for_each_unordered([&](const ContractKey& key, const PipRow& row) {
        if (key.market != market) {
            return;
        }
        const PipRow now = answered(key.contract, row, config, block);
        if (now.fields() != row.fields()) {
            changed.emplace_back(key, now);
        }
    });
    for (const auto& [key, row] : changed) {
        tables.pips.put(key, row);
    }
}

std::vector<eth::Read> pip_reads(const Address& pip, const MarketConfig& config) {
    return {
        pip_read(pip, View::kPeep, config),
        pip_read(pip, View::kPeek, config),
        pip_read(pip, View::kStopped, config)
    };
}

PipRow pip_answers(const Address& pip, const MarketConfig& config, const eth::Block& block) {
    return answered(pip, {}, config, block);
}

}  // namespace faultline::maker
