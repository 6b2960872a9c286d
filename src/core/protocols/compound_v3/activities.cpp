// SPDX-License-Identifier: Apache-2.0
// What happens in a Comet, for rules to count: taken from logs beside the fold, without rows.
#include "core/protocols/compound_v3/events.hpp"
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/told_events.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/protocol/timelock.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace faultline::compound_v3 {
namespace {

using protocol::About;
using protocol::Activity;
using protocol::Numbers;
using protocol::told;
using protocol::told_events;

constexpr auto kFoldedAbsorption =
    told<events::AbsorbDebt, About<"", "borrower", "basePaidOut">>("liquidation");

constexpr auto kFolded =
    told_events(kFoldedAbsorption, told<events::Upgraded>("governance", "upgraded"));

constexpr auto kOthers = told_events(
    told<events::PauseAction>("governance", "paused"),
    told<events::AdminChanged>("governance", "admin")
);

/// What the newest absorption of a transaction took, by Comet's own valuation.
class Absorption {
  public:
    /// Of AbsorbCollateral.
    void note(const eth::Log& log) {
        const auto event = events::AbsorbCollateral::decode(log);
        if (!event) {
            return;
        }
        if (transaction_ != log.tx_hash || borrower_ != event->get<"borrower">()) {
            transaction_ = log.tx_hash;
            borrower_ = event->get<"borrower">();
            base_ = {};
        }
        base_ = checked_add(base_, event->get<"usdValue">()).value_or(U256::max());
    }

    /// Before that AbsorbDebt.
    [[nodiscard]] U256 taken_of(const eth::Log& log) const {
        const auto event = events::AbsorbDebt::decode(log);
        return event && transaction_ == log.tx_hash && borrower_ == event->get<"borrower">()
                   ? base_
                   : U256();
    }

  private:
    Hash32 transaction_;
    Address borrower_;
    U256 base_;
};

/// What AbsorbCollateral took, by Comet's own valuation.
void take_seizure(
    const protocol::ActivityPlace& place, unsigned decimals, protocol::ActivityList& list
) {
    const auto event = events::AbsorbCollateral::decode(place.log);
    if (!event) {
        return;  // The fold says so.
    }
    const Address& asset = event->get<"asset">();
    Activity activity =
        protocol::seizure(protocol::part_of_address(asset), asset, event->get<"borrower">());
    const auto value = Decimal::of(event->get<"usdValue">(), decimals);
    activity.value =
        value ? Figure<Decimal>::of(*value)
              : Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
    list.add_valued(
        place,
        activity,
        "an absorption of " + event->get<"borrower">().hex() + " takes " +
            event->get<"collateralAbsorbed">().to_string() + " of " + asset.hex()
    );
}

/// Differences of two configurations, each an activity of the log that put the second in force.
class Changes {
  public:
    Changes(
        protocol::ActivityList& list, MarketId market, const std::string& name, const eth::Log& log
    )
        : list_(list), market_(market), name_(name), log_(log) {}

    void tell(const Configuration& before, const Configuration& after) {
        feed(after.base_token, before.base_price_feed, after.base_price_feed);
        number(
            after.base_token, "baseBorrowMin", before.base_borrow_min_wei, after.base_borrow_min_wei
        );
        number(
            after.base_token,
            "targetReserves",
            before.target_reserves_wei,
            after.target_reserves_wei
        );
        curve("supply", after.base_token, before.supply_rate, after.supply_rate);
        curve("borrow", after.base_token, before.borrow_rate, after.borrow_rate);
        wad(after.base_token,
            "storeFrontPriceFactor",
            before.store_front_price_factor_wad,
            after.store_front_price_factor_wad);
        for (const AssetInfo& asset : after.assets) {
            const AssetInfo* was = before.find(asset.asset);
            if (was == nullptr) {
                parameter(asset.asset, "collateral " + asset.asset.hex() + " is new");
                continue;
            }
            tell(*was, asset);
        }
        for (const AssetInfo& asset : before.assets) {
            if (after.find(asset.asset) == nullptr) {
                parameter(asset.asset, "collateral " + asset.asset.hex() + " is gone");
            }
        }
    }

  private:
    void tell(const AssetInfo& was, const AssetInfo& is) {
        feed(is.asset, was.price_feed, is.price_feed);
        number(is.asset, "supplyCap", was.supply_cap_wei, is.supply_cap_wei);
        wad(is.asset,
            "borrowCollateralFactor",
            was.borrow_collateral_factor_wad,
            is.borrow_collateral_factor_wad);
        wad(is.asset,
            "liquidateCollateralFactor",
            was.liquidate_collateral_factor_wad,
            is.liquidate_collateral_factor_wad);
        wad(is.asset, "liquidationFactor", was.liquidation_factor_wad, is.liquidation_factor_wad);
    }

    void curve(const char* which, const Address& base, const RateCurve& was, const RateCurve& is) {
        const std::string rate = std::string(which) + " rate ";
        wad(base, rate + "kink", was.kink, is.kink);
        wad(base, rate + "base per second", was.base, is.base);
        wad(base, rate + "low slope per second", was.slope_low, is.slope_low);
        wad(base, rate + "high slope per second", was.slope_high, is.slope_high);
    }

    void feed(const Address& token, const Address& was, const Address& is) {
        if (was != is) {
            add("source_changed",
                {},
                token,
                "the upgrade changes the price feed of " + token.hex() + ": " + was.hex() + " -> " +
                    is.hex());
        }
    }

    void wad(const Address& token, const std::string& what, std::uint64_t was, std::uint64_t is) {
        if (was != is) {
            parameter(
                token,
                what + " of " + token.hex() + ": " + shown(U256(was), Numbers::kWad) + " -> " +
                    shown(U256(is), Numbers::kWad)
            );
        }
    }

    void number(const Address& token, const std::string& what, const U256& was, const U256& is) {
        if (was != is) {
            parameter(
                token,
                what + " of " + token.hex() + ", in its smallest unit: " + was.to_string() +
                    " -> " + is.to_string()
            );
        }
    }

    void parameter(const Address& token, const std::string& text) {
        add("governance", "parameter", token, "the upgrade changes a parameter: " + text);
    }

    void add(
        const std::string& event,
        const std::string& detail,
        const Address& token,
        const std::string& text
    ) {
        list_.add_valued(
            {.market = market_, .market_name = name_, .log = log_},
            {.event = event, .detail = detail, .token = token, .account = {}, .value = {}},
            text
        );
    }

    protocol::ActivityList& list_;
    MarketId market_;
    const std::string& name_;
    const eth::Log& log_;
};

}  // namespace

std::span<const protocol::ToldEvent> folded_activities() {
    return kFolded;
}

std::span<const protocol::ToldEvent> other_activities() {
    return kOthers;
}

void Markets::take_absorption(
    const protocol::ActivityPlace& place, const U256& collateral_base, protocol::ActivityList& list
) const {
    const auto event = events::AbsorbDebt::decode(place.log);
    if (!event) {
        return;  // The fold says so.
    }
    const Configuration* known = tables_.configurations.find({place.market});
    const Address base = known == nullptr ? Address{} : known->base_token;
    const auto told = kFoldedAbsorption.tell(place.log);
    Activity activity{
        .event = "liquidation",
        .detail = {},
        .token = base,
        .account = event->get<"borrower">(),
        .value = {}
    };
    list.add(place, activity, told->text, base, event->get<"basePaidOut">());
    // What was still owed when all collateral was taken: nobody pays it but the reserves.
    if (const auto left = checked_sub(event->get<"usdValue">(), collateral_base);
        left && !left->is_zero()) {
        activity.event = "bad_debt";
        const auto value = Decimal::of(*left, base_currency(place.market).decimals);
        activity.value =
            value ? Figure<Decimal>::of(*value)
                  : Figure<Decimal>::without(FigureStatus::kError, "the value is out of range");
        list.add_valued(place, activity, "the absorption leaves bad debt: " + told->text);
    }
}

void Markets::take_activities(
    const eth::Block& block, MarketId market, protocol::ActivityList& list
) const {
    const MarketConfig& of = config(market);
    const Address governor = tables_.governors.of(market);
    Absorption absorption;
    for (std::size_t i = 0; list.takes() && i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if ((log.address != of.comet && log.address != governor) || log.topics.empty()) {
            continue;
        }
        const protocol::ActivityPlace place{.market = market, .market_name = of.name, .log = log};
        if (log.address != of.comet) {
            const auto events = protocol::timelock::activities();
            if (const auto* told = protocol::find_told(events, log.topics[0])) {
                list.add(place, *told, false, protocol::timelock::roles_in(log));
            }
        } else if (events::AbsorbCollateral::matches(log)) {
            absorption.note(log);
            take_seizure(place, base_currency(market).decimals, list);
        } else if (events::AbsorbDebt::matches(log)) {
            take_absorption(place, absorption.taken_of(log), list);
        } else if (const auto* folded = protocol::find_told(folded_activities(), log.topics[0])) {
            list.add(place, *folded, true);
        } else if (const auto* other = protocol::find_told(other_activities(), log.topics[0])) {
            list.add(place, *other, false);
        }
    }
}

void Markets::take_changes(
    const eth::Block& block,
    MarketId market,
    const Configuration& before,
    protocol::ActivityList& list
) const {
    const MarketConfig& of = config(market);
    const Configuration* after = tables_.configurations.find({market});
    const MarketRow* row = tables_.markets.find({market});
    if (after == nullptr || row == nullptr || row->configuration_unread || *after == before) {
        return;
    }
    for (std::size_t i = block.logs.size(); i-- > 0;) {
        const eth::Log log = block.logs[i];
        if (log.address == of.comet && events::Upgraded::matches(log)) {
            Changes(list, market, of.name, log).tell(before, *after);
            return;
        }
    }
}

Figure<Decimal> Markets::value_of(MarketId market, const U256& amount, protocol::At at) const {
    const Valuation valuation(tables_, market, at, protocol::Trust::kWithhold);
    if (!valuation.usable().ok()) {
        return withheld<Decimal>(valuation.usable());
    }
    const Configuration& of = valuation.configuration();
    const Figure<U256> price = valuation.price(of.base_price_feed);
    return protocol::value_at(
        price.ok()
            ? Figure<protocol::UnitPrice>::of({.price = price.value, .unit = U256(of.base_scale)})
            : withheld<protocol::UnitPrice>(price),
        amount,
        base_currency(market).decimals
    );
}

}  // namespace faultline::compound_v3
