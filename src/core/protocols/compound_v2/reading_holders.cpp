// SPDX-License-Identifier: Apache-2.0
// Accounts as a bootstrap reads them, held to what the contracts say of all together and of each.
#include "core/protocols/compound_v2/reading.hpp"
#include "core/protocols/compound_v2/reading_answers.hpp"
#include "core/protocols/compound_v2/transition.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "core/protocols/compound_v2/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace faultline::compound_v2 {
namespace {

/// What accounts together may owe less than a cToken says, for its roundings: a millionth of it,
/// and so many units.
constexpr std::uint64_t kRoundedShare = 1'000'000;
constexpr std::uint64_t kRoundedUnits = 1'000'000;

struct Sums {
    U256 tokens;
    U256 debt;
    bool fit = true;

    void add(const PositionRow& row) {
        const auto all_tokens = checked_add(tokens, row.tokens);
        const auto all_debt = checked_add(debt, row.principal);
        fit = fit && all_tokens && all_debt;
        tokens = all_tokens.value_or(U256());
        debt = all_debt.value_or(U256());
    }
};

bool most_of(const U256& debt, const U256& total) {
    const auto missing = checked_sub(total, debt);
    return !missing ||
           *missing <= wrapping_add(div_mod(total, kRoundedShare).quotient, kRoundedUnits);
}

}  // namespace

Result<void> Reading::take_holder(const Address& account, ReadingAnswers& in) {
    FAULTLINE_TRY(const auto entered, in.addresses());
    for (const Address& ctoken : entered) {
        if (std::ranges::find(market_.ctokens, ctoken) == market_.ctokens.end()) {
            return Error(
                Code::kRejected,
                account.hex() + " entered " + ctoken.hex() + ", which the Comptroller does not list"
            );
        }
    }
    Transition at = transition();
    at.edit_account(account, [&](AccountRow& of) { of.entered = entered; });
    for (const Address& ctoken : market_.ctokens) {
        FAULTLINE_TRY_VOID(take_snapshot(ctoken, account, in));
    }
    return {};
}

Result<void> Reading::take_snapshot(
    const Address& ctoken, const Address& account, ReadingAnswers& in
) {
    FAULTLINE_TRY(const auto words, in.words(4));
    if (!words[0].is_zero()) {
        return Error(
            Code::kRejected,
            "getAccountSnapshot of " + account.hex() + " by cToken " + ctoken.hex() +
                " answers error " + words[0].to_string()
        );
    }
    const PositionKey key{.market = options_.market, .ctoken = ctoken, .account = account};
    PositionRow row;
    row.tokens = words[1];
    if (!words[2].is_zero()) {
        row.principal = words[2];
        row.interest_index_wad =
            tables_.ctokens.find({.market = options_.market, .ctoken = ctoken})->borrow_index_wad;
        tables_.unsettled.put(key, {});
    }
    transition().set_position(ctoken, account, row);
    return {};
}

Result<void> Reading::check_sums() {
    std::map<Address, Sums> sums;
    tables_.positions.for_each_unordered([&](const PositionKey& key, const PositionRow& row) {
        if (key.market == options_.market) {
            sums[key.ctoken].add(row);
        }
    });
    for (const Address& ctoken : market_.ctokens) {
        const CTokenKey key{.market = options_.market, .ctoken = ctoken};
        const CTokenRow& row = *tables_.ctokens.find(key);
        const Sums& of = sums[ctoken];
        if (!of.fit || of.tokens != row.total_supply || !most_of(of.debt, row.total_borrows)) {
            return Error(
                       Code::kRejected,
                       "the " + std::to_string(options_.holders.size()) + " listed accounts hold " +
                           of.tokens.to_string() + " of cToken " + ctoken.hex() + " and owe it " +
                           of.debt.to_string() + ", and all accounts " +
                           row.total_supply.to_string() + " and " + row.total_borrows.to_string()
            )
                .advise(
                    "accounts are missing from the list: begin anew with `faultline bootstrap "
                    "--again` and a list that has them, or let logs be searched from the market's "
                    "first block"
                );
        }
        tables_.ctokens.update(key, [&](CTokenRow& changed) { changed.held = of.tokens; });
    }
    return {};
}

Result<void> Reading::take_comparison(const std::vector<eth::ReadAnswer>& answers) {
    const MarketViews views(
        tables_,
        options_.market,
        config_.comptroller,
        {.number = options_.block.number, .timestamp = options_.timestamp},
        protocol::Trust::kWithhold
    );
    for (const eth::ReadAnswer& answer : answers) {
        const auto ours = views.answer(answer.read);
        if (ours && protocol::compare(*ours, answer) == protocol::Compared::kDiffers) {
            return Error(
                       Code::kRejected,
                       call_text(answer.read.data) + ", data " + to_hex(answer.read.data) +
                           ": the Comptroller answers " + protocol::text_of(answer, false) +
                           ", and what was read gives " + protocol::text_of(ours->value)
            )
                .advise(
                    "the endpoint's answers contradict each other: try another one, and tell us if "
                    "it stays so"
                );
        }
        ++compared_;
    }
    return {};
}

}  // namespace faultline::compound_v2
