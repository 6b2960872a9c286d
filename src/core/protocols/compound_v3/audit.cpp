// SPDX-License-Identifier: Apache-2.0
// Whom and what audits and bootstraps ask about.
#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/fold.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace faultline::compound_v3 {
namespace {

using protocol::Holder;
using protocol::Subject;
using protocol::SubjectKind;

std::vector<eth::Read> reads_of_market(const Address& comet) {
    std::vector<eth::Read> reads;
    for (const View view :
         {View::kTotalsBasic,
          View::kTotalSupply,
          View::kTotalBorrow,
          View::kGetReserves,
          View::kGetUtilization,
          View::kNumAssets,
          View::kBasePriceFeed,
          View::kTargetReserves,
          View::kStoreFrontPriceFactor,
          View::kIsSupplyPaused,
          View::kIsTransferPaused,
          View::kIsWithdrawPaused,
          View::kIsAbsorbPaused,
          View::kIsBuyPaused}) {
        reads.push_back(view_read(comet, view));
    }
    return reads;
}

}  // namespace

protocol::Counts Markets::counts() const {
    return {.holders = tables_.accounts.size(), .positions = tables_.accounts.size()};
}

std::size_t Markets::holders(MarketId market) const {
    const MarketRow* row = tables_.markets.find({market});
    return row == nullptr ? 0 : static_cast<std::size_t>(row->accounts);
}

void Markets::each_holder(MarketId market, const std::function<void(const Holder&)>& visit) const {
    tables_.each_account(market, [&](const Address& account, const AccountRow& /*row*/) {
        visit({.account = account, .part = {}});
    });
}

std::vector<Holder> Markets::holders_after(
    MarketId market, const std::optional<Holder>& after, std::size_t limit
) const {
    std::vector<Holder> all;
    each_holder(market, [&](const Holder& holder) {
        if (!after || holder > *after) {
            all.push_back(holder);
        }
    });
    const std::size_t count = std::min(limit, all.size());
    std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(count));
    all.resize(count);
    return all;
}

std::vector<Holder> Markets::holders_of(MarketId market, const Address& account) const {
    return tables_.accounts.contains({.market = market, .account = account})
               ? std::vector<Holder>{{.account = account, .part = {}}}
               : std::vector<Holder>{};
}

std::vector<Subject> Markets::parts(MarketId market) const {
    std::vector<Subject> out;
    const Configuration* configuration = tables_.configurations.find({market});
    for (std::size_t i = 0; configuration != nullptr && i < configuration->assets.size(); ++i) {
        out.push_back(
            {.market = market,
             .kind = SubjectKind::kPart,
             .holder = {.account = configuration->assets[i].asset, .part = {}}}
        );
    }
    std::ranges::sort(out);
    return out;
}

std::vector<eth::Read> Markets::audit_reads(const Subject& subject) const {
    const Address& comet = config(subject.market).comet;
    const Configuration* configuration = tables_.configurations.find({subject.market});
    if (configuration == nullptr) {
        return {};
    }
    const Address& address = subject.holder.account;
    const U256 word = word_of(address);
    if (subject.kind == SubjectKind::kMarket) {
        std::vector<eth::Read> reads = reads_of_market(comet);
        reads.push_back(view_read(comet, View::kGetPrice, {word_of(configuration->base_price_feed)})
        );
        return reads;
    }
    if (subject.kind == SubjectKind::kPart) {
        const AssetInfo* asset = configuration->find(address);
        if (asset == nullptr) {
            return {};
        }
        return {
            view_read(comet, View::kGetAssetInfoByAddress, {word}),
            view_read(comet, View::kTotalsCollateral, {word}),
            view_read(comet, View::kGetCollateralReserves, {word}),
            view_read(comet, View::kGetPrice, {word_of(asset->price_feed)}),
            view_read(comet, View::kQuoteCollateral, {word, U256(configuration->base_scale)}),
        };
    }
    const AccountRow* row = tables_.accounts.find({.market = subject.market, .account = address});
    if (row == nullptr) {
        return {};
    }
    std::vector<eth::Read> reads{
        view_read(comet, View::kUserBasic, {word}),
        view_read(comet, View::kBalanceOf, {word}),
        view_read(comet, View::kBorrowBalanceOf, {word}),
        view_read(comet, View::kIsLiquidatable, {word}),
        view_read(comet, View::kIsBorrowCollateralized, {word}),
    };
    for (const CollateralBalance& one : row->collateral) {
        reads.push_back(view_read(comet, View::kUserCollateral, {word, word_of(one.asset)}));
    }
    return reads;
}

std::vector<Hash32> Markets::holder_topics() const {
    return compound_v3::holder_topics();
}

std::vector<Address> Markets::holder_sources(MarketId market) const {
    return {config(market).comet};
}

std::vector<Holder> Markets::named_holders(const eth::Log& log) const {
    std::vector<Holder> out;
    if (std::ranges::find(configs_, log.address, &MarketConfig::comet) != configs_.end()) {
        for (const Address& account : holders_named(log)) {
            out.push_back({.account = account, .part = {}});
        }
    }
    return out;
}

}  // namespace faultline::compound_v3
