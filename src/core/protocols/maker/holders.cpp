// SPDX-License-Identifier: Apache-2.0
// Who has something in a market, and what to ask the contracts about them.
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace faultline::maker {
namespace {

using protocol::Holder;
using protocol::Subject;
using protocol::SubjectKind;

void add_psm_reads(const MarketConfig& config, std::vector<eth::Read>& out) {
    for (const Psm& psm : config.psms) {
        out.push_back(view_read(psm.psm, View::kTin));
        out.push_back(view_read(psm.psm, View::kTout));
        if (psm.kind == PsmKind::kLite) {
            for (const View view : {View::kBuf, View::kRush, View::kGush, View::kCut}) {
                out.push_back(view_read(psm.psm, view));
            }
        }
    }
}

std::vector<eth::Read> market_reads(
    const Tables& tables, MarketId market, const MarketConfig& config
) {
    std::vector<eth::Read> out;
    for (const View view : {View::kDebt, View::kVice, View::kLine, View::kLive}) {
        out.push_back(view_read(config.vat, view));
    }
    out.push_back(view_read(config.jug, View::kBase));
    out.push_back(view_read(config.spotter, View::kPar));
    out.push_back(view_read(config.dog, View::kHole));
    out.push_back(view_read(config.dog, View::kDirt));
    if (!config.pot.is_zero()) {
        for (const View view : {View::kChi, View::kDsr, View::kPieAll, View::kRho}) {
            out.push_back(view_read(config.pot, view));
        }
    }
    if (!config.vow.is_zero()) {
        out.push_back(view_read(config.vow, View::kVowSinAll));
        out.push_back(view_read(config.vow, View::kAsh));
        for (const View view : {View::kDai, View::kSin}) {
            out.push_back(view_read(config.vat, view, {word_of(config.vow)}));
        }
    }
    add_psm_reads(config, out);
    if (!config.dai.is_zero()) {
        out.push_back(view_read(config.dai, View::kTotalSupply));
    }
    if (tables.tokens.contains({.market = market, .contract = config.usds}) &&
        !config.usds.is_zero()) {
        out.push_back(view_read(config.usds, View::kTotalSupply));
    }
    for (const Address& address : {config.susds, config.stusds}) {
        if (tables.savings.contains({.market = market, .contract = address})) {
            out.push_back(view_read(address, View::kChi));
            out.push_back(view_read(address, View::kTotalSupply));
        }
    }
    return out;
}

std::vector<eth::Read> ilk_reads(
    const Tables& tables, MarketId market, const MarketConfig& config, const Hash32& ilk
) {
    const IlkRow* row = tables.ilks.find({.market = market, .ilk = ilk});
    if (row == nullptr) {
        return {};
    }
    std::vector<eth::Read> out;
    for (const Address& contract : {config.vat, config.jug, config.spotter, config.dog}) {
        out.push_back(view_read(contract, View::kIlks, {word_of(ilk)}));
    }
    const ClipRow* clip = tables.clips.find({.market = market, .contract = row->clip});
    if (clip == nullptr || !clip->ilk) {
        return out;
    }
    for (const View view :
         {View::kBuf,
          View::kTail,
          View::kCusp,
          View::kChip,
          View::kTip,
          View::kStopped,
          View::kCalc,
          View::kKicks,
          View::kList}) {
        out.push_back(view_read(row->clip, view));
    }
    for (const std::uint64_t id : clip->active) {
        out.push_back(view_read(row->clip, View::kSales, {U256(id)}));
        out.push_back(view_read(row->clip, View::kGetStatus, {U256(id)}));
    }
    return out;
}

std::vector<eth::Read> holder_reads(const MarketConfig& config, const Holder& holder) {
    const U256 account = word_of(holder.account);
    if (!holder.part.is_zero()) {
        const U256 ilk = word_of(holder.part);
        return {
            view_read(config.vat, View::kUrns, {ilk, account}),
            view_read(config.vat, View::kGem, {ilk, account})
        };
    }
    std::vector<eth::Read> out{
        view_read(config.vat, View::kDai, {account}), view_read(config.vat, View::kSin, {account})
    };
    if (!config.pot.is_zero()) {
        out.push_back(view_read(config.pot, View::kPie, {account}));
    }
    return out;
}

bool has_balances(const Tables& tables, MarketId market, const Address& account) {
    const AccountKey key{.market = market, .account = account};
    return tables.accounts.contains(key) || tables.sins.contains(key);
}

}  // namespace

void MakerProtocol::each_holder(MarketId market, const std::function<void(const Holder&)>& visit)
    const {
    tables_.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& /*row*/) {
        if (key.market == market) {
            visit({.account = key.account, .part = key.ilk});
        }
    });
    tables_.accounts.for_each_unordered([&](const AccountKey& key, const AccountRow& /*row*/) {
        if (key.market == market) {
            visit({.account = key.account, .part = {}});
        }
    });
    tables_.sins.for_each_unordered([&](const AccountKey& key, const SinRow& /*row*/) {
        if (key.market == market && !tables_.accounts.contains(key)) {
            visit({.account = key.account, .part = {}});
        }
    });
}

