// SPDX-License-Identifier: Apache-2.0
// Who moved most of what an alert over a window is about.
#include "engine/contributors.hpp"
#include "engine/explanation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/movers.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::engine {
namespace {

/// The longest window over signals of that name; nullopt: there is none.
std::optional<signals::Range> window_over(const rules::SignalRule& rule, std::string_view name) {
    std::optional<signals::Range> longest;
    for (const signals::Selector& selector : rule.measure.selectors()) {
        if (selector.name == name && selector.range &&
            (!longest || longest->length < selector.range->length)) {
            longest = selector.range;
        }
    }
    return longest;
}

/// One kind of moves that a signal is made of.
struct Told {
    Moved moved;
    const char* is;
};

/// What makes a window over that signal fall, or an amount of liquidations rise.
std::vector<Told> moves_of(const signals::Signal& signal) {
    if (signal.name == "supplied" || signal.name == "supplied_value") {
        return {{.moved = Moved::kLeft, .is = "left"}};
    }
    if (signal.name == "liquidity" || signal.name == "liquidity_value") {
        return {
            {.moved = Moved::kLeft, .is = "left"}, {.moved = Moved::kBorrowed, .is = "borrowed"}
        };
    }
    if (signal.name == "seizures" || signal.name == "seized_value") {
        return {{.moved = Moved::kSeized, .is = "liquidated"}};
    }
    const bool liquidations = (signal.name == "events" || signal.name == "events_value") &&
                              label_of(signal.labels, "event") == "liquidation";
    return liquidations ? std::vector<Told>{{.moved = Moved::kLiquidated, .is = "liquidated"}}
                        : std::vector<Told>{};
}

/// The part that labels of a market's signal name; nullptr: none.
const protocol::PartExposure* part_of(
    const protocol::MarketExposure& market, const signals::Labels& labels
) {
    const std::string token = label_of(labels, "token");
    const std::string name = label_of(labels, "part");
    const auto found = std::ranges::find_if(market.parts, [&](const auto& part) {
        const bool same_token = token.empty() || part.claims.token.hex() == token;
        return same_token && (part.name.empty() || name.empty() || part.name == name);
    });
    return found == market.parts.end() ? nullptr : &*found;
}

/// Worth of moved units of legs; nullopt where the part has no price.
std::optional<U256> worth_of_moved(
    Moved moved, const protocol::PartExposure& part, const U256& units
) {
    const bool owed = moved == Moved::kBorrowed;
    return worth_of(
        protocol::Leg{
            .part = part.part,
            .side = owed ? protocol::LegSide::kDebt : protocol::LegSide::kSupplied,
            .units = units
        },
        owed ? part.owed : part.claims
    );
}

}  // namespace

void Explanation::add_movers(
    const rules::SignalRule& rule, const signals::Signal& of, alerts::Transition& transition
) {
    const auto window = window_over(rule, of.name);
    const std::vector<Told> told = moves_of(of);
    const auto market =
        source_.protocols.find(label_of(of.labels, "protocol"), label_of(of.labels, "market"));
    if (!window || told.empty() || !market) {
        return;
    }
    const protocol::Protocol& protocol = source_.protocols.of(*market);
    const protocol::BaseCurrency currency = protocol.base_currency(*market);
    Largest largest;
    for (const Told& one : told) {
        const bool of_market = one.moved == Moved::kLiquidated;
        const bool valued = of_market || one.moved == Moved::kSeized;
        const auto* const part = of_market ? nullptr : part_of(exposure(*market), of.labels);
        if (!of_market && part == nullptr) {
            continue;
        }
        for (const Movers::Sum& sum : source_.movers.within(
                 *market,
                 one.moved,
                 of_market ? Hash32() : part->part,
                 *window,
                 source_.at.number,
                 source_.at.timestamp
             )) {
            const auto base =
                valued ? std::optional(sum.amount) : worth_of_moved(one.moved, *part, sum.amount);
            const auto value =
                base ? Decimal::of(*base, valued ? Decimal::kPlaces : currency.decimals)
                     : std::nullopt;
            if (value && !value->is_zero()) {
                largest.add(
                    value->magnitude(),
                    {.is = one.is,
                     .path = ids_of(protocol, sum.holder),
                     .unit = currency.symbol,
                     .value = value->text()}
                );
            }
        }
    }
    largest.tell(transition.contributors);
}

}  // namespace faultline::engine
