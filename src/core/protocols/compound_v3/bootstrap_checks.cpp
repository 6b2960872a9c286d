// SPDX-License-Identifier: Apache-2.0
// What was read of a market held to what the contract says of it.
#include "core/protocols/compound_v3/bootstrap.hpp"
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::compound_v3 {
namespace {

/// Holders whose figures are compared at once.
constexpr std::size_t kComparedAtOnce = 200;
constexpr std::uint64_t kMostDust = 1'000'000;
constexpr std::uint64_t kDustOfToken = 1'000;

/// An amount of 0 supplied or transferred takes a unit off an account and leaves it in the total:
/// so many units are held by nobody, at most. One for each account, and what is less than any
/// holder worth listing has: a thousandth of a token, where that is of many units.
U256 most_of_nobody(std::uint64_t accounts, std::uint64_t base_scale) {
    return wrapping_add(U256(accounts), U256(std::min(base_scale / kDustOfToken, kMostDust)));
}

constexpr std::array kCompared{View::kBalanceOf, View::kBorrowBalanceOf, View::kIsLiquidatable};

Error unlisted(const std::string& of, const U256& total, const U256& held) {
    return Error(
               Code::kRejected,
               "of " + of + " there is " + total.to_string() + ", and those who are listed have " +
                   held.to_string()
    )
        .advise("accounts are missing from the list, or too many logs were left out");
}

}  // namespace

void Bootstrap::sum_rows() {
    MarketRow sums;
    std::vector<U256> held(configuration_.assets.size());
    tables_.each_account(options_.market, [&](const Address& /*account*/, const AccountRow& row) {
        sums.supplied = wrapping_add(sums.supplied, row.principal.supply());
        sums.owed = wrapping_add(sums.owed, row.principal.debt());
        ++sums.accounts;
        sums.unread += row.unread ? 1U : 0U;
        for (std::size_t i = 0; i < held.size(); ++i) {
            held[i] = wrapping_add(held[i], row.balance(configuration_.assets[i].asset));
        }
    });
    tables_.markets.update({options_.market}, [&](MarketRow& row) {
        row.supplied = sums.supplied;
        row.owed = sums.owed;
        row.accounts = sums.accounts;
        row.unread = sums.unread;
    });
    for (std::size_t i = 0; i < held.size(); ++i) {
        tables_.tokens.update(
            {.market = options_.market, .address = configuration_.assets[i].asset},
            [&](TokenRow& row) { row.held = held[i]; }
        );
    }
}

Result<void> Bootstrap::check_sums() const {
    const MarketRow& row = *tables_.markets.find({options_.market});
    if (row.owed != totals_.borrow_principal) {
        return unlisted("debt", totals_.borrow_principal, row.owed);
    }
    const auto of_nobody = checked_sub(totals_.supply_principal, row.supplied);
    if (!of_nobody || *of_nobody > most_of_nobody(row.accounts, configuration_.base_scale)) {
        return unlisted("supply", totals_.supply_principal, row.supplied);
    }
    for (const AssetInfo& asset : configuration_.assets) {
        const TokenRow& token =
            *tables_.tokens.find({.market = options_.market, .address = asset.asset});
        if (token.held != token.total) {
            return unlisted("collateral " + asset.asset.hex(), token.total, token.held);
        }
    }
    return {};
}

void Bootstrap::plan_comparison() {
    calls_.clear();
    const std::size_t end = std::min(compared_ + kComparedAtOnce, options_.holders.size());
    for (std::size_t i = compared_; i < end; ++i) {
        for (const View view : kCompared) {
            calls_.push_back(view_read(config_.comet, view, {word_of(holder(i))}));
        }
    }
}

Result<void> Bootstrap::take_comparison(const std::vector<eth::ReadAnswer>& answers) {
    const MarketViews views(
        tables_,
        options_.market,
        {.number = options_.block.number, .timestamp = options_.timestamp},
        protocol::Trust::kWithhold
    );
    for (const eth::ReadAnswer& answer : answers) {
        const auto ours = views.answer(answer.read);
        if (protocol::compare(ours, answer) == protocol::Compared::kDiffers) {
            return Error(
                Code::kRejected,
                std::string(find_view(answer.read.data)->signature) + ", data " +
                    to_hex(answer.read.data) + ", is " + protocol::text_of(answer, false) +
                    ", and what was read gives " + protocol::text_of(ours.value)
            );
        }
    }
    compared_ += answers.size() / kCompared.size();
    plan_comparison();
    return {};
}

}  // namespace faultline::compound_v3
