// SPDX-License-Identifier: Apache-2.0
// The part of the fold that turns signals into alert transitions.
#include "engine/account_signals.hpp"
#include "engine/change_effects.hpp"
#include "engine/explanation.hpp"
#include "engine/signal_verdict.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/text_template.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/position_signals.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::string_view kHealthSignals[] = {
    "accounts_liquidatable", "bad_debt_value", "liquidatable_debt_value"
};

}  // namespace

bool Fold::reads_health() const {
    return position_signals_.counts() ||
           std::ranges::any_of(kHealthSignals, [this](std::string_view name) {
               return signal_rules_.reads(name);
           });
}

void Fold::read_signals(const eth::Block& block, const Outcome& outcome) {
    const auto tip = [this]() -> std::optional<protocol::At> {
        return this->tip() ? std::optional(at()) : std::nullopt;
    };
    activity_.took(
        outcome.incidents, change_effects(ledger_, protocols_, outcome.incidents, tip), block
    );
    movers_.took(graph_.moves(), outcome.incidents, block);
    market_signals_.saw(protocols_, at());
    graph_signals_.saw(block.ref().number, graph_.edges(), [this] { return graph_.snapshot(); });
    take_signals(
        outcome.evaluated,
        {.time = block.header.timestamp, .number = block.ref().number},
        SignalRules::Recording::kYes
    );
}

void Fold::take_signals(
    const EvaluationCounts& counts, const signals::At& at, SignalRules::Recording recording
) {
    const MarketSignals::Source source{
        .protocols = protocols_, .activity = activity_, .valued = counts.markets, .at = this->at()
    };
    signal_rules_.take(
        [&](const signals::Visit& visit) {
            market_signals_.each(source, signal_rules_, visit);
            position_signals_.each(
                {.protocols = protocols_,
                 .wanted = signal_rules_,
                 .valued = counts.markets,
                 .at = source.at},
                visit
            );
            say_accounts(
                {.protocols = protocols_,
                 .rules = signal_rules_.rules(),
                 .wanted = signal_rules_,
                 .at = source.at},
                visit
            );
            graph_signals_.now([this] { return graph_.snapshot(); }, visit);
        },
        at,
        recording
    );
}

void Fold::evaluate_signals(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    Explanation explanation(
        {.protocols = protocols_,
         .prices = market_signals_,
         .movers = movers_,
         .at = at(),
         .graph =
             [this] {
                 return graph_signals_.labelled(graph_.snapshot());
             }}
    );
    const SignalAlerts of{
        .rules = signal_rules_,
        .book = book_,
        .chain_name = options_.chain_name,
        .more = [this](const signals::Row& row) { return last_activity(row); },
        .followed =
            [this](const signals::Labels& labels) {
                const auto protocol = labels.find("protocol");
                const auto market = labels.find("market");
                return protocol == labels.end() || market == labels.end() ||
                       protocols_.find(protocol->second, market->second).has_value();
            },
        .news = [this](const signals::Row& row) { return !new_changes(row).empty(); },
        .saw = [this](SignalRules::Index rule, bool figure) { signal_rules_.saw(rule, figure); },
        .explain =
            [&explanation](
                const rules::SignalRule& rule,
                const signals::Row& row,
                alerts::Transition& transition
            ) {
                explanation.of_row(rule, row, transition);
            }
    };
    observe_signals(of, block, occurrence, outcome);
}

std::optional<ActivityRow> Fold::activity_of(const signals::Labels& labels) const {
    const auto event = labels.find("event");
    const auto detail = labels.find("detail");
    const auto protocol = labels.find("protocol");
    const auto market = labels.find("market");
    const auto end = labels.end();
    if (event == end || detail == end || protocol == end || market == end) {
        return std::nullopt;
    }
    const auto id = protocols_.find(protocol->second, market->second);
    return id ? std::optional(activity_.of(*id, {.event = event->second, .detail = detail->second}))
              : std::nullopt;
}

std::vector<std::string> Fold::new_changes(const signals::Row& row) const {
    std::vector<std::string> out;
    for (const signals::Signal& signal : row.inputs) {
        const auto event = signal.labels.find("event");
        const auto activity = event != signal.labels.end() && is_change(event->second)
                                  ? activity_of(signal.labels)
                                  : std::nullopt;
        for (std::size_t i = 0; activity && i < activity->newest.size(); ++i) {
            const ActivityText& one = activity->newest[i];
            if (one.block == tip()->ref && std::ranges::find(out, one.text) == out.end()) {
                out.push_back(one.text);
            }
        }
    }
    return out;
}

std::string Fold::last_activity(const signals::Row& row) const {
    const std::vector<std::string> changes = new_changes(row);
    if (changes.size() > 1) {
        // An enemy would let a harmless one follow that which matters.
        const std::size_t shown = std::min(changes.size(), ActivityLog::kNewest);
        std::string out = "; the last " + std::to_string(shown);
        for (std::size_t i = 0; i < shown; ++i) {
            out += (i == 0 ? ": " : "; ") + changes[i];
        }
        return out;
    }
    if (changes.size() == 1) {
        return "; the last: " + changes.front();
    }
    const auto activity = activity_of(row.labels);
    return !activity || activity->newest.empty() ? std::string()
                                                 : "; the last: " + activity->newest.back().text;
}

std::string Fold::describe_signals(const alerts::AlertKey& key) const {
    const auto index = signal_rules_.find(key.rule);
    if (!index) {
        return "its rule is no longer configured";
    }
    const rules::SignalRule& rule = signal_rules_.rules()[*index];
    const auto none = [](const signals::Row&) {
        return false;
    };
    for (const signals::Row& row : signal_rules_.evaluate(*index, none)) {
        if (key_of(key.rule, row.labels) == key) {
            return rules::describe(rule, row.value, verdict_of(rule, row));
        }
    }
    return rule.what + ": there is no figure now";
}

}  // namespace faultline::engine
