// SPDX-License-Identifier: Apache-2.0
// Rows from what a market's contracts answer.
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/market_reading.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/reading_answers.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::array kVowViews{
    View::kVowSinAll,
    View::kAsh,
    View::kWait,
    View::kDump,
    View::kSump,
    View::kBump,
    View::kHump,
    View::kLive
};

Result<UnixSeconds> time_of(ReadingAnswers& in) {
    FAULTLINE_TRY(const U256 word, in.word());
    return UnixSeconds{word.low_u64()};
}

}  // namespace

void MakerReading::plan_market() {
    for (const View view : {View::kDebt, View::kVice, View::kLine, View::kLive}) {
        calls_.push_back(view_read(config_.vat, view));
    }
    calls_.push_back(view_read(config_.jug, View::kBase));
    calls_.push_back(view_read(config_.spotter, View::kPar));
    calls_.push_back(view_read(config_.spotter, View::kLive));
    for (const View view : {View::kHole, View::kDirt, View::kLive}) {
        calls_.push_back(view_read(config_.dog, view));
    }
    for (const View view : kVowViews) {
        if (config_.vow.is_zero()) {
            break;
        }
        calls_.push_back(view_read(config_.vow, view));
    }
    if (!config_.pot.is_zero()) {
        for (const View view : {View::kChi, View::kDsr, View::kRho, View::kPieAll, View::kLive}) {
            calls_.push_back(view_read(config_.pot, view));
        }
    }
    if (!config_.dai.is_zero()) {
        calls_.push_back(view_read(config_.dai, View::kTotalSupply));
    }
    for (const Psm& psm : config_.psms) {
        calls_.push_back(view_read(psm.psm, View::kTin));
        calls_.push_back(view_read(psm.psm, View::kTout));
        if (psm.kind == PsmKind::kLite) {
            calls_.push_back(view_read(psm.psm, View::kBuf));
            calls_.push_back(view_read(config_.dai, View::kBalanceOf, {word_of(psm.psm)}));
            calls_.push_back(view_read(psm.gem, View::kBalanceOf, {word_of(psm.pocket)}));
        }
    }
    for (const Address& address : {config_.susds, config_.stusds}) {
        if (address.is_zero()) {
            continue;
        }
        const bool stusds = address == config_.stusds;
        for (const View view :
             {View::kChi, View::kRho, stusds ? View::kStr : View::kSsr, View::kTotalSupply}) {
            calls_.push_back(view_read(address, view));
        }
        if (stusds) {
            calls_.push_back(view_read(address, View::kCap));
            calls_.push_back(view_read(address, View::kSavingsLine));
        }
    }
}

Result<void> MakerReading::take_market(ReadingAnswers in) {
    SystemRow system;
    FAULTLINE_TRY(system.debt_rad, in.word());
    FAULTLINE_TRY(system.vice_rad, in.word());
    FAULTLINE_TRY(system.line_rad, in.word());
    FAULTLINE_TRY(system.vat_live, in.flag());
    FAULTLINE_TRY(system.base_ray, in.word());
    FAULTLINE_TRY(system.par_ray, in.word());
    FAULTLINE_TRY(system.spotter_live, in.flag());
    FAULTLINE_TRY(system.hole_rad, in.word());
    FAULTLINE_TRY(system.dirt_rad, in.word());
    FAULTLINE_TRY(system.dog_live, in.flag());
    FAULTLINE_TRY_VOID(take_vow(in));
    if (!config_.pot.is_zero()) {
        PotRow pot;
        FAULTLINE_TRY(pot.chi_ray, in.word());
        FAULTLINE_TRY(pot.dsr_ray, in.word());
        FAULTLINE_TRY(pot.rho, time_of(in));
        FAULTLINE_TRY(pot.pie_wad, in.word());
        FAULTLINE_TRY(pot.live, in.flag());
        tables_.pots.put({market()}, pot);
    }
    FAULTLINE_TRY_VOID(take_tokens(in));
    FAULTLINE_TRY_VOID(take_savings(in));
    tables_.systems.put({market()}, std::move(system));
    tables_.markets.put({market()}, {});
    return {};
}

