// SPDX-License-Identifier: Apache-2.0
// What audits ask, and whom logs name. Only views that every fork has: one that reverts where we
// have a figure would be a difference.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/indexed.hpp"
#include "core/protocols/compound_v2/markets.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace faultline::compound_v2 {
namespace {

std::vector<eth::Read> market_reads(const Address& comptroller) {
    std::vector<eth::Read> reads;
    for (const View view :
         {View::kOracle, View::kCloseFactor, View::kIncentive, View::kAllMarkets}) {
        reads.push_back(view_read(comptroller, view));
    }
    return reads;
}

std::vector<eth::Read> ctoken_reads(const Address& comptroller, const Address& ctoken) {
    std::vector<eth::Read> reads{view_read(comptroller, View::kMarkets, ctoken)};
    for (const View view :
         {View::kCash,
          View::kSupply,
          View::kBorrows,
          View::kReserves,
          View::kBorrowIndex,
          View::kAccrualBlock,
          View::kReserveFactor,
          View::kModel,
          View::kBorrowRate,
          View::kRateStored}) {
        reads.push_back(view_read(ctoken, view));
    }
    return reads;
}

std::optional<Address> named_account(const eth::Log& log) {
    if (events::Transfer::matches(log)) {
        const auto event = events::Transfer::decode(log);
        return event ? std::optional(event->get<"to">()) : std::nullopt;
    }
    if (events::Borrow::matches(log)) {
        const auto event = events::Borrow::decode(log);
        return event ? std::optional(event->get<"borrower">()) : std::nullopt;
    }
    if (events::MarketEntered::matches(log)) {
        const auto event = decode_indexed_or_not<events::MarketEntered>(log);
        return event ? std::optional(event->get<"account">()) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::vector<protocol::Subject> Markets::parts(MarketId market) const {
    std::vector<protocol::Subject> all;
    for (const Address& ctoken : row(market).ctokens) {
        all.push_back(
            {.market = market,
             .kind = protocol::SubjectKind::kPart,
             .holder = {.account = ctoken, .part = {}}}
        );
    }
    std::ranges::sort(all);
    return all;
}

std::vector<eth::Read> Markets::audit_reads(const protocol::Subject& subject) const {
    const MarketRow* market = tables_.markets.find({subject.market});
    const Address& comptroller = config(subject.market).comptroller;
    const Address& address = subject.holder.account;
    if (market == nullptr) {
        return {};
    }
    if (subject.kind == protocol::SubjectKind::kMarket) {
        return market_reads(comptroller);
    }
    if (subject.kind == protocol::SubjectKind::kPart) {
        const bool listed = std::ranges::find(market->ctokens, address) != market->ctokens.end();
        return listed ? ctoken_reads(comptroller, address) : std::vector<eth::Read>{};
    }
    if (!tables_.accounts.contains({.market = subject.market, .account = address})) {
        return {};
    }
    std::vector<eth::Read> reads{
        view_read(comptroller, View::kLiquidity, address),
        view_read(comptroller, View::kAssetsIn, address)
    };
    for (const Address& ctoken : market->ctokens) {
        if (tables_.positions.contains(
                {.market = subject.market, .ctoken = ctoken, .account = address}
            )) {
            reads.push_back(view_read(ctoken, View::kSnapshot, address));
        }
    }
    return reads;
}

std::vector<Hash32> Markets::holder_topics() const {
    std::vector<Hash32> topics{
        events::Transfer::kTopic0, events::Borrow::kTopic0, events::MarketEntered::kTopic0
    };
    std::ranges::sort(topics);
    return topics;
}

std::vector<Address> Markets::holder_sources(MarketId market) const {
    std::vector<Address> sources = row(market).ctokens;
    sources.push_back(config(market).comptroller);
    return sources;
}

std::vector<protocol::Holder> Markets::named_holders(const eth::Log& log) const {
    const auto account = named_account(log);
    return account ? std::vector<protocol::Holder>{{.account = *account, .part = {}}}
                   : std::vector<protocol::Holder>{};
}

}  // namespace faultline::compound_v2
