// SPDX-License-Identifier: Apache-2.0
#include "engine/explanation.hpp"

#include "engine/contributors.hpp"
#include "engine/part_labels.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/graph_signals.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/movers.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using alerts::Contributor;
using protocol::MarketId;

constexpr std::string_view kUsd = "USD";

std::string decimal_text(const U256& base, const protocol::BaseCurrency& currency) {
    const auto value = Decimal::of(base, currency.decimals);
    return value ? value->text() : base.to_string();
}

/// "token:0x…", or the name of a part whose token no row tells.
std::string id_of(const protocol::PartExposure& part, const protocol::PartSide& side) {
    if (side.token.is_zero() && !part.name.empty()) {
        return "part:" + part.name;
    }
    return graph::node_id(graph::NodeKey::of(graph::NodeKind::kToken, side.token), "");
}

const char* name_of(protocol::LegSide side) {
    switch (side) {
        case protocol::LegSide::kSupplied:
            return "supplied";
        case protocol::LegSide::kCollateral:
            return "collateral";
        case protocol::LegSide::kDebt:
            return "debt";
    }
    return "supplied";
}

/// How much a position adds to a sum over positions; nullopt: nothing.
std::optional<U256> adds(std::string_view sum, const protocol::PositionHealth& health) {
    if (sum == "bad_debt_value") {
        const auto bad = checked_sub(health.debt_base, health.collateral_base);
        return bad && !bad->is_zero() ? bad : std::nullopt;
    }
    return health.health_factor_wad < wad() ? std::optional(health.debt_base) : std::nullopt;
}

std::optional<graph::Concentrated> concentrated(std::string_view of) {
    if (of == "suppliers") {
        return graph::Concentrated::kSuppliers;
    }
    if (of == "borrowers") {
        return graph::Concentrated::kBorrowers;
    }
    return of == "collateral" ? std::optional(graph::Concentrated::kCollateralTokens)
                              : std::nullopt;
}

/// Of a node that only amounts name, what its key tells.
std::string id_of(const graph::Snapshot& snapshot, const graph::NodeKey& key) {
    const auto place = snapshot.find(key);
    return place ? snapshot.nodes[*place].id : graph::node_id(key, "");
}

}  // namespace

Explanation::Explanation(Source source) : source_(std::move(source)) {}

const graph::LookThrough& Explanation::graph() {
    if (!graph_) {
        snapshot_ = source_.graph();
        graph_.emplace(*snapshot_);
    }
    return *graph_;
}

const protocol::MarketExposure& Explanation::exposure(MarketId market) {
    const auto found = exposures_.find(market);
    return found != exposures_.end()
               ? found->second
               : exposures_
                     .emplace(market, source_.protocols.of(market).exposure(market, source_.at))
                     .first->second;
}

void Explanation::of_row(
    const rules::SignalRule& rule, const signals::Row& row, alerts::Transition& transition
) {
    for (const signals::Signal& input : row.inputs) {
        add_prices(input.labels, transition);
    }
    add_prices(row.labels, transition);
    // Of an expression over several kinds of sums, the first is told.
    for (const signals::Signal& input : row.inputs) {
        if (input.name == "exposure") {
            add_paths(input.labels, transition);
        } else if (input.name.starts_with("concentration_")) {
            add_largest(input.labels, transition);
        } else if (input.name == "bad_debt_value" || input.name == "liquidatable_debt_value" ||
                   input.name == "accounts_liquidatable") {
            add_positions(input, transition);
        } else {
            add_movers(rule, row, input, transition);
        }
        if (!transition.contributors.empty()) {
            return;
        }
    }
}

void Explanation::of_position(
    MarketId market, const protocol::Holder& holder, alerts::Transition& transition
) {
    const protocol::Protocol& protocol = source_.protocols.of(market);
    const protocol::BaseCurrency currency = protocol.base_currency(market);
    const protocol::MarketExposure& of = exposure(market);
    Largest largest;
    for (const protocol::Leg& leg : protocol.legs(market, holder)) {
        const auto part = std::ranges::find(of.parts, leg.part, &protocol::PartExposure::part);
        if (part == of.parts.end()) {
            continue;
        }
        add_price(market, *part, transition);
        const auto& side = leg.side == protocol::LegSide::kDebt ? part->owed : part->claims;
        if (const auto worth = worth_of(leg, side)) {
            largest.add(
                *worth,
                {.is = name_of(leg.side),
                 .path = {id_of(*part, side)},
                 .unit = currency.symbol,
                 .value = decimal_text(*worth, currency)}
            );
        }
    }
    largest.tell(transition.contributors);
}