/// Whether it notes is heard later; until then it counts as read at this block.
Result<void> MakerReading::take_vow(ReadingAnswers& in) {
    VowRow vow;
    if (config_.vow.is_zero()) {
        return {};
    }
    FAULTLINE_TRY(vow.eras_rad, in.word());
    FAULTLINE_TRY(vow.ash_rad, in.word());
    FAULTLINE_TRY(vow.wait_s, in.word());
    FAULTLINE_TRY(vow.dump_wad, in.word());
    FAULTLINE_TRY(vow.sump_rad, in.word());
    FAULTLINE_TRY(vow.bump_rad, in.word());
    FAULTLINE_TRY(vow.hump_rad, in.word());
    FAULTLINE_TRY(vow.live, in.flag());
    vow.read_sin_rad = vow.eras_rad;
    vow.read_at = options_.block.number;
    vow.eras_missed = !vow.eras_rad.is_zero();
    tables_.vows.put({market()}, vow);
    return {};
}

Result<void> MakerReading::take_tokens(ReadingAnswers& in) {
    if (!config_.dai.is_zero()) {
        FAULTLINE_TRY(const U256 supply, in.word());
        tables_.tokens.put(contract(config_.dai), {.supply_wad = supply});
    }
    for (const Psm& psm : config_.psms) {
        PsmRow row;
        FAULTLINE_TRY(row.tin_wad, in.word());
        FAULTLINE_TRY(row.tout_wad, in.word());
        if (psm.kind == PsmKind::kLite) {
            FAULTLINE_TRY(row.buf_wad, in.word());
            FAULTLINE_TRY(const U256 dai, in.word());
            FAULTLINE_TRY(const U256 gem, in.word());
            tables_.balances.put(
                {.market = market(), .token = config_.dai, .holder = psm.psm}, {.amount = dai}
            );
            tables_.balances.put(
                {.market = market(), .token = psm.gem, .holder = psm.pocket}, {.amount = gem}
            );
        }
        tables_.psms.put(contract(psm.psm), row);
    }
    return {};
}

Result<void> MakerReading::take_savings(ReadingAnswers& in) {
    for (const Address& address : {config_.susds, config_.stusds}) {
        if (address.is_zero()) {
            continue;
        }
        SavingsRow row;
        FAULTLINE_TRY(row.chi_ray, in.word());
        FAULTLINE_TRY(row.rho, time_of(in));
        FAULTLINE_TRY(row.rate_ray, in.word());
        FAULTLINE_TRY(row.supply_wad, in.word());
        if (address == config_.stusds) {
            FAULTLINE_TRY(row.cap_wad, in.word());
            FAULTLINE_TRY(row.line_rad, in.word());
        }
        tables_.savings.put(contract(address), row);
    }
    return {};
}

Result<void> MakerReading::take_ilks(ReadingAnswers in) {
    constexpr std::size_t kVatWords = 5;
    constexpr std::size_t kDogWords = 4;
    for (const Hash32& ilk : ilks_) {
        IlkRow row;
        FAULTLINE_TRY(const auto vat, in.words(kVatWords));
        FAULTLINE_TRY(const auto jug, in.words(2));
        FAULTLINE_TRY(const auto spotter, in.words(2));
        FAULTLINE_TRY(const auto dog, in.words(kDogWords));
        row.art_wad = vat[0];
        row.rate_ray = vat[1];
        row.spot_ray = vat[2];
        row.line_rad = vat[3];
        row.dust_rad = vat[4];
        row.duty_ray = jug[0];
        row.rho = UnixSeconds{jug[1].low_u64()};
        row.pip = address_of(spotter[0]);
        row.mat_ray = spotter[1];
        row.clip = address_of(dog[0]);
        row.chop_wad = dog[1];
        row.hole_rad = dog[2];
        row.dirt_rad = dog[3];
        if (!row.pip.is_zero()) {
            tables_.pips.put(contract(row.pip), {});
        }
        tables_.ilks.put({.market = market(), .ilk = ilk}, row);
    }
    return {};
}

