// SPDX-License-Identifier: Apache-2.0
// What rules say now, for people who ask.
#include "engine/signal_verdict.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {

void RuleCounts::add(FigureStatus status, rules::Verdict verdict) {
    if (verdict == rules::Verdict::kBreach) {
        ++firing;
        return;
    }
    switch (status) {
        case FigureStatus::kValue:
            ++(verdict == rules::Verdict::kHold ? hold : ok);
            return;
        case FigureStatus::kNoData:
            ++no_data;
            return;
        case FigureStatus::kStale:
            ++stale;
            return;
        case FigureStatus::kError:
            ++error;
            return;
    }
}

void Fold::look() {
    EvaluationCounts counts;
    if (reads_health()) {
        counts = survey();
    }
    take_signals(
        counts, {.time = at().timestamp, .number = at().number}, SignalRules::Recording::kNo
    );
    signal_rules_.forget_due();
}

std::vector<RuleState> Fold::rule_states(const std::optional<std::string>& name) const {
    std::vector<RuleState> out;
    for (const rules::HealthFactorRule& rule : options_.rules.health) {
        if (!name || rule.terms.name == *name) {
            out.push_back(state_of(rule));
        }
    }
    for (std::size_t i = 0; i < signal_rules_.rules().size(); ++i) {
        if (!name || signal_rules_.rules()[i].terms.name == *name) {
            out.push_back(state_of(static_cast<SignalRules::Index>(i)));
        }
    }
    return out;
}

RuleState Fold::state_of(SignalRules::Index index) const {
    const rules::SignalRule& rule = signal_rules_.rules()[index];
    RuleState out{
        .name = rule.terms.name,
        .kind = rule.kind,
        .severity = rule.terms.severity,
        .condition = rules::condition_text(rule),
        .counts = {},
        .rows = {}
    };
    if (!tip()) {
        return out;
    }
    for (const signals::Row& row : signal_rules_.evaluate(index)) {
        const rules::Verdict verdict = verdict_of(rule, row);
        out.counts.add(row.value.status, verdict);
        out.rows.push_back(
            {.labels = row.labels,
             .figure = row.value,
             .verdict = verdict,
             .words = rules::describe(rule, row.value, verdict),
             .inputs = inputs_of(row)}
        );
    }
    return out;
}

RuleState Fold::state_of(const rules::HealthFactorRule& rule) const {
    RuleState out{
        .name = rule.terms.name,
        .kind = "health_factor",
        .severity = rule.terms.severity,
        .condition = rules::condition_text(rule),
        .counts = {},
        .rows = {}
    };
    if (!tip()) {
        return out;
    }
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = protocols_.of(market);
        protocol.health(market, at())
            ->each_indebted([&](const protocol::Holder& holder,
                                const Figure<protocol::PositionHealth>& figure) {
                if (!rules::applies(rule, protocols_.label(market).name, holder.account)) {
                    return;
                }
                RuleRow row;
                row.labels = {
                    {"protocol", std::string(protocol.name(market))},
                    {"market", protocols_.label(market).name},
                    {"account", holder.account.hex()}
                };
                if (!holder.part.is_zero()) {
                    row.labels[std::string(protocol.part_label())] =
                        protocol.part_name(holder.part);
                }
                row.figure.status = figure.status;
                row.figure.reason = figure.reason;
                row.words = figure.reason;
                if (figure.ok()) {
                    const rules::HealthReading reading =
                        health_reading(figure.value, currencies_[market]);
                    row.verdict = rules::judge(rule, reading);
                    row.words = rules::describe(rule, reading, row.verdict);
                    const auto factor = Decimal::of(reading.health_factor_wad, Decimal::kPlaces);
                    row.figure.value = factor.value_or(Decimal());
                }
                out.counts.add(row.figure.status, row.verdict);
                out.rows.push_back(std::move(row));
                if (out.rows.size() > 2 * RuleState::kShownPositions) {
                    keep_lowest(out.rows);
                }
            });
    }
    keep_lowest(out.rows);
    return out;
}

/// Those without a figure first, then the lowest.
void Fold::keep_lowest(std::vector<RuleRow>& rows) {
    std::ranges::sort(rows, [](const RuleRow& a, const RuleRow& b) {
        return std::tuple(a.figure.ok(), a.figure.value, a.labels) <
               std::tuple(b.figure.ok(), b.figure.value, b.labels);
    });
    if (rows.size() > RuleState::kShownPositions) {
        rows.resize(RuleState::kShownPositions);
    }
}

}  // namespace faultline::engine
