// SPDX-License-Identifier: Apache-2.0
// What happens in a market, for rules to count: taken from logs beside the fold, without rows.
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/markets.hpp"
#include "core/protocols/compound_v2/told_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace faultline::compound_v2 {
namespace {

using protocol::About;
using protocol::Numbers;
using protocol::told;
using protocol::told_events;
using protocol::ToldEvent;

constexpr std::string_view kGovernance = "governance";
constexpr std::string_view kParameter = "parameter";

constexpr auto kFolded = [] {
    using namespace events;
    using OfCToken = About<"cToken">;
    return told_events(
        told<NewPriceOracle>("source_changed"),
        told<NewImplementation>(kGovernance, "upgraded"),
        told<ActionPaused>(kGovernance, "paused"),
        told<ActionPausedOf, OfCToken>(kGovernance, "paused"),
        told<MarketListed, OfCToken>(kGovernance, kParameter),
        told<MarketUnlisted, OfCToken>(kGovernance, kParameter),
        told<NewCollateralFactor, OfCToken, Numbers::kWad>(kGovernance, kParameter),
        told<PoolCollateralFactor, OfCToken, Numbers::kWad>(kGovernance, kParameter),
        told<PoolLiquidationThreshold, OfCToken, Numbers::kWad>(kGovernance, kParameter),
        told<NewBorrowCap, OfCToken>(kGovernance, kParameter),
        told<NewCloseFactor, About<>, Numbers::kWad>(kGovernance, kParameter),
        told<NewLiquidationIncentive, About<>, Numbers::kWad>(kGovernance, kParameter),
        told<NewVaiController>(kGovernance, kParameter),
        told<NewComptroller>(kGovernance, kParameter),
        told<NewMarketInterestRateModel>(kGovernance, kParameter),
        told<NewReserveFactor, About<>, Numbers::kWad>(kGovernance, kParameter)
    );
}();

constexpr auto kOthers = [] {
    using namespace events;
    return told_events(
        told<LiquidateBorrow, About<"", "borrower", "repayAmount">>("liquidation"),
        told<NewPauseGuardian>(kGovernance, "admin"),
        told<NewBorrowCapGuardian>(kGovernance, "admin"),
        told<NewAdmin>(kGovernance, "admin"),
        told<NewPendingAdmin>(kGovernance, "admin"),
        told<NewPendingImplementation>(kGovernance, "queued")
    );
}();

constexpr auto kModels = told_events(
    told<events::NewJumpParams, About<>, Numbers::kWad>(kGovernance, kParameter),
    told<events::NewParams, About<>, Numbers::kWad>(kGovernance, kParameter)
);

/// What the rows say it was, where the event does not.
std::string before(const Tables& tables, MarketId market, const eth::Log& log) {
    if (!events::NewBorrowCap::matches(log)) {
        return {};
    }
    const auto event = events::NewBorrowCap::decode(log);
    const CapRow* cap =
        event ? tables.caps.find({.market = market, .ctoken = event->get<"cToken">()}) : nullptr;
    return cap == nullptr ? std::string() : "; was " + cap->borrow_cap_wei.to_string();
}

}  // namespace

std::span<const ToldEvent> folded_activities() {
    return kFolded;
}

std::span<const ToldEvent> other_activities() {
    return kOthers;
}

std::span<const ToldEvent> model_activities() {
    return kModels;
}

void Markets::take_activity(
    MarketId market,
    const protocol::ToldEvent& event,
    const eth::Log& log,
    protocol::ActivityList& list
) const {
    const protocol::ActivityPlace place{
        .market = market, .market_name = config(market).name, .log = log
    };
    const auto told = event.tell(log);
    if (!told) {
        list.add(place, event, false);
        return;
    }
    // By the cToken that it names, or that says it, the token is the one that it lends.
    const Address& ctoken = told->token.is_zero() ? log.address : told->token;
    const CTokenRow* row = tables_.ctokens.find({.market = market, .ctoken = ctoken});
    list.add(
        place,
        {.event = std::string(event.event),
         .detail = std::string(event.detail),
         .token = row == nullptr ? Address{} : row->underlying,
         .account = told->account,
         .value = {}},
        told->text + before(tables_, market, log) + protocol::timelock::roles_in(log),
        ctoken,
        told->amount
    );
}

const protocol::ToldEvent* Markets::activity_of(MarketId market, const eth::Log& log) const {
    if (log.topics.empty()) {
        return nullptr;
    }
    // Of a log that the fold takes and that does not decode, the fold says so.
    const auto decoded = [&](const ToldEvent* event) {
        return event != nullptr && event->tell(log) ? event : nullptr;
    };
    if (const ToldEvent* model = protocol::find_told(model_activities(), log.topics[0])) {
        return goes_by(market, log.address) ? decoded(model) : nullptr;
    }
    if (log.address == tables_.admins.of(market)) {
        return protocol::find_told(protocol::timelock::activities(), log.topics[0]);
    }
    const CTokenRow* ctoken = tables_.ctokens.find({.market = market, .ctoken = log.address});
    if (log.address != config(market).comptroller && (ctoken == nullptr || !ctoken->listed)) {
        return nullptr;
    }
    const ToldEvent* other = protocol::find_told(other_activities(), log.topics[0]);
    return other != nullptr ? other
                            : decoded(protocol::find_told(folded_activities(), log.topics[0]));
}

void Markets::take_activities(
    const eth::Block& block, MarketId market, protocol::ActivityList& list
) const {
    for (std::size_t i = 0; list.takes() && i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (const ToldEvent* event = activity_of(market, log)) {
            take_activity(market, *event, log, list);
        }
    }
}

protocol::GovernorPath Markets::admin_path(MarketId market) const {
    static const std::array<Bytes, 1> calls{eth::encode_call<"admin()">()};
    return {
        .contract = tables_.markets.contains({market}) ? config(market).comptroller : Address{},
        .calls = calls
    };
}

void Markets::follow_admin(const eth::Block& block, MarketId market) {
    tables_.admins.take(market, admin_path(market), block);
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (log.address != config(market).comptroller || !events::NewAdmin::matches(log)) {
            continue;
        }
        if (const auto event = events::NewAdmin::decode(log)) {
            tables_.admins.set(market, event->get<"newAdmin">());
        }
    }
}

bool Markets::goes_by(MarketId market, const Address& model) const {
    const MarketRow* of = tables_.markets.find({market});
    return of != nullptr && std::ranges::any_of(of->ctokens, [&](const Address& ctoken) {
               const CTokenRow* row = tables_.ctokens.find({.market = market, .ctoken = ctoken});
               return row != nullptr && row->model == model;
           });
}

Figure<Decimal> Markets::value_of(
    MarketId market, const Address& ctoken, const U256& amount, protocol::At at
) const {
    const Valuation stored(tables_, market, at, protocol::Trust::kWithhold);
    const Figure<bool> can = stored.usable();
    if (!can.ok()) {
        return Figure<Decimal>::without(can.status, can.reason);
    }
    const Figure<U256> price = stored.price_wad(ctoken);
    return protocol::value_at(
        price.ok() ? Figure<protocol::UnitPrice>::of({.price = price.value, .unit = wad()})
                   : Figure<protocol::UnitPrice>::without(price.status, price.reason),
        amount,
        base_currency(market).decimals
    );
}

}  // namespace faultline::compound_v2
