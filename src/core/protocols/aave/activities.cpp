// SPDX-License-Identifier: Apache-2.0
// What happens in a market, for rules to count: taken from logs beside the fold, without rows.
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/followed.hpp"
#include "core/protocols/aave/told_events.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/access_control.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::aave {
namespace {

using protocol::ToldEvent;

constexpr std::size_t kWord = 32;

std::string bps_text(std::uint64_t value) {
    return std::to_string(value) + " bps";
}

/// What rows of one market say a parameter was, where the event does not.
class Before {
  public:
    Before(const Tables& tables, MarketId market) : tables_(tables), market_(market) {}

    /// Empty: the event says it itself, the rows do not know, or this block changed it already.
    std::string of(const eth::Log& log) {
        using namespace events;
        return of_reserve<CollateralConfigurationChanged>(
                   log,
                   [](const ReserveRow& row) {
                       return "ltv " + bps_text(row.config.ltv_bps) + ", liquidationThreshold " +
                              bps_text(row.config.liquidation_threshold_bps) +
                              ", liquidationBonus " + bps_text(row.config.liquidation_bonus_bps);
                   }
               ) +
               of_reserve<v2::ReserveFactorChanged>(
                   log,
                   [](const ReserveRow& row) { return bps_text(row.config.reserve_factor_bps); }
               ) +
               of_reserve<v2::ReserveInterestRateStrategyChanged>(
                   log, [](const ReserveRow& row) { return row.strategy.hex(); }
               ) +
               of_reserve<LiquidationGracePeriodChanged>(
                   log,
                   [](const ReserveRow& row) {
                       return std::to_string(row.config.liquidation_grace_until_s);
                   }
               ) +
               of_emode(log);
    }

  private:
    bool first(const eth::Log& log) {
        return changed_.insert({log.topics[0], log.topics[1]}).second;
    }

    template <class Event, class Text>
    std::string of_reserve(const eth::Log& log, const Text& text) {
        if (!Event::matches(log)) {
            return {};
        }
        const auto event = Event::decode(log);
        const ContractRow* asset =
            event ? tables_.contracts.find(
                        {.market = market_, .address = event->template get<"asset">()}
                    )
                  : nullptr;
        const ReserveRow* row =
            asset == nullptr
                ? nullptr
                : tables_.reserves.find({.market = market_, .reserve = asset->reserve});
        return row == nullptr || !first(log) ? std::string() : "; was " + text(*row);
    }

    std::string of_emode(const eth::Log& log) {
        if (!events::EModeCategoryAdded::matches(log)) {
            return {};
        }
        const auto event = events::EModeCategoryAdded::decode(log);
        const EModeRow* row =
            event ? tables_.emodes.find(
                        {.market = market_,
                         .category = static_cast<std::uint8_t>(event->get<"categoryId">())}
                    )
                  : nullptr;
        return row == nullptr || !first(log)
                   ? std::string()
                   : "; was ltv " + bps_text(row->ltv_bps) + ", liquidationThreshold " +
                         bps_text(row->liquidation_threshold_bps) + ", liquidationBonus " +
                         bps_text(row->liquidation_bonus_bps);
    }

    const Tables& tables_;
    MarketId market_;
    std::set<std::pair<Hash32, Hash32>> changed_;  ///< Event and asset or category.
};

/// InterestRateData of IDefaultInterestRateStrategyV2: four words in basis points.
std::string rate_data(const eth::Log& log) {
    constexpr std::array<const char*, 4> kNames{
        "optimalUsageRatio", "baseVariableBorrowRate", "variableRateSlope1", "variableRateSlope2"
    };
    const auto event = events::ReserveInterestRateDataChanged::matches(log)
                           ? events::ReserveInterestRateDataChanged::decode(log)
                           : Error(Code::kMissing, "");
    if (!event || event->get<"data">().size() != kNames.size() * kWord) {
        return {};
    }
    std::string out = ":";
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        out += std::string(i == 0 ? " " : ", ") + kNames[i] + " " +
               U256::from_be_bytes(event->get<"data">().subspan(i * kWord, kWord)).to_string() +
               " bps";
    }
    return out;
}

bool is_of(const MarketConfig& config, const MarketRow* row, const Address& emitter) {
    return emitter == config.pool || emitter == config.configurator ||
           emitter == config.addresses_provider ||
           emitter == (row == nullptr ? config.oracle : row->oracle);
}

