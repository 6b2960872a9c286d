// SPDX-License-Identifier: Apache-2.0
#include "engine/signal_verdict.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/text_template.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/evaluation_counts.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using rules::Verdict;

/// "aave_v3/core, token 0x…": what a row is about, for people.
std::string subject(const signals::Labels& labels) {
    std::string out;
    const auto find = [&labels](const char* name) {
        const auto found = labels.find(name);
        return found == labels.end() ? std::string() : found->second;
    };
    if (labels.contains("from") && labels.contains("to")) {
        // The rest of an exposure's labels is what the rule asked.
        return find("from") + " on " + find("to");
    }
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

std::map<std::string, std::string> alert_labels(
    const SignalAlerts& of, const rules::Terms& terms, const signals::Labels& labels
) {
    std::map<std::string, std::string> out{{"chain", of.chain_name}};
    out.insert(labels.begin(), labels.end());
    out.insert(terms.labels.begin(), terms.labels.end());
    return out;
}

/// One rule at one block.
struct Judged {
    const SignalAlerts& of;
    SignalRules::Index index;
    const eth::Block& block;
    std::uint32_t occurrence;
    Outcome& outcome;

    [[nodiscard]] const rules::SignalRule& rule() const { return of.rules.rules()[index]; }
};

/// Without a summary of its own the alert has the rule's words.
void move_alert(
    const Judged& judged,
    const alerts::AlertKey& key,
    const signals::Row& row,
    Verdict verdict,
    std::string summary
) {
    const SignalAlerts& of = judged.of;
    const rules::SignalRule& rule = judged.rule();
    alerts::Observation observation =
        observation_of(rule, row, verdict, judged.block.header.timestamp);
    observation.key = key;
    observation.labels = alert_labels(of, rule.terms, row.labels);
    observation.summary = summary.empty() ? observation.summary + of.more(row) : std::move(summary);
    observation.news = of.news && of.news(row);
    if (auto transition = of.book.observe(observation, judged.block)) {
        transition->occurrence = judged.occurrence;
        if (of.explain && transition->kind == alerts::Kind::kFiring) {
            of.explain(rule, row, *transition);
        }
        judged.outcome.transitions.push_back(*std::move(transition));
    }
}

void count(EvaluationCounts& counts, const signals::Row& row, Verdict verdict) {
    if (verdict == Verdict::kBreach && row.value.ok()) {
        ++counts.firing;
    } else {
        counts.count(row.value.status);
    }
}

/// Takes the row's alert from `open`.
void observe_row(const Judged& judged, const signals::Row& row, std::set<alerts::AlertKey>& open) {
    const Verdict verdict = verdict_of(judged.rule(), row);
    count(judged.outcome.evaluated, row, verdict);
    if (verdict != Verdict::kBreach && open.empty()) {
        return;
    }
    const alerts::AlertKey key = key_of(judged.of.rules.id(judged.index), row.labels);
    const bool is_open = open.erase(key) > 0;
    const bool silent = !row.value.ok() && verdict == Verdict::kHold;
    if ((verdict == Verdict::kBreach || is_open) && !silent) {
        move_alert(judged, key, row, verdict, {});
    }
}

/// Alerts that have no row any more. `is_zero`: there is nothing of the kind now.
void observe_gone(const Judged& judged, const std::set<alerts::AlertKey>& open, bool is_zero) {
    const SignalAlerts& of = judged.of;
    for (const alerts::AlertKey& key : open) {
        signals::Row gone;
        const auto labels = alerts::labels_of(*of.book.rows().find(key));
        gone.labels.insert(labels.begin(), labels.end());
        const bool covered = of.rules.covers(judged.index, gone.labels) &&
                             (!of.followed || of.followed(gone.labels));
        if (!covered) {
            move_alert(judged, key, gone, Verdict::kClear, "the rule no longer covers this");
        } else if (is_zero) {
            const std::string none = judged.rule().what + ": there is none any more";
            move_alert(judged, key, gone, Verdict::kClear, none);
        }
    }
}

/// Whether the evaluation as a whole is an error: a row that is not there says nothing then.
bool failed(const std::vector<signals::Row>& rows) {
    return rows.size() == 1 && rows.front().labels.empty() &&
           rows.front().value.status == FigureStatus::kError;
}

/// What fired because the rule as a whole had no figure has no labels, and no row any more once its
/// rows have some.
void observe_figures_again(const Judged& judged, std::set<alerts::AlertKey>& open) {
    const alerts::AlertKey whole = key_of(judged.of.rules.id(judged.index), {});
    if (open.erase(whole) > 0) {
        move_alert(
            judged, whole, {}, Verdict::kClear, judged.rule().what + ": it has figures again"
        );
    }
}

/// Moves the alerts of one rule, if it has a turn; `open` are those that have a row.
void observe_rows(const Judged& judged, std::set<alerts::AlertKey> open) {
    SignalRules& rules = judged.of.rules;
    const auto may_be_told = [&](const signals::Row& row) {
        return !open.empty() || verdict_of(judged.rule(), row) == Verdict::kBreach;
    };
    const auto rows = rules.judge(judged.index, may_be_told);
    if (!rows) {
        return;
    }
    bool sees = false;
    for (const signals::Row& row : *rows) {
        sees = sees || row.value.ok();
        observe_row(judged, row, open);
    }
    if (judged.of.saw) {
        judged.of.saw(judged.index, sees);
    }
    if (sees && !rows->front().labels.empty()) {
        observe_figures_again(judged, open);
    }
    const bool is_zero = rules.absence(judged.index) == signals::Absence::kZero;
    observe_gone(judged, open, is_zero && !failed(*rows));
}

}  // namespace

void observe_signals(
    const SignalAlerts& of, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
) {
    std::map<Hash32, std::set<alerts::AlertKey>> open;
    for (const alerts::AlertKey& key : of.book.rows().sorted_keys()) {
        if (key.market == alerts::kNoMarket) {
            open[key.rule].insert(key);
        }
    }
    std::set<SignalRules::Index> rules = of.rules.due();
    for (const auto& [rule, keys] : open) {
        if (const auto index = of.rules.find(rule)) {
            rules.insert(*index);
        }
    }
    of.rules.begin_judging();
    for (const SignalRules::Index index : rules) {
        observe_rows(
            {.of = of, .index = index, .block = block, .occurrence = occurrence, .outcome = outcome
            },
            open[of.rules.id(index)]
        );
    }
    of.rules.end_judging();
}

}  // namespace faultline::engine
