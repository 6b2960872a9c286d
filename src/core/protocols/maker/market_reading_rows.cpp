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
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
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

constexpr std::array kVatViews{View::kDebt, View::kVice, View::kLine, View::kLive};
constexpr std::array kEsmViews{View::kEsmSum, View::kFired};
constexpr std::array kDogViews{View::kHole, View::kDirt, View::kLive};
constexpr std::array kPotViews{View::kChi, View::kDsr, View::kRho, View::kPieAll, View::kLive};

UnixSeconds time_of(const U256& word) {
    return UnixSeconds{word.low_u64()};
}

}  // namespace

void MakerReading::plan_all(const Address& contract, std::span<const View> views) {
    for (const View view : views) {
        calls_.push_back(view_read(contract, view));
    }
}

void MakerReading::plan_market() {
    plan_all(config_.vat, kVatViews);
    calls_.push_back(view_read(config_.jug, View::kBase));
    calls_.push_back(view_read(config_.spotter, View::kPar));
    calls_.push_back(view_read(config_.spotter, View::kLive));
    plan_all(config_.dog, kDogViews);
    if (!config_.vow.is_zero()) {
        plan_all(config_.vow, kVowViews);
    }
    if (!config_.pot.is_zero()) {
        plan_all(config_.pot, kPotViews);
    }
    if (!config_.esm.is_zero()) {
        plan_all(config_.esm, kEsmViews);
    }
    if (!config_.dai.is_zero()) {
        calls_.push_back(view_read(config_.dai, View::kTotalSupply));
    }
    if (!config_.usds.is_zero()) {
        calls_.push_back(view_read(config_.usds, View::kTotalSupply));
    }
    for (const Psm& psm : config_.psms) {
        plan_psm(psm);
    }
    for (const Address& address : {config_.susds, config_.stusds}) {
        plan_savings(address);
    }
}

void MakerReading::plan_psm(const Psm& psm) {
    calls_.push_back(view_read(psm.psm, View::kTin));
    calls_.push_back(view_read(psm.psm, View::kTout));
    if (psm.kind == PsmKind::kLite) {
        calls_.push_back(view_read(psm.psm, View::kBuf));
        calls_.push_back(view_read(config_.dai, View::kBalanceOf, {word_of(psm.psm)}));
        calls_.push_back(view_read(psm.gem, View::kBalanceOf, {word_of(psm.pocket)}));
    }
}