protocol::Counts MakerProtocol::counts() const {
    return {
        .holders = tables_.urns.size() + tables_.accounts.size(), .positions = tables_.urns.size()
    };
}

std::size_t MakerProtocol::holders(MarketId market) const {
    std::size_t out = 0;
    each_holder(market, [&out](const Holder& /*holder*/) { ++out; });
    return out;
}

std::vector<Holder> MakerProtocol::holders_after(
    MarketId market, const std::optional<Holder>& after, std::size_t limit
) const {
    std::vector<Holder> out;
    each_holder(market, [&](const Holder& holder) {
        if (!after || holder > *after) {
            out.push_back(holder);
        }
    });
    const std::size_t kept = std::min(limit, out.size());
    std::ranges::partial_sort(out, out.begin() + static_cast<std::ptrdiff_t>(kept));
    out.resize(kept);
    return out;
}

std::vector<Subject> MakerProtocol::parts(MarketId market) const {
    std::vector<Subject> out;
    for (const IlkKey& key : tables_.ilks.sorted_keys()) {
        if (key.market == market) {
            out.push_back(
                {.market = market,
                 .kind = SubjectKind::kPart,
                 .holder = {.account = {}, .part = key.ilk}}
            );
        }
    }
    return out;
}

std::vector<Holder> MakerProtocol::holders_of(MarketId market, const Address& account) const {
    std::vector<Holder> out;
    if (has_balances(tables_, market, account)) {
        out.push_back({.account = account, .part = {}});
    }
    tables_.ilks.for_each_unordered([&](const IlkKey& key, const IlkRow& /*row*/) {
        if (key.market == market &&
            tables_.urns.contains({.market = market, .ilk = key.ilk, .account = account})) {
            out.push_back({.account = account, .part = key.ilk});
        }
    });
    std::ranges::sort(out);
    return out;
}

std::vector<eth::Read> MakerProtocol::audit_reads(const Subject& subject) const {
    const MarketConfig& of = config(subject.market);
    if (!tables_.markets.contains({subject.market})) {
        return {};
    }
    switch (subject.kind) {
        case SubjectKind::kMarket:
            return market_reads(tables_, subject.market, of);
        case SubjectKind::kPart:
            return ilk_reads(tables_, subject.market, of, subject.holder.part);
        default: {
            const bool known = subject.holder.part.is_zero()
                                   ? has_balances(tables_, subject.market, subject.holder.account)
                                   : tables_.urns.contains(
                                         {.market = subject.market,
                                          .ilk = subject.holder.part,
                                          .account = subject.holder.account}
                                     );
            return known ? holder_reads(of, subject.holder) : std::vector<eth::Read>();
        }
    }
}

}  // namespace faultline::maker
