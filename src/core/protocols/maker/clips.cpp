// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/clips.hpp"

#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::array<std::string_view, 6> kClipNumbers{
    "buf", "tail", "cusp", "chip", "tip", "stopped"
};
constexpr std::array<std::string_view, 3> kCalcNumbers{"tau", "cut", "step"};

bool is_one_of(const Hash32& word, std::span<const std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return is_text(word, name); });
}

/// The low bits, as an assignment to a smaller type keeps them.
U256 low_bits(const U256& value, unsigned bits) {
    U256 out = value;
    for (unsigned i = bits; i < 256; ++i) {
        out.set_bit(i, false);
    }
    return out;
}

/// clip.sol: file; chip is a uint64, tip a uint192.
void set_number(ClipRow& row, const Hash32& what, const U256& value) {
    constexpr unsigned kChipBits = 64;
    constexpr unsigned kTipBits = 192;
    if (is_text(what, "buf")) {
        row.buf_ray = value;
    } else if (is_text(what, "tail")) {
        row.tail_s = value;
    } else if (is_text(what, "cusp")) {
        row.cusp_ray = value;
    } else if (is_text(what, "chip")) {
        row.chip_wad = low_bits(value, kChipBits);
    } else if (is_text(what, "tip")) {
        row.tip_rad = low_bits(value, kTipBits);
    } else {
        row.stopped = value;
    }
}

void set_number(CalcRow& row, const Hash32& what, const U256& value) {
    (is_text(what, "tau") ? row.tau_s : is_text(what, "cut") ? row.cut_ray : row.step_s) = value;
}

ClipRow new_clip() {
    ClipRow out;
    out.buf_ray = ray();
    out.chost_rad = U256();
    return out;
}

/// Whether one more contract that nobody goes by may be kept; counts it.
bool room_for_candidate(Transition& at) {
    const MarketRow* found = at.tables.markets.find({at.market});
    const bool room = found->candidates < kMostCandidates;
    if (room || !found->candidates_missed) {
        at.tables.markets.update({at.market}, [room](MarketRow& row) {
            row.candidates += room ? 1 : 0;
            row.candidates_missed = row.candidates_missed || !room;
        });
    }
    return room;
}

void candidate_is_named(Transition& at) {
    at.tables.markets.update({at.market}, [](MarketRow& row) {
        row.candidates -= row.candidates > 0 ? 1 : 0;
    });
}

/// Whether all that a contract filed before was seen.
bool saw_all(const Transition& at) {
    const MarketRow* row = at.tables.markets.find({at.market});
    return row->complete && !row->candidates_missed;
}

template <class Table, class Row>
void set_number(
    Transition& at, Table& table, const Row& fresh, const Hash32& what, const U256& value
) {
    const ContractKey key{.market = at.market, .contract = at.log.address};
    const Row* found = table.find(key);
    if (found == nullptr && !room_for_candidate(at)) {
        return;
    }
    Row row = found == nullptr ? fresh : *found;
    set_number(row, what, value);
    table.put(key, std::move(row));
}

Result<void> keep_number(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileUint::decode(at.log));
    const Hash32& what = event.get<"what">();
    if (is_one_of(what, kClipNumbers)) {
        set_number(at, at.tables.clips, new_clip(), what, event.get<"data">());
    } else if (is_one_of(what, kCalcNumbers)) {
        set_number(at, at.tables.calcs, CalcRow{}, what, event.get<"data">());
    } else {
        at.unknown = true;
    }
    return {};
}

Result<void> keep_address(Transition& at) {
    FAULTLINE_TRY(const auto event, events::FileAddress::decode(at.log));
    if (!is_text(event.get<"what">(), "calc")) {
        return {};
    }
    const ContractKey key{.market = at.market, .contract = at.log.address};
    const ClipRow* found = at.tables.clips.find(key);
    if (found == nullptr && !room_for_candidate(at)) {
        return {};
    }
    ClipRow row = found != nullptr ? *found : new_clip();
    row.calc = event.get<"data">();
    const bool named = row.ilk.has_value();
    at.tables.clips.put(key, row);
    if (named) {
        name_calc(at, row.calc);
    }
    return {};
}

}  // namespace

void name_calc(Transition& at, const Address& calc) {
    const ContractKey key{.market = at.market, .contract = calc};
    if (calc.is_zero()) {
        return;
    }
    const CalcRow* found = at.tables.calcs.find(key);
    CalcRow row = found != nullptr ? *found : CalcRow{};
    if (row.in_use) {
        return;
    }
    if (found != nullptr) {
        candidate_is_named(at);
    }
    row.in_use = true;
    row.unread = !saw_all(at);
    at.tables.calcs.put(key, row);
}

void name_clip(Transition& at, const Hash32& ilk, const Address& clip) {
    const ContractKey key{.market = at.market, .contract = clip};
    const ClipRow* found = at.tables.clips.find(key);
    ClipRow row = found != nullptr ? *found : new_clip();
    if (!row.ilk) {
        if (found != nullptr) {
            candidate_is_named(at);
        }
        row.unread = !saw_all(at);
        at.notice(
            "clipper " + clip.hex() + " auctions " + text_of(ilk) + " and is followed from here on"
        );
    }
    row.ilk = ilk;
    // It may have been told to keep dust*chop before.
    if (chost_now(at.ilk(ilk)) != U256()) {
        row.chost_rad.reset();
        row.chost_at.reset();
    }
    const Address calc = row.calc;
    at.tables.clips.put(key, std::move(row));
    name_calc(at, calc);
}

void forget_chost(Transition& at, const Hash32& ilk) {
    std::vector<ContractKey> clips;
    at.tables.clips.for_each_unordered([&](const ContractKey& key, const ClipRow& row) {
        if (key.market == at.market && row.ilk == ilk && row.chost_rad) {
            clips.push_back(key);
        }
    });
    std::ranges::sort(clips);
    for (const ContractKey& key : clips) {
        at.tables.clips.update(key, [](ClipRow& row) {
            row.chost_rad.reset();
            row.chost_at.reset();
        });
    }
}

Result<void> keep_candidate(Transition& at) {
    return at.log.topics[0] == events::FileUint::kTopic0 ? keep_number(at) : keep_address(at);
}

}  // namespace faultline::maker