/// The ways by which most of it comes about. What is exposed directly has no way to tell.
void Explanation::add_paths(const signals::Labels& exposure, alerts::Transition& transition) {
    const auto from = graph::node_of_id(label_of(exposure, "from"));
    const auto to = graph::node_of_id(label_of(exposure, "to"));
    if (!from || !to || label_of(exposure, "through") != "look_through" || pathed_ >= kMostPathed) {
        return;
    }
    ++pathed_;
    const graph::LookThrough& look = graph();
    const auto begin = look.snapshot().find(*from);
    if (!begin) {
        return;
    }
    graph::PathLimits limits;
    limits.paths = kMost;
    limits.visits = kVisits;
    limits.following.claimed = label_of(exposure, "claimed") != "false";
    for (const graph::Path& path : look.paths(*begin, *to, limits).paths) {
        Contributor one{
            .is = "path", .path = {}, .unit = std::string(kUsd), .value = graph::usd_text(path.usd)
        };
        for (const graph::Step& step : path.steps) {
            one.path.push_back(id_of(look.snapshot(), step.node));
        }
        transition.contributors.push_back(std::move(one));
    }
}

void Explanation::add_largest(
    const signals::Labels& concentration, alerts::Transition& transition
) {
    const auto what = concentrated(label_of(concentration, "of"));
    const graph::LookThrough& look = graph();
    const auto market = market_of(look.snapshot(), concentration);
    if (!what || !market) {
        return;
    }
    const auto holders = graph::concentration(look, *market, *what).holders;
    for (std::size_t i = 0; i < std::min(holders.size(), kMost); ++i) {
        transition.contributors.push_back(
            {.is = "holder",
             .path = {id_of(look.snapshot(), holders[i].node)},
             .unit = std::string(kUsd),
             .value = graph::usd_text(holders[i].usd)}
        );
    }
}

void Explanation::add_positions(const signals::Signal& of, alerts::Transition& transition) const {
    const auto market =
        source_.protocols.find(label_of(of.labels, "protocol"), label_of(of.labels, "market"));
    if (!market) {
        return;
    }
    const protocol::Protocol& protocol = source_.protocols.of(*market);
    const protocol::BaseCurrency currency = protocol.base_currency(*market);
    Largest largest;
    protocol.health(*market, source_.at)
        ->each_indebted([&](const protocol::Holder& holder,
                            const Figure<protocol::PositionHealth>& health) {
            const auto worth = health.ok() ? adds(of.name, health.value) : std::nullopt;
            if (worth) {
                largest.add(
                    *worth,
                    {.is = "position",
                     .path = ids_of(protocol, holder),
                     .unit = currency.symbol,
                     .value = decimal_text(*worth, currency)}
                );
            }
        });
    largest.tell(transition.contributors);
}

/// Of the token that they name, in the market that they name, or in each that has it.
void Explanation::add_prices(const signals::Labels& of, alerts::Transition& transition) {
    if (label_of(of, "token").empty() && label_of(of, "part").empty()) {
        return;
    }
    const auto named = source_.protocols.find(label_of(of, "protocol"), label_of(of, "market"));
    for (std::size_t i = 0; i < source_.protocols.markets(); ++i) {
        const auto market = static_cast<MarketId>(i);
        if (named && *named != market) {
            continue;
        }
        for (const protocol::PartExposure& part : exposure(market).parts) {
            if (are_of(of, part)) {
                add_price(market, part, transition);
            }
        }
    }
}

void Explanation::add_price(
    MarketId market, const protocol::PartExposure& part, alerts::Transition& transition
) const {
    const auto since = source_.prices.price_since(market, part.part);
    if (!since || transition.price_ages.size() >= kMostPrices) {
        return;
    }
    alerts::PriceAge age{
        .protocol = std::string(source_.protocols.of(market).name(market)),
        .market = source_.protocols.label(market).name,
        .of = id_of(part, part.claims),
        .unchanged_s = source_.at.timestamp.value - since->value
    };
    if (std::ranges::find(transition.price_ages, age) == transition.price_ages.end()) {
        transition.price_ages.push_back(std::move(age));
    }
}

}  // namespace faultline::engine
