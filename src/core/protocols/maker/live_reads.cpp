// SPDX-License-Identifier: Apache-2.0
// What no log carries, asked at live blocks, and what the answers do to the rows.
#include "core/protocols/maker/live_reads.hpp"

#include "core/protocols/maker/dai_burns.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

/// Who may have sin once the block's logs are in, where one of them is a heal.
std::set<Address> possible_healers(
    const Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    std::set<Address> out;
    bool healed = false;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        const auto note = log.address == config.vat ? decode_note(NoteKind::kVat, log)
                                                    : Result<Note>(Error(Code::kMissing, ""));
        if (!note) {
            continue;
        }
        const Hash32& topic = log.topics[0];
        if (topic == note_topic<"heal(uint256)">()) {
            healed = healed || !note->word(0).is_zero();
        } else if (topic == note_topic<"suck(address,address,uint256)">()) {
            out.insert(note->address(0));
        } else if (topic == note_topic<"grab(bytes32,address,address,address,int256,int256)">()) {
            out.insert(note->address(3));
        }
    }
    if (!healed) {
        return {};
    }
    tables.sins.for_each_unordered([&](const AccountKey& key, const SinRow& /*row*/) {
        if (key.market == market) {
            out.insert(key.account);
        }
    });
    return out;
}

void plan_healers(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    const eth::Block& block,
    std::vector<eth::Read>& reads
) {
    std::set<Address> accounts = possible_healers(tables, market, config, block);
    if (accounts.size() == 1) {
        accounts.clear();  // It was that one.
    }
    const SystemRow* system = tables.systems.find({market});
    accounts.insert(system->healers.begin(), system->healers.end());
    for (const Address& account : accounts) {
        reads.push_back(view_read(config.vat, View::kDai, {word_of(account)}));
        reads.push_back(view_read(config.vat, View::kSin, {word_of(account)}));
    }
}

void plan_rho(
    const Tables& tables, MarketId market, const MarketConfig& config, std::vector<eth::Read>& reads
) {
    const PotRow* pot = tables.pots.find({market});
    if (pot != nullptr && !pot->rho && !config.pot.is_zero()) {
        reads.push_back(view_read(config.pot, View::kRho));
    }
    for (const Address& address : {config.susds, config.stusds}) {
        const SavingsRow* row = tables.savings.find({.market = market, .contract = address});
        if (row != nullptr && !row->rho) {
            reads.push_back(view_read(address, View::kRho));
        }
    }
}

/// What several may have healed, from what they have now.
void take_healers(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    SystemRow system = *tables.systems.find({market});
    if (system.healers.empty()) {
        return;
    }
    std::vector<Address> left;
    for (const Address& account : system.healers) {
        const auto dai =
            answered_word(block, view_read(config.vat, View::kDai, {word_of(account)}));
        const auto sin =
            answered_word(block, view_read(config.vat, View::kSin, {word_of(account)}));
        if (!dai || !sin) {
            left.push_back(account);
            continue;
        }
        const AccountKey key{.market = market, .account = account};
        const AccountRow* found = tables.accounts.find(key);
        AccountRow row = found != nullptr ? *found : AccountRow{};
        const SinRow* sins = tables.sins.find(key);
        const U256 before = sins != nullptr ? sins->sin_rad : U256();
        system.dai_sum_rad = wrapping_add(wrapping_sub(system.dai_sum_rad, row.dai_rad), *dai);
        system.sin_sum_rad = wrapping_add(wrapping_sub(system.sin_sum_rad, before), *sin);
        system.unattributed_rad = wrapping_sub(system.unattributed_rad, wrapping_sub(before, *sin));
        row.dai_rad = *dai;
        put_account(tables, key, row);
        put_sin(tables, key, *sin);
    }
    if (system.unattributed_rad.is_zero()) {
        left.clear();  // None of the others has healed.
    }
    system.healers = std::move(left);
    tables.systems.put({market}, std::move(system));
}

void take_rho(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    const PotRow* pot = tables.pots.find({market});
    const auto rho = answered_word(block, view_read(config.pot, View::kRho));
    if (pot != nullptr && !pot->rho && rho && rho->fits_u64()) {
        tables.pots.update({market}, [&](PotRow& row) { row.rho = UnixSeconds{rho->low_u64()}; });
    }
    for (const Address& address : {config.susds, config.stusds}) {
        const ContractKey key{.market = market, .contract = address};
        const SavingsRow* savings = tables.savings.find(key);
        const auto last = answered_word(block, view_read(address, View::kRho));
        if (savings != nullptr && !savings->rho && last && last->fits_u64()) {
            tables.savings.update(key, [&](SavingsRow& row) {
                row.rho = UnixSeconds{last->low_u64()};
            });
        }
    }
}

}  // namespace

void put_account(Tables& tables, const AccountKey& key, const AccountRow& row) {
    if (row == AccountRow{}) {
        tables.accounts.erase(key);
    } else {
        tables.accounts.put(key, row);
    }
}

void put_sin(Tables& tables, const AccountKey& key, const U256& sin_rad) {
    if (sin_rad.is_zero()) {
        tables.sins.erase(key);
    } else {
        tables.sins.put(key, {.sin_rad = sin_rad});
    }
}

std::vector<eth::Read> live_reads(
    const Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    std::vector<eth::Read> out;
    plan_healers(tables, market, config, block, out);
    plan_vow(tables, market, config, block, out);
    plan_rho(tables, market, config, out);
    plan_supply(tables, market, config, block, out);
    plan_pips(tables, market, config, block, out);
    plan_clips(tables, market, block, out);
    plan_joins(tables, market, config, block, out);
    return out;
}

void apply_live_reads(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
) {
    take_healers(tables, market, config, block);
    take_vow(tables, market, config, block);
    take_rho(tables, market, config, block);
    take_supply(tables, market, config, block);
    take_clips(tables, market, block);
}

}  // namespace faultline::maker
