// SPDX-License-Identifier: Apache-2.0
// What a market makes of the answers to what it had read.
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/plan.hpp"
#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

std::string in_block(const eth::Block& block) {
    return ", block " + block.ref().text() + ": ";
}

bool sums_fit(const MarketRow& row) {
    return row.owed == row.totals.borrow_principal && row.supplied <= row.totals.supply_principal;
}

/// The bits that the contract keeps of an account's collateral, worked out from what it has.
std::uint32_t bits_of(const AccountRow& row, const Configuration& configuration) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < configuration.assets.size(); ++i) {
        bits |= row.balance(configuration.assets[i].asset).is_zero() ? 0 : std::uint32_t{1} << i;
    }
    return bits;
}

}  // namespace

void Markets::take_configuration(const At& at, const Plan& plan) {
    if (!plan.reads_configuration()) {
        return;
    }
    const MarketRow& row = *tables_.markets.find({at.market});
    const Result<Configuration>& told = plan.configuration();
    if (!told && told.error().code() != Code::kMissing &&
        (plan.upgraded() || !row.configuration_unread)) {
        tell(
            at,
            protocol::IncidentKind::kAnomaly,
            "market \"" + config(at.market).name + "\"" + in_block(at.block) +
                "its implementation does not tell its configuration, so there are no figures "
                "until it does: " +
                told.error().message()
        );
    }
    if (told) {
        const Configuration* known = tables_.configurations.find({at.market});
        put_tokens(at, *told, known != nullptr);
        if (known == nullptr || *known != *told) {
            tables_.configurations.put({at.market}, *told);
        }
    }
    if (row.configuration_unread != !told) {
        tables_.markets.update({at.market}, [&](MarketRow& edited) {
            edited.configuration_unread = !told;
        });
    }
}

void Markets::put_tokens(const At& at, const Configuration& configuration, bool announce) {
    const MarketRow& row = *tables_.markets.find({at.market});
    // Where the listing itself was seen, nothing of the token was there before it; that is asked
    // nevertheless, and the answer goes first.
    const bool is_new = row.read_at == 0 && row.accounts == 0 && !row.principals_unread;
    const bool seen = is_new || row.read_at + 1 == at.block.ref().number;
    const auto put = [&](const Address& token) {
        const ContractKey key{.market = at.market, .address = token};
        if (tables_.tokens.contains(key)) {
            return false;
        }
        const bool told = seen && config(at.market).asks_transfers_of(token);
        tables_.tokens.put(key, {.total = {}, .held = {}, .balance = {}, .balance_unread = !told});
        return true;
    };
    put(configuration.base_token);
    for (const AssetInfo& asset : configuration.assets) {
        if (put(asset.asset) && announce) {
            tell(
                at,
                protocol::IncidentKind::kNotice,
                "market \"" + config(at.market).name + "\"" + in_block(at.block) + "collateral " +
                    asset.asset.hex() + " is listed and followed from here on"
            );
        }
    }
}

void Markets::take_prices(const At& at, const Configuration& configuration) {
    const auto take = [&](const Address& feed) {
        const eth::Read read = view_read(feed, View::kLatestRoundData);
        const eth::ReadAnswer* answer = at.block.answer(read);
        const PriceRow price = answer == nullptr ? PriceRow{} : decode_price(*answer);
        const ContractKey key{.market = at.market, .address = feed};
        const PriceRow* known = tables_.prices.find(key);
        if (known == nullptr || *known != price) {
            tables_.prices.put(key, price);
        }
    };
    take(configuration.base_price_feed);
    for (const AssetInfo& asset : configuration.assets) {
        take(asset.price_feed);
    }
}

void Markets::take_balances(const At& at, const Configuration& configuration) {
    const auto take = [&](const Address& token) {
        const eth::Read read =
            view_read(token, View::kBalanceOf, {word_of(config(at.market).comet)});
        const eth::ReadAnswer* answer = at.block.answer(read);
        const auto balance =
            answer == nullptr ? Result<U256>(Error(Code::kMissing, "")) : word_in(*answer);
        if (balance) {
            tables_.tokens.update({.market = at.market, .address = token}, [&](TokenRow& row) {
                row.balance = *balance;
                row.balance_unread = false;
            });
        } else if (!config(at.market).asks_transfers_of(token)) {
            tables_.tokens.update({.market = at.market, .address = token}, [](TokenRow& row) {
                row.balance_unread = true;
            });
        }
    };
    take(configuration.base_token);
    for (const AssetInfo& asset : configuration.assets) {
        take(asset.asset);
    }
}

bool Markets::take_principals(const At& at, const std::vector<Address>& candidates) {
    const Configuration* configuration = tables_.configurations.find({at.market});
    const bool doubted = tables_.markets.find({at.market})->principals_unread;
    bool all = true;
    for (const Address& account : candidates) {
        const eth::Read read = user_read(config(at.market).comet, account);
        const eth::ReadAnswer* answer = at.block.reads.find(read);
        const auto user = answer == nullptr ? Result<UserBasic>(Error(Code::kMissing, ""))
                                            : decode_user_basic(*answer);
        if (!user) {
            all = false;
            // Tapes have reads that were not made: what was known is believed, as long as nothing
            // speaks against it.
            if (doubted || (answer != nullptr && answer->unanswered())) {
                leave_unread(at, account);
            }
            continue;
        }
        AccountRow row = tables_.account(at.market, account);
        if (configuration != nullptr && bits_of(row, *configuration) != user->assets_in) {
            degrade(
                at,
                "userBasic says that " + account.hex() +
                    " has other collaterals than its logs say: a log is missing; run `faultline "
                    "resync` to follow again"
            );
        }
        row.principal = user->principal;
        row.unread = false;
        tables_.set_account(at.market, account, std::move(row));
    }
    return all;
}

/// Until a later block has read it.
void Markets::leave_unread(const At& at, const Address& account) {
    tables_.edit_account(at.market, account, [](AccountRow& row) { row.unread = true; });
}

void Markets::take_state(const At& at, const Plan& plan, const Candidates& candidates) {
    if (plan.configuration()) {
        take_prices(at, *plan.configuration());
        take_balances(at, *plan.configuration());
    }
    if (!plan.totals()) {
        tables_.markets.update({at.market}, [](MarketRow& row) { row.principals_unread = true; });
        return;
    }
    const bool was_unread = !tables_.markets.find({at.market})->principals_known();
    const bool all = plan.reads_principals() && take_principals(at, candidates.accounts);
    // Marks them, but for those that a recording has because more were asked at once.
    take_principals(at, candidates.later);
    tables_.markets.update({at.market}, [&](MarketRow& row) {
        row.totals = *plan.totals();
        row.read_at = at.block.ref().number;
        row.supplier_read_last = candidates.supplier_last;
        // Sums say something once all of their parts are there.
        row.principals_unread = row.unread == 0 && !sums_fit(row);
    });
    const MarketRow& row = *tables_.markets.find({at.market});
    if (all && row.principals_unread && !was_unread) {
        tell(
            at,
            protocol::IncidentKind::kAnomaly,
            "market \"" + config(at.market).name + "\"" + in_block(at.block) +
                "it owes and is owed " + row.totals.supply_principal.to_string() + " and " +
                row.totals.borrow_principal.to_string() + ", and its accounts have " +
                row.supplied.to_string() + " and " + row.owed.to_string() +
                ", though all were read: there are no figures until it adds up; run `faultline "
                "resync` to follow again"
        );
    }
}

}  // namespace faultline::compound_v3
