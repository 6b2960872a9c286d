// SPDX-License-Identifier: Apache-2.0
// Transfers of Dai, of the PSMs' gems and of savings shares.
#include "core/protocols/maker/dai_burns.hpp"
#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace faultline::maker {
namespace {

using Arithmetic = std::optional<U256> (*)(const U256&, const U256&);

bool is_of_psm(const MarketConfig& config, const Address& holder) {
    return std::ranges::any_of(config.psms, [&](const Psm& psm) {
        return psm.psm == holder || psm.pocket == holder;
    });
}

/// Of everyone where the market is followed from its beginning and the token is Dai; otherwise of
/// those who have a row: PSMs and their pockets.
Result<void> change_balance(
    Transition& at, const Address& holder, const U256& amount, Arithmetic by
) {
    const BalanceKey key{.market = at.market, .token = at.log.address, .holder = holder};
    const BalanceRow* found = at.tables.balances.find(key);
    const bool all =
        at.log.address == at.config.dai && at.tables.markets.find({at.market})->complete;
    if (found == nullptr && !all) {
        return {};
    }
    const auto balance = by(found != nullptr ? found->amount : U256(), amount);
    if (!balance) {
        return contradiction(
            holder.hex() + " moves more of " + at.log.address.hex() + " than the rows say it has"
        );
    }
    // Whoever has none needs no row where all are known; anybody can send nothing to anybody.
    if (balance->is_zero() && all && !is_of_psm(at.config, holder)) {
        at.tables.balances.erase(key);
    } else {
        at.tables.balances.put(key, {.amount = *balance});
    }
    return {};
}

Result<void> change_supply(Transition& at, const U256& amount, Arithmetic by) {
    const ContractKey key{.market = at.market, .contract = at.log.address};
    if (const SavingsRow* shares = at.tables.savings.find(key)) {
        const auto supply = by(shares->supply_wad, amount);
        if (!supply) {
            return contradiction(at.log.address.hex() + " burns more than the rows say there is");
        }
        at.tables.savings.update(key, [&](SavingsRow& row) { row.supply_wad = *supply; });
    } else if (const TokenRow* token = at.tables.tokens.find(key)) {
        const auto supply = by(token->supply_wad, amount);
        if (!supply) {
            return contradiction(at.log.address.hex() + " burns more than the rows say there is");
        }
        at.tables.tokens.put(key, {.supply_wad = *supply});
    }
    return {};
}

/// Dai to zero: burnt, or sent there, of which only a join's burn can be told.
Result<void> to_zero(Transition& at, const Address& from, const U256& amount) {
    const ContractKey key{.market = at.market, .contract = at.log.address};
    if (at.log.address != at.config.dai || burnt_by_join(at.config, at.block, at.place)) {
        return change_supply(at, amount, checked_sub);
    }
    // Nobody has zero's allowance: from there it is a mint for the zero address.
    if (!from.is_zero() && !amount.is_zero() && at.tables.tokens.contains(key)) {
        at.tables.supply_doubts.update(key, [&](SupplyDoubtRow& row) {
            row.burnt_at_most_wad = wrapping_add(row.burnt_at_most_wad, amount);
        });
    }
    return {};
}

/// For the converter's own log, which comes after them.
void remember_supply(Transition& at, const Address& from, const Address& to, const U256& amount) {
    const Address& token = at.log.address;
    const bool followed = token == at.config.dai || token == at.config.usds;
    if (at.config.dai_usds.is_zero() || !followed) {
        return;
    }
    if (from.is_zero()) {
        at.memory.supply_changes.push_back(
            {.token = token, .holder = to, .minted = true, .amount_wad = amount}
        );
    } else if (to.is_zero() && from == at.config.dai_usds) {
        at.memory.supply_changes.push_back(
            {.token = token, .holder = from, .minted = false, .amount_wad = amount}
        );
    }
}

constexpr std::array kEvents{
    event_entry<events::Transfer>(on_transfer),
};

}  // namespace

/// Mints come from zero and burns go there, in all of these tokens; other than Dai, none of them
/// can be sent there.
Result<void> on_transfer(Transition& at) {
    FAULTLINE_TRY(const auto event, events::Transfer::decode(at.log));
    const U256& amount = event.get<"value">();
    remember_supply(at, event.get<"from">(), event.get<"to">(), amount);
    if (event.get<"from">().is_zero()) {
        FAULTLINE_TRY_VOID(change_supply(at, amount, checked_add));
    } else {
        FAULTLINE_TRY_VOID(change_balance(at, event.get<"from">(), amount, checked_sub));
    }
    if (event.get<"to">().is_zero()) {
        return to_zero(at, event.get<"from">(), amount);
    }
    return change_balance(at, event.get<"to">(), amount, checked_add);
}

std::span<const EventEntry> token_events() {
    return kEvents;
}

}  // namespace faultline::maker
