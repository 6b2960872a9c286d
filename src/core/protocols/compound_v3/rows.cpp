// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/rows.hpp"

#include "core/protocols/compound_v3/principal.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace faultline::compound_v3 {
namespace {

enum TableIds : ledger::TableId {
    kMarketsTable = 0x0401,
    kConfigurationsTable = 0x0402,
    kTokensTable = 0x0403,
    kPricesTable = 0x0404,
    kAccountsTable = 0x0405,
    kGovernorsTable = 0x0406,
    kAdminsTable = 0x0407,
};

/// A sum in which one part changed. @pre the part is in it
U256 sum_after(const U256& sum, const U256& before, const U256& after) {
    const auto others = checked_sub(sum, before);
    FAULTLINE_ASSERT(others);
    return wrapping_add(*others, after);
}

bool before(const CollateralBalance& one, const Address& asset) {
    return one.asset < asset;
}

}  // namespace

const AssetInfo* Configuration::find(const Address& asset) const {
    const auto found = std::ranges::find(assets, asset, &AssetInfo::asset);
    return found == assets.end() ? nullptr : &*found;
}

U256 AccountRow::balance(const Address& asset) const {
    const auto found = std::lower_bound(collateral.begin(), collateral.end(), asset, before);
    return found != collateral.end() && found->asset == asset ? found->amount_wei : U256();
}

void AccountRow::set_balance(const Address& asset, const U256& amount_wei) {
    const auto at = std::lower_bound(collateral.begin(), collateral.end(), asset, before);
    const bool found = at != collateral.end() && at->asset == asset;
    if (found && amount_wei.is_zero()) {
        collateral.erase(at);
    } else if (found) {
        at->amount_wei = amount_wei;
    } else if (!amount_wei.is_zero()) {
        collateral.insert(at, {.asset = asset, .amount_wei = amount_wei});
    }
}

Tables::Tables(ledger::Ledger& ledger)
    : markets(ledger, kMarketsTable),
      configurations(ledger, kConfigurationsTable),
      tokens(ledger, kTokensTable),
      prices(ledger, kPricesTable),
      accounts(ledger, kAccountsTable),
      governors(ledger, kGovernorsTable),
      admins(ledger, kAdminsTable) {}

AccountRow Tables::account(MarketId market, const Address& account) const {
    const AccountRow* found = accounts.find({.market = market, .account = account});
    return found == nullptr ? AccountRow{} : *found;
}

void Tables::set_account(MarketId market, const Address& account, AccountRow row) {
    const AccountKey key{.market = market, .account = account};
    const AccountRow* found = accounts.find(key);
    const AccountRow none;
    const AccountRow& old = found == nullptr ? none : *found;
    if (row == old) {
        return;
    }
    const bool is_new = found == nullptr;
    const bool goes = row == none;
    if (row.principal != old.principal || row.unread != old.unread || is_new || goes) {
        markets.update({market}, [&](MarketRow& sums) {
            sums.supplied =
                sum_after(sums.supplied, old.principal.supply(), row.principal.supply());
            sums.owed = sum_after(sums.owed, old.principal.debt(), row.principal.debt());
            sums.unread += static_cast<std::uint64_t>(row.unread);
            sums.unread -= static_cast<std::uint64_t>(old.unread);
            sums.accounts += static_cast<std::uint64_t>(is_new);
            sums.accounts -= static_cast<std::uint64_t>(goes);
        });
    }
    if (goes) {
        accounts.erase(key);
    } else {
        accounts.put(key, std::move(row));
    }
}

}  // namespace faultline::compound_v3
