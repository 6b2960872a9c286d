// SPDX-License-Identifier: Apache-2.0
// Clippers and price curves read from their own views.
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::array kClipViews{
    View::kBuf,
    View::kTail,
    View::kCusp,
    View::kChip,
    View::kTip,
    View::kChost,
    View::kStopped,
    View::kCalc,
    View::kKicks,
    View::kList,
};
/// The answer of list(): offset, length, items.
constexpr std::size_t kListHead = 2;
/// No list of auctions is that long.
constexpr std::uint64_t kMostAuctions = 100'000;

/// Ids of running auctions in an answer of list().
std::optional<std::vector<std::uint64_t>> listed(const Address& clip, const eth::Block& block) {
    const auto words = answered_words(block, view_read(clip, View::kList), kListHead);
    if (!words || (*words)[1] > U256(kMostAuctions) ||
        words->size() < kListHead + (*words)[1].low_u64()) {
        return std::nullopt;
    }
    std::vector<std::uint64_t> out;
    out.reserve(static_cast<std::size_t>((*words)[1].low_u64()));
    for (std::size_t i = 0; i < (*words)[1].low_u64(); ++i) {
        out.push_back((*words)[kListHead + i].low_u64());
    }
    return out;
}

/// sales(id): pos, tab, lot, usr, tic, top
std::optional<SaleRow> sale_answer(const Address& clip, std::uint64_t id, const eth::Block& block) {
    constexpr std::size_t kWords = 6;
    const auto words = answered_words(block, view_read(clip, View::kSales, {U256(id)}), kWords);
    if (!words) {
        return std::nullopt;
    }
    return SaleRow{
        .tab_rad = (*words)[1],
        .lot_wad = (*words)[2],
        .usr = address_of((*words)[3]),
        .tic = UnixSeconds{(*words)[4].low_u64()},
        .top_ray = (*words)[5],
    };
}

bool chost_is_known(const ClipRow& clip) {
    return clip.chost_rad && !clip.chost_at;
}

}  // namespace

std::vector<eth::Read> clip_reads(const Address& clip, const eth::Block& block) {
    std::vector<eth::Read> out;
    out.reserve(kClipViews.size());
    for (const View view : kClipViews) {
        out.push_back(view_read(clip, view));
    }
    for (const std::uint64_t id : listed(clip, block).value_or(std::vector<std::uint64_t>())) {
        out.push_back(view_read(clip, View::kSales, {U256(id)}));
    }
    return out;
}

std::optional<ClipAnswers> clip_answers(
    const Address& clip, const Hash32& ilk, const eth::Block& block
) {
    std::array<U256, kClipViews.size()> words;
    for (std::size_t i = 0; i < kClipViews.size(); ++i) {
        const auto word = answered_word(block, view_read(clip, kClipViews[i]));
        if (!word) {
            return std::nullopt;
        }
        words[i] = *word;
    }
    auto ids = listed(clip, block);
    if (!ids) {
        return std::nullopt;
    }
    ClipAnswers out;
    out.clip.ilk = ilk;
    out.clip.buf_ray = words[0];
    out.clip.tail_s = words[1];
    out.clip.cusp_ray = words[2];
    out.clip.chip_wad = words[3];
    out.clip.tip_rad = words[4];
    out.clip.chost_rad = words[5];
    out.clip.stopped = words[6];
    out.clip.calc = address_of(words[7]);
    out.clip.kicks = words[8].low_u64();
    for (const std::uint64_t id : *ids) {
        const auto sale = sale_answer(clip, id, block);
        if (!sale) {
            return std::nullopt;
        }
        out.sales.push_back(*sale);
    }
    out.clip.active = *std::move(ids);
    return out;
}

std::vector<eth::Read> calc_reads(const Address& calc) {
    return {view_read(calc, View::kTau), view_read(calc, View::kCut), view_read(calc, View::kStep)};
}

std::optional<CalcRow> calc_answers(const Address& calc, const eth::Block& block) {
    for (const eth::Read& read : calc_reads(calc)) {
        if (block.answer(read) == nullptr) {
            return std::nullopt;
        }
    }
    CalcRow out;
    out.in_use = true;
    out.tau_s = answered_word(block, view_read(calc, View::kTau));
    out.cut_ray = answered_word(block, view_read(calc, View::kCut));
    out.step_s = answered_word(block, view_read(calc, View::kStep));
    return out;
}

