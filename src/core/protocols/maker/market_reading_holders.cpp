// SPDX-License-Identifier: Apache-2.0
// What each holder has, and that together they have all there is.
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/market_reading.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/reading_answers.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace faultline::maker {
namespace {

constexpr std::size_t kHoldersAtOnce = 200;

/// The listed holders have all there is.
Result<void> same(const std::string& what, const U256& all, const U256& listed) {
    if (all == listed) {
        return {};
    }
    return Error(
               Code::kRejected,
               "the listed holders have " + listed.to_string() + " of " + what + ", and all " +
                   all.to_string()
    )
        .advise("holders are missing from the list: begin anew with `faultline bootstrap --again`");
}

}  // namespace

bool MakerReading::of_no_ilk(const protocol::Holder& holder) const {
    return !holder.part.is_zero() &&
           !tables_.ilks.contains({.market = market(), .ilk = holder.part});
}

void MakerReading::plan_holders() {
    std::size_t& next = holders_asked_;
    std::size_t asked = 0;
    for (next = options_.holders_known; next < options_.holders.size(); ++next) {
        const protocol::Holder& holder = options_.holders[next];
        if (of_no_ilk(holder)) {
            continue;
        }
        if (asked++ == kHoldersAtOnce) {
            break;
        }
        const U256 account = word_of(holder.account);
        if (!holder.part.is_zero()) {
            const U256 ilk = word_of(holder.part);
            calls_.push_back(view_read(config_.vat, View::kUrns, {ilk, account}));
            calls_.push_back(view_read(config_.vat, View::kGem, {ilk, account}));
            continue;
        }
        calls_.push_back(view_read(config_.vat, View::kDai, {account}));
        calls_.push_back(view_read(config_.vat, View::kSin, {account}));
        if (!config_.pot.is_zero()) {
            calls_.push_back(view_read(config_.pot, View::kPie, {account}));
        }
    }
    if (calls_.empty()) {
        options_.holders_known = next;  // The rest is of no ilk.
    }
}

Result<void> MakerReading::take_holders(ReadingAnswers in) {
    for (std::size_t& known = options_.holders_known; known < holders_asked_; ++known) {
        const protocol::Holder& holder = options_.holders[known];
        if (of_no_ilk(holder)) {
            continue;
        }
        FAULTLINE_TRY_VOID(
            holder.part.is_zero() ? take_account(holder.account, in) : take_urn(holder, in)
        );
    }
    return {};
}

Result<void> MakerReading::take_urn(const protocol::Holder& holder, ReadingAnswers& in) {
    FAULTLINE_TRY(const auto urn, in.words(2));
    FAULTLINE_TRY(const U256 gem, in.word());
    const UrnRow row{.ink_wad = urn[0], .art_wad = urn[1], .gem_wad = gem};
    const UrnKey key{.market = market(), .ilk = holder.part, .account = holder.account};
    if (row == UrnRow{}) {
        tables_.urns.erase(key);
    } else {
        tables_.urns.put(key, row);
    }
    return {};
}

Result<void> MakerReading::take_account(const Address& account, ReadingAnswers& in) {
    FAULTLINE_TRY(const auto words, in.several(config_.pot.is_zero() ? 2 : 3));
    const AccountKey key{.market = market(), .account = account};
    AccountRow row;
    row.dai_rad = words[0];
    row.pie_wad = config_.pot.is_zero() ? U256() : words[2];
    put_account(tables_, key, row);
    put_sin(tables_, key, words[1]);
    return {};
}

Result<void> MakerReading::check_sums() {
    SystemRow system = *tables_.systems.find({market()});
    system.dai_sum_rad = U256();
    system.sin_sum_rad = U256();
    U256 pie;
    tables_.accounts.for_each_unordered([&](const AccountKey& key, const AccountRow& row) {
        if (key.market == market()) {
            system.dai_sum_rad = wrapping_add(system.dai_sum_rad, row.dai_rad);
            pie = wrapping_add(pie, row.pie_wad);
        }
    });
    tables_.sins.for_each_unordered([&](const AccountKey& key, const SinRow& row) {
        if (key.market == market()) {
            system.sin_sum_rad = wrapping_add(system.sin_sum_rad, row.sin_rad);
        }
    });
    FAULTLINE_TRY_VOID(check_art());
    sum_collateral();
    FAULTLINE_TRY_VOID(same("Vat.dai", system.debt_rad, system.dai_sum_rad));
    FAULTLINE_TRY_VOID(same("Vat.sin", system.vice_rad, system.sin_sum_rad));
    const PotRow* pot = tables_.pots.find({market()});
    tables_.systems.put({market()}, std::move(system));
    return same("Pot.pie", pot == nullptr ? pie : pot->pie_wad, pie);
}

Result<void> MakerReading::check_art() {
    std::map<Hash32, U256> art;
    tables_.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& row) {
        if (key.market == market()) {
            art[key.ilk] = wrapping_add(art[key.ilk], row.art_wad);
        }
    });
    for (const Hash32& ilk : ilks_) {
        const IlkKey key{.market = market(), .ilk = ilk};
        IlkRow row = *tables_.ilks.find(key);
        row.art_sum_wad = art[ilk];
        FAULTLINE_TRY_VOID(same("art of " + text_of(ilk), row.art_wad, row.art_sum_wad));
        tables_.ilks.put(key, row);
    }
    return {};
}

}  // namespace faultline::maker