const ToldEvent* find_other(const MarketConfig& config, const Hash32& topic0) {
    const ToldEvent* found = protocol::find_told(other_activities(), topic0);
    return found == nullptr && config.generation == Generation::kV2
               ? protocol::find_told(other_activities_of_v2(), topic0)
               : found;
}

/// The contracts that govern a market, zero where it has none or they are not known yet.
struct Governing {
    Address roles;     ///< ACLManager
    Address payloads;  ///< PayloadsController

    /// What one of them logs; nullptr: it is another's, or tells nothing.
    [[nodiscard]] const ToldEvent* find(const eth::Log& log) const {
        if (log.address == roles) {
            return protocol::find_told(protocol::access_control::activities(), log.topics[0]);
        }
        return log.address == payloads ? protocol::find_told(payload_activities(), log.topics[0])
                                       : nullptr;
    }

    [[nodiscard]] std::string more(const eth::Log& log) const {
        return log.address == roles ? acl_roles_in(log) : std::string();
    }
};

/// What a LiquidationCall took, whoever has it now: the underlying of an aToken counts as itself.
void take_seizure(const protocol::ActivityPlace& place, protocol::ActivityList& list) {
    if (!events::LiquidationCall::matches(place.log)) {
        return;
    }
    if (const auto event = events::LiquidationCall::decode(place.log)) {
        const Address& asset = event->get<"collateralAsset">();
        const U256& amount = event->get<"liquidatedCollateralAmount">();
        list.add(
            place,
            protocol::seizure(protocol::part_of_address(asset), asset, event->get<"user">()),
            "a liquidation of " + event->get<"user">().hex() + " takes " + amount.to_string() +
                " of " + asset.hex(),
            asset,
            amount
        );
    }
}

/// A log of one of the market's own contracts.
void take(
    const MarketConfig& config,
    Before& before,
    const protocol::ActivityPlace& place,
    protocol::ActivityList& list
) {
    const eth::Log& log = place.log;
    if (const ToldEvent* folded = protocol::find_told(folded_activities(), log.topics[0])) {
        ToldEvent event = *folded;
        if (oracle_named(config, log)) {
            event.event = "source_changed";
            event.detail = {};
        }
        list.add(place, event, true, before.of(log));
        take_seizure(place, list);
    } else if (const ToldEvent* other = find_other(config, log.topics[0])) {
        list.add(place, *other, false, rate_data(log));
    }
}

}  // namespace

void Followed::take_activities(const eth::Block& block, protocol::ActivityList& list) const {
    const Tables& tables = markets_.tables();
    for (std::size_t i = 0; list.takes() && i < markets_.configs().size(); ++i) {
        const MarketConfig& config = markets_.configs()[i];
        const auto market = static_cast<MarketId>(i);
        const MarketRow* row = tables.markets.find({market});
        Before before(tables, market);
        const Governing governing{
            .roles = tables.acl_managers.of(market),
            .payloads = tables.payloads_controllers.of(market)
        };
        for (std::size_t at = 0; at < block.logs.size(); ++at) {
            const eth::Log log = block.logs[at];
            if (log.topics.empty()) {
                continue;
            }
            const protocol::ActivityPlace place{
                .market = market, .market_name = config.name, .log = log
            };
            if (const ToldEvent* event = governing.find(log)) {
                list.add(place, *event, false, governing.more(log));
            } else if (is_of(config, row, log.address)) {
                take(config, before, place, list);
            }
        }
    }
}

Figure<Decimal> Followed::value_of(
    MarketId market, const Address& token, const U256& amount, protocol::At at
) const {
    const Tables& tables = markets_.tables();
    const ContractRow* asset = tables.contracts.find({.market = market, .address = token});
    const ReserveRow* row =
        asset == nullptr || asset->role != ContractRole::kAsset
            ? nullptr
            : tables.reserves.find({.market = market, .reserve = asset->reserve});
    if (row == nullptr) {
        return Figure<Decimal>::without(FigureStatus::kNoData, "an asset that was never listed");
    }
    const Valuation valuation(tables, market, at.number, at.timestamp);
    if (!valuation.usable().ok()) {
        return Figure<Decimal>::without(valuation.usable().status, valuation.usable().reason);
    }
    const Figure<U256> price = valuation.price(asset->reserve);
    return protocol::value_at(
        price.ok() ? Figure<protocol::UnitPrice>::of(
                         {.price = price.value, .unit = pow10(row->config.decimals)}
                     )
                   : Figure<protocol::UnitPrice>::without(price.status, price.reason),
        amount,
        base_currency(market).decimals
    );
}

}  // namespace faultline::aave