void set_chost(ClipRow& clip, const IlkRow& ilk, const U256& chost_rad, eth::BlockNum number) {
    clip.chost_rad = chost_rad;
    clip.chost_at = chost_now(ilk) == chost_rad ? std::nullopt : std::optional(number);
}

void plan_clips(
    const Tables& tables, MarketId market, const eth::Block& block, std::vector<eth::Read>& reads
) {
    std::set<Address> heard;
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        heard.insert(block.logs[i].address);
    }
    tables.clips.for_each_unordered([&](const ContractKey& key, const ClipRow& row) {
        if (key.market != market || !row.ilk) {
            return;
        }
        const bool active = !row.active.empty() || heard.contains(key.contract);
        if (row.unread) {
            const auto more = clip_reads(key.contract, block);
            reads.insert(reads.end(), more.begin(), more.end());
        } else if (active && !chost_is_known(row)) {
            reads.push_back(view_read(key.contract, View::kChost));
        }
    });
    tables.calcs.for_each_unordered([&](const ContractKey& key, const CalcRow& row) {
        if (key.market == market && row.in_use && row.unread) {
            const auto more = calc_reads(key.contract);
            reads.insert(reads.end(), more.begin(), more.end());
        }
    });
}

namespace {

void take_clip(Tables& tables, const ContractKey& key, const eth::Block& block) {
    const ClipRow before = *tables.clips.find(key);
    const Hash32 id_of_ilk = before.ilk.value_or(Hash32());
    auto answers = clip_answers(key.contract, id_of_ilk, block);
    if (!answers) {
        return;
    }
    const IlkRow* ilk = tables.ilks.find({.market = key.market, .ilk = id_of_ilk});
    const U256 chost = answers->clip.chost_rad.value_or(U256());
    set_chost(answers->clip, ilk != nullptr ? *ilk : IlkRow{}, chost, block.ref().number);
    for (const std::uint64_t id : before.active) {
        tables.sales.erase({.market = key.market, .clip = key.contract, .id = id});
    }
    for (std::size_t i = 0; i < answers->sales.size(); ++i) {
        tables.sales.put(
            {.market = key.market, .clip = key.contract, .id = answers->clip.active[i]},
            answers->sales[i]
        );
    }
    const ContractKey calc{.market = key.market, .contract = answers->clip.calc};
    if (const CalcRow* found = tables.calcs.find(calc); found == nullptr || !found->in_use) {
        tables.calcs.put(
            calc, {.in_use = true, .unread = true, .tau_s = {}, .cut_ray = {}, .step_s = {}}
        );
    }
    tables.clips.put(key, std::move(answers->clip));
}

void take_chost(Tables& tables, const ContractKey& key, const eth::Block& block) {
    const auto chost = answered_word(block, view_read(key.contract, View::kChost));
    const Hash32 id_of_ilk = tables.clips.find(key)->ilk.value_or(Hash32());
    const IlkRow* ilk = tables.ilks.find({.market = key.market, .ilk = id_of_ilk});
    if (chost && ilk != nullptr) {
        tables.clips.update(key, [&](ClipRow& row) {
            set_chost(row, *ilk, *chost, block.ref().number);
        });
    }
}

}  // namespace

void take_clips(Tables& tables, MarketId market, const eth::Block& block) {
    for (const ContractKey& key : tables.clips.sorted_keys()) {
        const ClipRow* row = tables.clips.find(key);
        if (key.market != market || !row->ilk) {
            continue;
        }
        if (row->unread) {
            take_clip(tables, key, block);
        } else if (!chost_is_known(*row)) {
            take_chost(tables, key, block);
        }
    }
    for (const ContractKey& key : tables.calcs.sorted_keys()) {
        const CalcRow* row = tables.calcs.find(key);
        const auto answers = key.market == market && row->in_use && row->unread
                                 ? calc_answers(key.contract, block)
                                 : std::nullopt;
        if (answers) {
            tables.calcs.put(key, *answers);
        }
    }
}

}  // namespace faultline::maker
