// SPDX-License-Identifier: Apache-2.0
// Who moved most of what an alert over a window is about.
#include "engine/contributors.hpp"
#include "engine/explanation.hpp"
#include "engine/part_labels.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/movers.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

/// The longest window over the signal; nullopt: there is none.
std::optional<signals::Range> window_over(
    const rules::SignalRule& rule, const signals::Signal& signal
) {
    std::optional<signals::Range> longest;
    for (const signals::Selector& selector : rule.measure.selectors()) {
        const bool reads =
            selector.name == signal.name && signals::matches(selector.matchers, signal.labels);
        if (reads && selector.range && (!longest || longest->length < selector.range->length)) {
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
    const auto found =
        std::ranges::find_if(market.parts, [&](const auto& part) { return are_of(labels, part); });
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

/// Moves of a row's signals in one currency, each kind of a part once, by who made them.
struct Explanation::Moves {
    std::string unit;
    std::set<std::tuple<protocol::MarketId, Moved, Hash32>> seen;
    std::map<std::pair<std::string, std::vector<std::string>>, Decimal> sums;  ///< By is and path.
};

void Explanation::add_movers(
    const rules::SignalRule& rule,
    const signals::Row& row,
    const signals::Signal& of,
    alerts::Transition& transition
) {
    Moves moves;
    for (const signals::Signal& input : row.inputs) {
        if (input.name == of.name) {
            sum_moves(rule, input, moves);
        }
    }
    Largest largest;
    for (const auto& [who, value] : moves.sums) {
        if (!value.is_zero()) {
            largest.add(
                value.magnitude(),
                {.is = who.first, .path = who.second, .unit = moves.unit, .value = value.text()}
            );
        }
    }
    largest.tell(transition.contributors);
}

void Explanation::sum_moves(
    const rules::SignalRule& rule, const signals::Signal& of, Moves& moves
) {
    const auto window = window_over(rule, of);
    const auto market =
        source_.protocols.find(label_of(of.labels, "protocol"), label_of(of.labels, "market"));
    if (!window || !market) {
        return;
    }
    const protocol::Protocol& protocol = source_.protocols.of(*market);
    const protocol::BaseCurrency currency = protocol.base_currency(*market);
    if (!moves.seen.empty() && moves.unit != currency.symbol) {
        return;
    }
    for (const Told& one : moves_of(of)) {
        const bool of_market = one.moved == Moved::kLiquidated;
        const bool valued = of_market || one.moved == Moved::kSeized;
        const auto* const part = of_market ? nullptr : part_of(exposure(*market), of.labels);
        if (!of_market && part == nullptr) {
            continue;
        }
        const Hash32 id = of_market ? Hash32() : part->part;
        if (!moves.seen.emplace(*market, one.moved, id).second) {
            continue;
        }
        moves.unit = currency.symbol;
        for (const Movers::Sum& sum : source_.movers.within(
                 *market, one.moved, id, *window, source_.at.number, source_.at.timestamp
             )) {
            const auto base =
                valued ? std::optional(sum.amount) : worth_of_moved(one.moved, *part, sum.amount);
            const auto value =
                base ? Decimal::of(*base, valued ? Decimal::kPlaces : currency.decimals)
                     : std::nullopt;
            if (value) {
                Decimal& all = moves.sums[{one.is, ids_of(protocol, sum.holder)}];
                all = add(all, *value).value_or(all);
            }
        }
    }
}

}  // namespace faultline::engine
