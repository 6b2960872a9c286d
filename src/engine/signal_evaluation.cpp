// SPDX-License-Identifier: Apache-2.0
// The part of the fold that turns signals into alert transitions.
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
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using rules::Verdict;

constexpr std::string_view kHealthSignals[] = {
    "accounts_liquidatable", "bad_debt_value", "liquidatable_debt_value"
};

alerts::AlertKey key_of(const Hash32& rule, const signals::Labels& labels) {
    return {
        .rule = rule,
        .market = alerts::kNoMarket,
        .account = {},
        .part = eth::keccak256(std::string_view(signals::text({}, labels)))
    };
}

/// "aave_v3/core, token 0x…": what a row is about, for people.
std::string subject(const signals::Labels& labels) {
    std::string out;
    const auto find = [&labels](const char* name) {
        const auto found = labels.find(name);
        return found == labels.end() ? std::string() : found->second;
    };
    const std::string protocol = find("protocol");
    const std::string market = find("market");
    out = protocol + (protocol.empty() || market.empty() ? "" : "/") + market;
    for (const auto& [name, value] : labels) {
        const bool said = name == "protocol" || name == "market" || name == "currency" ||
                          name == "event" || value.empty();
        if (!said) {
            out += (out.empty() ? "" : ", ") + name + " " + value;
        }
    }
    return out;
}

void count(EvaluationCounts& counts, FigureStatus status, bool breach) {
    switch (status) {
        case FigureStatus::kValue:
            ++(breach ? counts.firing : counts.ok);
            return;
        case FigureStatus::kNoData:
            ++counts.no_data;
            return;
        case FigureStatus::kStale:
            ++counts.stale;
            return;
        case FigureStatus::kError:
            ++counts.error;
            return;
    }
}

alerts::Observation observation_of(
    const rules::SignalRule& rule, const signals::Row& row, Verdict verdict, UnixSeconds now
) {
    alerts::Observation out;
    out.rule = rule.terms.name;
    out.severity = rule.terms.severity;
    out.patience = rule.terms.patience_at(now);
    out.wait_for = rule.terms.wait_for;
    out.verdict = verdict;
    out.runbook = rule.terms.runbook;
    out.group = rule.terms.group;
    out.inputs = inputs_of(row);
    if (row.value.ok()) {
        out.figures["figure"] = row.value.value.text();
    }
    if (rule.limit) {
        out.figures["threshold"] = rule.limit->at.text();
        out.figures["resolve_at"] = rule.limit->resolve_at.text();
    }
    const std::string about = subject(row.labels);
    const std::string words = rules::describe(rule, row.value, verdict);
    if (rule.terms.summary.empty() || verdict != Verdict::kBreach) {
        out.summary = about.empty() ? words : about + ": " + words;
        return out;
    }
    std::map<std::string, std::string> values(row.labels.begin(), row.labels.end());
    values["rule"] = rule.terms.name;
    values["severity"] = rules::severity_name(rule.terms.severity);
    values["figure"] = row.value.ok() ? rules::figure_text(rule, row.value.value)
                                      : std::string(figure_status_name(row.value.status));
    values["threshold"] = rule.limit ? rules::figure_text(rule, rule.limit->at) : "";
    values["what"] = words;
    out.summary = rules::expand(rule.terms.summary, values);
    return out;
}

}  // namespace

bool Fold::reads_health() const {
    return std::ranges::any_of(kHealthSignals, [this](std::string_view name) {
        return signal_rules_.reads(name);
    });
}

void Fold::read_signals(const eth::Block& block, const Outcome& outcome) {
    activity_.took(outcome.incidents, block);
    market_signals_.saw(protocols_, at());
    graph_signals_.saw(block.ref().number, [this] { return graph_.snapshot(); });
    take_signals(
        outcome.evaluated,
        {.time = block.header.timestamp, .number = block.ref().number},
        SignalRules::Recording::kYes
    );
}

void Fold::take_signals(
    const EvaluationCounts& counts, const signals::At& at, SignalRules::Recording recording
) {
    std::vector<HealthOf> healths;
    if (reads_health()) {
        for (const MarketValued& one : counts.markets) {
            healths.push_back({.sums = one.sums, .indebted = one.indebted, .unvalued = one.unvalued}
            );
        }
    }
    const MarketSignals::Source source{
        .protocols = protocols_, .activity = activity_, .healths = healths, .at = this->at()
    };
    signal_rules_.take(
        [&](const signals::Visit& visit) {
            market_signals_.each(source, signal_rules_, visit);
            graph_signals_.each(visit);
        },
        at,
        recording
    );
}