void MakerReading::plan_savings(const Address& address) {
    if (address.is_zero()) {
        return;
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

Result<void> MakerReading::take_market(ReadingAnswers in) {
    SystemRow system;
    FAULTLINE_TRY(const auto vat, in.several(kVatViews.size()));
    FAULTLINE_TRY(const auto rates, in.several(3));
    FAULTLINE_TRY(const auto dog, in.several(kDogViews.size()));
    system.debt_rad = vat[0];
    system.vice_rad = vat[1];
    system.line_rad = vat[2];
    system.vat_live = !vat[3].is_zero();
    system.base_ray = rates[0];
    system.par_ray = rates[1];
    system.spotter_live = !rates[2].is_zero();
    system.hole_rad = dog[0];
    system.dirt_rad = dog[1];
    system.dog_live = !dog[2].is_zero();
    FAULTLINE_TRY_VOID(take_vow(in));
    FAULTLINE_TRY_VOID(take_pot(in));
    tables_.systems.put({market()}, std::move(system));
    take_esm(in);
    FAULTLINE_TRY_VOID(take_tokens(in));
    tables_.markets.put({market()}, {});
    begin_flows();
    return {};
}

/// Whether it notes is heard later; until then it counts as read at this block.
Result<void> MakerReading::take_vow(ReadingAnswers& in) {
    if (config_.vow.is_zero()) {
        return {};
    }
    FAULTLINE_TRY(const auto words, in.several(kVowViews.size()));
    VowRow vow;
    vow.eras_rad = words[0];
    vow.ash_rad = words[1];
    vow.wait_s = words[2];
    vow.dump_wad = words[3];
    vow.sump_rad = words[4];
    vow.bump_rad = words[5];
    vow.hump_rad = words[6];
    vow.live = !words[7].is_zero();
    vow.read_sin_rad = vow.eras_rad;
    vow.read_at = options_.block.number;
    // A cage zeroes Sin and leaves the eras that it was the sum of.
    vow.eras_missed = !vow.live || !vow.eras_rad.is_zero();
    tables_.vows.put({market()}, vow);
    return {};
}

Result<void> MakerReading::take_pot(ReadingAnswers& in) {
    if (config_.pot.is_zero()) {
        return {};
    }
    FAULTLINE_TRY(const auto words, in.several(kPotViews.size()));
    PotRow pot;
    pot.chi_ray = words[0];
    pot.dsr_ray = words[1];
    pot.rho = time_of(words[2]);
    pot.pie_wad = words[3];
    pot.live = !words[4].is_zero();
    tables_.pots.put({market()}, pot);
    return {};
}

Result<void> MakerReading::take_supply(const Address& token, ReadingAnswers& in) {
    if (token.is_zero()) {
        return {};
    }
    FAULTLINE_TRY(const U256 supply, in.word());
    tables_.tokens.put(contract(token), {.supply_wad = supply});
    tables_.supply_doubts.erase(contract(token));
    return {};
}

Result<void> MakerReading::take_supplies(ReadingAnswers& in) {
    FAULTLINE_TRY_VOID(take_supply(config_.dai, in));
    return take_supply(config_.usds, in);
}

Result<void> MakerReading::take_tokens(ReadingAnswers& in) {
    FAULTLINE_TRY_VOID(take_supplies(in));
    for (const Psm& psm : config_.psms) {
        FAULTLINE_TRY_VOID(take_psm(psm, in));
    }
    for (const Address& address : {config_.susds, config_.stusds}) {
        FAULTLINE_TRY_VOID(take_savings(address, in));
    }
    return {};
}

Result<void> MakerReading::take_psm(const Psm& psm, ReadingAnswers& in) {
    constexpr std::size_t kLiteWords = 3;
    PsmRow row;
    FAULTLINE_TRY(const auto fees, in.several(2));
    row.tin_wad = fees[0];
    row.tout_wad = fees[1];
    if (psm.kind == PsmKind::kLite) {
        FAULTLINE_TRY(const auto lite, in.several(kLiteWords));
        row.buf_wad = lite[0];
        tables_.balances.put(
            {.market = market(), .token = config_.dai, .holder = psm.psm}, {.amount = lite[1]}
        );
        tables_.balances.put(
            {.market = market(), .token = psm.gem, .holder = psm.pocket}, {.amount = lite[2]}
        );
    }
    tables_.psms.put(contract(psm.psm), row);
    return {};
}

Result<void> MakerReading::take_savings(const Address& address, ReadingAnswers& in) {
    constexpr std::size_t kWords = 4;
    if (address.is_zero()) {
        return {};
    }
    FAULTLINE_TRY(const auto words, in.several(kWords));
    SavingsRow row;
    row.chi_ray = words[0];
    row.rho = time_of(words[1]);
    row.rate_ray = words[2];
    row.supply_wad = words[3];
    if (address == config_.stusds) {
        FAULTLINE_TRY(const auto limits, in.several(2));
        row.cap_wad = limits[0];
        row.line_rad = limits[1];
    }
    tables_.savings.put(contract(address), row);
    return {};
}

Result<void> MakerReading::take_ilks(ReadingAnswers in) {
    constexpr std::size_t kWords = 5;
    std::vector<Hash32> kept;
    for (const Hash32& ilk : ilks_) {
        FAULTLINE_TRY(const auto words, in.words(kWords));
        // One that is filed before its init has some of them; only wards can do that.
        if (std::ranges::all_of(words, &U256::is_zero)) {
            continue;
        }
        IlkRow row;
        row.art_wad = words[0];
        row.rate_ray = words[1];
        row.spot_ray = words[2];
        row.line_rad = words[3];
        row.dust_rad = words[4];
        tables_.ilks.put({.market = market(), .ilk = ilk}, row);
        kept.push_back(ilk);
    }
    ilks_ = std::move(kept);
    return {};
}

Result<void> MakerReading::take_ilk_parameters(ReadingAnswers in) {
    constexpr std::size_t kDogWords = 4;
    for (const Hash32& ilk : ilks_) {
        const IlkKey key{.market = market(), .ilk = ilk};
        IlkRow row = *tables_.ilks.find(key);
        FAULTLINE_TRY(const auto jug, in.words(2));
        FAULTLINE_TRY(const auto spotter, in.words(2));
        FAULTLINE_TRY(const auto dog, in.words(kDogWords));
        row.duty_ray = jug[0];
        row.rho = time_of(jug[1]);
        row.pip = address_of(spotter[0]);
        row.mat_ray = spotter[1];
        row.clip = address_of(dog[0]);
        row.chop_wad = dog[1];
        row.hole_rad = dog[2];
        row.dirt_rad = dog[3];
        tables_.ilks.put(key, row);
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

}  // namespace faultline::maker