Result<void> MakerReading::take_clips(const std::vector<eth::ReadAnswer>& answers) {
    eth::Block told;
    told.reads = answers;
    clip_answers_.clear();
    for (const Hash32& ilk : ilks_) {
        const IlkRow* row = tables_.ilks.find({.market = market(), .ilk = ilk});
        if (row == nullptr || row->clip.is_zero()) {
            continue;
        }
        auto read = clip_answers(row->clip, ilk, told);
        if (!read) {
            return Error(
                       Code::kRejected,
                       "clipper " + row->clip.hex() + " of " + text_of(ilk) +
                           " does not answer as clip.sol does"
            )
                .advise("see that the endpoint has the state of that block");
        }
        set_chost(read->clip, *row, read->clip.chost_rad.value_or(U256()), options_.block.number);
        for (std::size_t i = 0; i < read->sales.size(); ++i) {
            tables_.sales.put(
                {.market = market(), .clip = row->clip, .id = read->clip.active[i]}, read->sales[i]
            );
        }
        CalcRow calc;
        calc.in_use = true;
        calc.unread = true;
        tables_.calcs.put(contract(read->clip.calc), calc);
        tables_.clips.put(contract(row->clip), std::move(read->clip));
    }
    return {};
}

Result<void> MakerReading::take_calcs(const std::vector<eth::ReadAnswer>& answers) {
    eth::Block told;
    told.reads = answers;
    for (const ContractKey& key : tables_.calcs.sorted_keys()) {
        const auto read = key.market == market() ? calc_answers(key.contract, told) : std::nullopt;
        if (read) {
            tables_.calcs.put(key, *read);
        }
    }
    return {};
}

Result<void> MakerReading::take_holders(ReadingAnswers in) {
    while (!in.done()) {
        const protocol::Holder& holder = options_.holders[options_.holders_known];
        if (!holder.part.is_zero()) {
            FAULTLINE_TRY(const auto urn, in.words(2));
            FAULTLINE_TRY(const U256 gem, in.word());
            const UrnRow row{.ink_wad = urn[0], .art_wad = urn[1], .gem_wad = gem};
            const UrnKey key{.market = market(), .ilk = holder.part, .account = holder.account};
            if (row == UrnRow{}) {
                tables_.urns.erase(key);
            } else {
                tables_.urns.put(key, row);
            }
        } else {
            AccountRow row;
            FAULTLINE_TRY(row.dai_rad, in.word());
            FAULTLINE_TRY(const U256 sin, in.word());
            if (!config_.pot.is_zero()) {
                FAULTLINE_TRY(row.pie_wad, in.word());
            }
            const AccountKey key{.market = market(), .account = holder.account};
            put_account(tables_, key, row);
            put_sin(tables_, key, sin);
        }
        ++options_.holders_known;
    }
    return {};
}

Result<void> MakerReading::check_sums() {
    std::map<Hash32, U256> art;
    tables_.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& row) {
        if (key.market == market()) {
            art[key.ilk] = wrapping_add(art[key.ilk], row.art_wad);
        }
    });
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
    const auto same = [](const std::string& what, const U256& all, const U256& listed
                      ) -> Result<void> {
        if (all == listed) {
            return {};
        }
        return Error(
                   Code::kRejected,
                   "the listed holders have " + listed.to_string() + " of " + what + ", and all " +
                       all.to_string()
        )
            .advise(
                "holders are missing from the list: begin anew with `faultline bootstrap --again`"
            );
    };
    for (const Hash32& ilk : ilks_) {
        const IlkKey key{.market = market(), .ilk = ilk};
        IlkRow row = *tables_.ilks.find(key);
        row.art_sum_wad = art[ilk];
        FAULTLINE_TRY_VOID(same("art of " + text_of(ilk), row.art_wad, row.art_sum_wad));
        tables_.ilks.put(key, row);
    }
    FAULTLINE_TRY_VOID(same("Vat.dai", system.debt_rad, system.dai_sum_rad));
    FAULTLINE_TRY_VOID(same("Vat.sin", system.vice_rad, system.sin_sum_rad));
    const PotRow* pot = tables_.pots.find({market()});
    FAULTLINE_TRY_VOID(same("Pot.pie", pot == nullptr ? pie : pot->pie_wad, pie));
    tables_.systems.put({market()}, std::move(system));
    return {};
}

}  // namespace faultline::maker