void Fold::evaluate_signals(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    read_signals(block, outcome);
    std::map<Hash32, std::set<alerts::AlertKey>> open;
    for (const alerts::AlertKey& key : book_.rows().sorted_keys()) {
        if (key.market == alerts::kNoMarket) {
            open[key.rule].insert(key);
        }
    }
    std::set<SignalRules::Index> rules = signal_rules_.due();
    for (std::size_t i = 0; !open.empty() && i < signal_rules_.rules().size(); ++i) {
        const auto index = static_cast<SignalRules::Index>(i);
        if (open.contains(signal_rules_.id(index))) {
            rules.insert(index);
        }
    }
    for (const SignalRules::Index index : rules) {
        observe_rows(index, open[signal_rules_.id(index)], block, occurrence, outcome);
    }
}

void Fold::observe_rows(
    SignalRules::Index index,
    std::set<alerts::AlertKey> open,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    const rules::SignalRule& rule = signal_rules_.rules()[index];
    const auto observe = [&](const alerts::AlertKey& key,
                             const signals::Row& row,
                             Verdict verdict,
                             std::string summary) {
        alerts::Observation observation =
            observation_of(rule, row, verdict, block.header.timestamp);
        observation.key = key;
        observation.labels = alert_labels(rule.terms, row.labels);
        observation.summary =
            summary.empty() ? observation.summary + last_activity(row) : std::move(summary);
        if (auto transition = book_.observe(observation, block)) {
            transition->occurrence = occurrence;
            outcome.transitions.push_back(*std::move(transition));
        }
    };
    for (const signals::Row& row : signal_rules_.evaluate(index)) {
        const Verdict verdict = verdict_of(rule, row);
        count(outcome.evaluated, row.value.status, verdict == Verdict::kBreach);
        if (verdict != Verdict::kBreach && open.empty()) {
            continue;
        }
        const alerts::AlertKey key = key_of(signal_rules_.id(index), row.labels);
        const bool is_open = open.erase(key) > 0;
        const bool silent = !row.value.ok() && verdict == Verdict::kHold;
        if ((verdict == Verdict::kBreach || is_open) && !silent) {
            observe(key, row, verdict, {});
        }
    }
    if (signal_rules_.absence(index) == signals::Absence::kNoData) {
        return;
    }
    for (const alerts::AlertKey& key : open) {
        signals::Row gone;
        for (const alerts::LabelText& label : book_.rows().find(key)->labels) {
            gone.labels[label.name] = label.value;
        }
        observe(key, gone, Verdict::kClear, rule.what + ": there is none any more");
    }
}

std::map<std::string, std::string> Fold::alert_labels(
    const rules::Terms& terms, const signals::Labels& labels
) const {
    std::map<std::string, std::string> out{{"chain", options_.chain_name}};
    out.insert(labels.begin(), labels.end());
    out.insert(terms.labels.begin(), terms.labels.end());
    return out;
}

std::string Fold::last_activity(const signals::Row& row) const {
    const auto event = row.labels.find("event");
    const auto detail = row.labels.find("detail");
    const auto protocol = row.labels.find("protocol");
    const auto market = row.labels.find("market");
    const auto end = row.labels.end();
    if (event == end || detail == end || protocol == end || market == end) {
        return {};
    }
    const auto id = protocols_.find(protocol->second, market->second);
    if (!id) {
        return {};
    }
    const ActivityRow activity =
        activity_.of(*id, {.event = event->second, .detail = detail->second});
    return activity.newest.empty() ? std::string() : "; the last: " + activity.newest.back().text;
}

std::string Fold::describe_signals(const alerts::AlertKey& key) const {
    const rules::SignalRule* rule = signal_rules_.with_id(key.rule);
    if (rule == nullptr) {
        return "its rule is no longer configured";
    }
    for (std::size_t i = 0; i < signal_rules_.rules().size(); ++i) {
        const auto index = static_cast<SignalRules::Index>(i);
        if (signal_rules_.id(index) != key.rule) {
            continue;
        }
        for (const signals::Row& row : signal_rules_.evaluate(index)) {
            if (key_of(key.rule, row.labels) == key) {
                return rules::describe(*rule, row.value, verdict_of(*rule, row));
            }
        }
    }
    return rule->what + ": there is no figure now";
}

}  // namespace faultline::engine
