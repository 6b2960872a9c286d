// SPDX-License-Identifier: Apache-2.0
// What people have to know of at once when a market is read: its ESM and its oracles.
#include "core/protocols/maker/live_reads.hpp"
#include "core/protocols/maker/market_reading.hpp"
#include "core/protocols/maker/reading_answers.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <set>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

/// The oracles of a market's ilks.
std::set<Address> pips_of(const Tables& tables, MarketId market, const std::vector<Hash32>& ilks) {
    std::set<Address> out;
    for (const Hash32& ilk : ilks) {
        const IlkRow* row = tables.ilks.find({.market = market, .ilk = ilk});
        if (row != nullptr && !row->pip.is_zero()) {
            out.insert(row->pip);
        }
    }
    return out;
}

}  // namespace

/// Later ESMs have no fired(): what fires shuts the Vat down, and so may others. What gives no Sum
/// is none that is known.
void MakerReading::take_esm(ReadingAnswers& in) {
    if (config_.esm.is_zero()) {
        return;
    }
    const auto joined = in.word_if_any();
    const auto fired = in.word_if_any();
    if (!joined) {
        return;
    }
    EsmRow row;
    row.joined_wad = *joined;
    if (fired) {
        row.fired = fired->is_zero() ? EsmFired::kNo : EsmFired::kYes;
    } else {
        const bool live = tables_.systems.find({market()})->vat_live;
        row.fired = live ? EsmFired::kNo : EsmFired::kUnknown;
    }
    tables_.esms.put(contract(config_.esm), row);
}

void MakerReading::plan_pips() {
    for (const Address& pip : pips_of(tables_, market(), ilks_)) {
        for (eth::Read& read : pip_reads(pip, config_)) {
            calls_.push_back(std::move(read));
        }
    }
}

Result<void> MakerReading::take_pips(const std::vector<eth::ReadAnswer>& answers) {
    eth::Block told;
    told.reads = answers;
    for (const Address& pip : pips_of(tables_, market(), ilks_)) {
        tables_.pips.put(contract(pip), pip_answers(pip, config_, told));
    }
    return {};
}

}  // namespace faultline::maker
