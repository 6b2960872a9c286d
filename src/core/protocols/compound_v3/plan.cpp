// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/plan.hpp"

#include "core/protocols/compound_v3/borrowing_power.hpp"
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {
namespace {

std::optional<Totals> totals_told(const eth::Block& block, const Address& comet) {
    const eth::Read read = view_read(comet, View::kTotalsBasic);
    const eth::ReadAnswer* answer = block.answer(read);
    const auto totals = answer == nullptr ? Result<Totals>(Error(Code::kMissing, "not asked"))
                                          : decode_totals(*answer);
    return totals ? std::optional(*totals) : std::nullopt;
}

void add_named(const eth::Block& block, const Address& comet, Candidates& out) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address == comet) {
            std::ranges::copy(holders_named(log), std::back_inserter(out.accounts));
        }
    }
}

void add_unread(std::vector<Address> unread, Candidates& out) {
    std::ranges::sort(unread);
    const auto now = static_cast<std::ptrdiff_t>(std::min(unread.size(), kUnreadAtOnce));
    out.accounts.insert(out.accounts.end(), unread.begin(), unread.begin() + now);
    out.later.assign(unread.begin() + now, unread.end());
}

/// The next suppliers after the last that was read, by address, from the first again after the
/// last.
void add_round(std::vector<Address> suppliers, std::size_t most, Candidates& out) {
    if (suppliers.size() > most) {
        std::ranges::sort(suppliers);
        std::ranges::rotate(
            suppliers, std::upper_bound(suppliers.begin(), suppliers.end(), out.supplier_last)
        );
        suppliers.resize(most);
        out.supplier_last = most == 0 ? out.supplier_last : suppliers.back();
    }
    std::ranges::move(suppliers, std::back_inserter(out.accounts));
}

}  // namespace

eth::Read user_read(const Address& comet, const Address& account) {
    return view_read(comet, View::kUserBasic, {word_of(account)});
}

Plan::Plan(
    const Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
)
    : tables_(tables),
      market_(market),
      config_(config),
      comet_(config.comet),
      block_(block),
      row_(tables.markets.find({market})),
      configuration_(Error(Code::kMissing, "the configuration was not read")) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        spoke_ = spoke_ || log.address == comet_;
        upgraded_ = upgraded_ || (log.address == comet_ && events::Upgraded::matches(log));
    }
    if (!block.live || !exists()) {
        return;
    }
    const Configuration* kept = tables.configurations.find({market});
    reads_configuration_ =
        upgraded_ || row_ == nullptr || row_->configuration_unread || kept == nullptr;
    if (reads_configuration_) {
        configuration_ = configuration_told(block, comet_);
    } else {
        configuration_ = *kept;
    }
    totals_ = totals_told(block, comet_);
    reads_principals_ = totals_ && (accrued() || (row_ != nullptr && !row_->principals_known()));
}

bool Plan::accrued() const {
    return totals_ && totals_->last_accrual == block_.header.timestamp;
}

Candidates Plan::candidates() const {
    Candidates out;
    out.supplier_last = row_ == nullptr ? Address{} : row_->supplier_read_last;
    if (!reads_principals_) {
        return out;
    }
    add_named(block_, comet_, out);
    const bool doubted = row_ != nullptr && row_->principals_unread;
    std::vector<Address> suppliers;
    std::vector<Address> unread;
    tables_.each_account(market_, [&](const Address& account, const AccountRow& row) {
        if (row.unread) {
            unread.push_back(account);
        } else if (row.principal.value > 0) {
            suppliers.push_back(account);
        } else if ((accrued() || doubted) && (row.principal.is_debt() || !configuration_ ||
                                              may_borrow(tables_, market_, *configuration_, row))) {
            (doubted ? unread : out.accounts).push_back(account);
        }
    });
    const std::size_t left = kSuppliersAtOnce - std::min(kUnreadAtOnce, unread.size());
    add_unread(std::move(unread), out);
    if (accrued() || doubted) {
        add_round(std::move(suppliers), left, out);
    }
    std::ranges::sort(out.accounts);
    out.accounts.erase(std::unique(out.accounts.begin(), out.accounts.end()), out.accounts.end());
    return out;
}

std::vector<eth::Read> Plan::configuration_reads_due() const {
    std::vector<eth::Read> reads = configuration_reads(comet_);
    const eth::Read count_read = view_read(comet_, View::kNumAssets);
    const eth::ReadAnswer* answer = block_.answer(count_read);
    const auto count = answer == nullptr ? Result<std::size_t>(Error(Code::kMissing, "not asked"))
                                         : decode_asset_count(*answer);
    for (std::size_t i = 0; count && i < *count; ++i) {
        reads.push_back(asset_read(comet_, i));
    }
    return reads;
}

void Plan::add_state_reads(std::vector<eth::Read>& reads) const {
    const auto add_token = [&](const Address& token) {
        const TokenRow* row = tables_.tokens.find({.market = market_, .address = token});
        if (row == nullptr || row->balance_unread || !config_.asks_transfers_of(token)) {
            reads.push_back(view_read(token, View::kBalanceOf, {word_of(comet_)}));
        }
    };
    reads.push_back(view_read(configuration_->base_price_feed, View::kLatestRoundData));
    add_token(configuration_->base_token);
    for (const AssetInfo& asset : configuration_->assets) {
        reads.push_back(view_read(asset.price_feed, View::kLatestRoundData));
        add_token(asset.asset);
    }
}

std::vector<eth::Read> Plan::reads() const {
    std::vector<eth::Read> reads;
    if (!block_.live || !exists()) {
        return reads;
    }
    if (reads_configuration_) {
        reads = configuration_reads_due();
    }
    reads.push_back(view_read(comet_, View::kTotalsBasic));
    if (configuration_) {
        add_state_reads(reads);
    }
    for (const Address& account : candidates().accounts) {
        reads.push_back(user_read(comet_, account));
    }
    return reads;
}

}  // namespace faultline::compound_v3
