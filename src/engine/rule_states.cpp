// SPDX-License-Identifier: Apache-2.0
// What rules say now, for people who ask.
#include "engine/signal_verdict.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
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

namespace {

/// How an alert stands, and what it waits for.
std::string standing(
    const alerts::AlertRow* row, const rules::Patience& patience, bool breach, UnixSeconds now
) {
    const auto wait = [now](std::uint64_t since_s, std::uint64_t length_s) {
        return std::to_string(now.value - since_s) + " of " + std::to_string(length_s) + " s";
    };
    if (row == nullptr) {
        return breach && patience.muted ? "none: the rule is muted now" : "";
    }
    switch (row->phase) {
        case alerts::Phase::kPending: {
            std::string out = "pending since block " + row->began.text() + ": " +
                              std::to_string(row->blocks) + " of " +
                              std::to_string(patience.for_blocks) + " blocks";
            if (patience.for_seconds > 0) {
                out += ", " + wait(row->began_s, patience.for_seconds);
            }
            return out + (patience.muted ? ", and the rule is muted now" : "");
        }
        case alerts::Phase::kFiring:
            return "firing since block " + row->fired.text() +
                   (row->clear_s == 0
                        ? ""
                        : ", kept firing for " + wait(row->clear_s, patience.keep_firing_seconds));
        case alerts::Phase::kCooling:
            return "cooling down, nothing fires: " + wait(row->since_s, patience.cooldown_seconds);
    }
    return "";
}

/// The least debt that is among the largest `top`; nullopt: all are.
std::optional<U256> least_of_largest(const protocol::Health& health, std::size_t top) {
    std::vector<U256> debts;
    if (top > 0) {
        health.each_indebted([&debts](const protocol::Holder&, const auto& figure) {
            if (figure.ok()) {
                debts.push_back(figure.value.debt_base);
            }
        });
    }
    if (top == 0 || debts.size() <= top) {
        return std::nullopt;
    }
    std::ranges::nth_element(
        debts, debts.begin() + static_cast<std::ptrdiff_t>(top - 1), std::greater<>()
    );
    return debts[top - 1];
}

/// What a rule makes of one position. `least` is the debt from which on it is among the largest.
void judge_position(
    RuleRow& row,
    const rules::HealthFactorRule& rule,
    const Figure<protocol::PositionHealth>& figure,
    const protocol::BaseCurrency& currency,
    const std::optional<U256>& least
) {
    row.figure.status = figure.status;
    row.figure.reason = figure.reason;
    if (!figure.ok()) {
        const bool fires = rule.terms.without(figure.status) == rules::WithoutFigure::kFire;
        row.verdict = fires ? rules::Verdict::kBreach : rules::Verdict::kHold;
        row.words = figure.reason;
        return;
    }
    const rules::HealthReading reading = health_reading(figure.value, currency);
    row.verdict = rules::judge(rule, reading);
    row.words = rules::describe(rule, reading, row.verdict);
    if (least && reading.debt_base < *least) {
        row.verdict = rules::Verdict::kClear;
        row.words = "not among the " + std::to_string(rule.top) + " that owe most; " + row.words;
    }
    const auto factor = Decimal::of(reading.health_factor_wad, Decimal::kPlaces);
    row.figure.value = factor.value_or(Decimal());
}

}  // namespace

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
        .work = 0,
        .put_off_blocks = 0,
        .counts = {},
        .rows = {}
    };
    if (!tip()) {
        return out;
    }
    if (const RuleTurnRow* turn = signal_rules_.turns().row(signal_rules_.id(index))) {
        out.work = turn->work;
        out.put_off_blocks = turn->since ? at().number - *turn->since + 1 : 0;
    }
    for (const signals::Row& row : signal_rules_.evaluate(index)) {
        const rules::Verdict verdict = verdict_of(rule, row);
        out.counts.add(row.value.status, verdict);
        out.rows.push_back(
            {.labels = row.labels,
             .figure = row.value,
             .verdict = verdict,
             .words = rules::describe(rule, row.value, verdict),
             .inputs = inputs_of(row),
             .alert = standing(
                 book_.rows().find(key_of(signal_rules_.id(index), row.labels)),
                 rule.terms.patience_at(at().timestamp),
                 verdict == rules::Verdict::kBreach,
                 at().timestamp
             )}
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
        .work = 0,
        .put_off_blocks = 0,
        .counts = {},
        .rows = {}
    };
    if (!tip()) {
        return out;
    }
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = protocols_.of(market);
        const auto health = protocol.health(market, at());
        const std::optional<U256> least = least_of_largest(*health, rule.top);
        health->each_indebted([&](const protocol::Holder& holder,
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
                row.labels[std::string(protocol.part_label())] = protocol.part_name(holder.part);
            }
            judge_position(row, rule, figure, currencies_[market], least);
            out.counts.add(row.figure.status, row.verdict);
            row.alert = standing(
                book_.rows().find({
                    .rule = alerts::rule_id(rule.terms.name),
                    .market = market,
                    .account = holder.account,
                    .part = holder.part,
                }),
                rule.terms.patience_at(at().timestamp),
                row.verdict == rules::Verdict::kBreach,
                at().timestamp
            );
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
