// SPDX-License-Identifier: Apache-2.0
// The part of the fold that turns figures into alert transitions.
#include "engine/change_effects.hpp"
#include "engine/explanation.hpp"
#include "engine/signal_verdict.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/text_template.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/evaluation_counts.hpp>
#include <faultline/engine/fold.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

/// What a rule's own summary may name.
std::map<std::string, std::string> summary_values(
    const alerts::Observation& alert,
    const rules::HealthFactorRule& rule,
    const rules::HealthReading* reading,
    const std::string& words
) {
    std::map<std::string, std::string> out = alert.labels;
    out["rule"] = rule.terms.name;
    out["severity"] = rules::severity_name(rule.terms.severity);
    out["figure"] = reading == nullptr ? "none" : rules::factor_text(reading->health_factor_wad);
    out["threshold"] = rules::factor_text(rule.below_wad);
    out["what"] = words;
    return out;
}

}  // namespace

void EvaluationCounts::count(FigureStatus status) {
    switch (status) {
        case FigureStatus::kValue:
            ++ok;
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

Figure<Decimal> told_sum(
    const MarketValued& of, const Figure<bool>& usable, const std::optional<Decimal>& sum
) {
    if (!usable.ok()) {
        return Figure<Decimal>::without(usable.status, usable.reason);
    }
    if (of.unvalued > 0) {
        return Figure<Decimal>::without(
            FigureStatus::kNoData,
            std::to_string(of.unvalued) + " of " + std::to_string(of.indebted) +
                " positions have no figures"
        );
    }
    return sum ? Figure<Decimal>::of(*sum)
               : Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
}

/// An alert that may move at this block. Without a rule, the rule it belongs to is gone.
struct Fold::Candidate {
    alerts::AlertKey key;
    const rules::HealthFactorRule* rule = nullptr;
    rules::HealthReading reading;
    rules::Verdict verdict = rules::Verdict::kClear;
    std::string without = {};  ///< Why there is no reading, of a rule that fires then.
};

void Fold::evaluate(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
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
    // At history no price is read, so there is no figure to judge anything by.
    const std::vector<Candidate> all =
        block.live ? candidates_and_graph(block, outcome.evaluated) : ruleless();
    for (const Candidate& candidate : all) {
        if (auto transition = book_.observe(observation(candidate), block)) {
            transition->occurrence = occurrence;
            if (transition->kind == alerts::Kind::kFiring) {
                explanation.of_position(
                    candidate.key.market, holder_of(candidate.key), *transition
                );
            }
            outcome.transitions.push_back(*std::move(transition));
        }
    }
}

std::vector<Fold::Candidate> Fold::candidates_and_graph(
    const eth::Block& block, EvaluationCounts& counts
) {
    graph_.begin_update(block);
    std::vector<Candidate> found;
    // Both read the protocols' rows; the graph writes its own, the other nothing.
    fork_join_->both([&] { graph_.end_update(block); }, [&] { found = candidates(counts); });
    return found;
}

EvaluationCounts Fold::survey() const {
    EvaluationCounts counts;
    static_cast<void>(candidates(counts));
    return counts;
}

std::vector<Fold::Candidate> Fold::ruleless() const {
    std::vector<Candidate> found;
    for (const alerts::AlertKey& key : book_.rows().sorted_keys()) {
        const bool ruled = key.market == alerts::kNoMarket
                               ? signal_rules_.find(key.rule).has_value()
                               : rule_over(key) != nullptr;
        if (!ruled && !watch_of(key)) {
            found.push_back({.key = key, .rule = nullptr, .reading = {}});
        }
    }
    return found;
}

bool Fold::absorbs(const eth::Block& block) const {
    return !block.live && ruleless().empty();
}

const rules::HealthFactorRule* Fold::rule_over(const alerts::AlertKey& key) const {
    const rules::HealthFactorRule* rule = rule_of(key);
    const bool applies = rule != nullptr && key.market < protocols_.markets() &&
                         rules::applies(*rule, protocols_.label(key.market).name, key.account);
    return applies ? rule : nullptr;
}

std::vector<Fold::Candidate> Fold::candidates(EvaluationCounts& counts) const {
    Healths healths;
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        healths.push_back(protocols_.of(market).health(market, at()));
    }
    std::vector<Candidate> found;
    add_breaches(healths, found, counts);
    std::ranges::sort(found, {}, &Candidate::key);
    // Alerts that are not clear move even when their account is out of breach or has no debt left.
    const auto breaches = static_cast<std::ptrdiff_t>(found.size());
    for (const alerts::AlertKey& key : book_.rows().sorted_keys()) {
        const auto end = found.begin() + breaches;
        const bool of_signals =
            key.market == alerts::kNoMarket && signal_rules_.find(key.rule).has_value();
        if (watch_of(key) || of_signals ||
            std::ranges::binary_search(found.begin(), end, key, {}, &Candidate::key)) {
            continue;
        }
        if (auto candidate = recheck(healths, key, counts)) {
            found.push_back(*std::move(candidate));
        }
    }
    std::ranges::sort(found, {}, &Candidate::key);
    return found;
}

/// An alert whose account is not in breach; nothing when there is no figure to judge it by.
std::optional<Fold::Candidate> Fold::recheck(
    const Healths& healths, const alerts::AlertKey& key, EvaluationCounts& counts
) const {
    const rules::HealthFactorRule* rule = rule_over(key);
    if (rule == nullptr) {
        return Candidate{.key = key, .rule = nullptr, .reading = {}};
    }
    const protocol::Health& health = *healths[key.market];
    const Figure<protocol::PositionHealth> figure = health.of(holder_of(key));
    if (!health.has_debt(holder_of(key))) {
        counts.count(figure.status);  // With debt, add_breaches() counted it.
    }
    if (!figure.ok()) {
        return std::nullopt;
    }
    const rules::HealthReading reading = health_reading(figure.value, currencies_[key.market]);
    return Candidate{
        .key = key, .rule = rule, .reading = reading, .verdict = rules::judge(*rule, reading)
    };
}

void Fold::add_breaches(
    const Healths& healths, std::vector<Candidate>& found, EvaluationCounts& counts
) const {
    if (options_.rules.health.empty() && !surveys() && !reads_health()) {
        return;
    }
    counts.markets.resize(healths.size());
    const bool ranks =
        std::ranges::any_of(options_.rules.health, [](const auto& rule) { return rule.top > 0; });
    std::vector<U256> debts;
    for (std::size_t i = 0; i < healths.size(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        MarketValued& valued = counts.markets[i];
        const std::size_t before = found.size();
        debts.clear();
        healths[i]->each_indebted([&](const protocol::Holder& holder,
                                      const Figure<protocol::PositionHealth>& figure) {
            counts.accounts_valued += figure.ok() ? 1 : 0;
            add_position(valued, holder, figure);
            position_signals_.count(valued.below, figure);
            add_breaches_of(market, holder, figure, found, counts);
            if (ranks && figure.ok()) {
                debts.push_back(figure.value.debt_base);
            }
        });
        if (ranks) {
            const std::size_t all = found.size();
            keep_largest(debts, before, found);
            counts.ok += all - found.size();
        }
        counts.firing += static_cast<std::uint64_t>(std::ranges::count_if(
            found.begin() + static_cast<std::ptrdiff_t>(before),
            found.end(),
            [](const Candidate& one) { return one.without.empty(); }
        ));
    }
}

/// Leaves out breaches of rules for those who owe most whose accounts are not among them; of equal
/// debts all are.
void Fold::keep_largest(std::vector<U256>& debts, std::size_t from, std::vector<Candidate>& found) {
    std::size_t most = 0;
    for (std::size_t i = from; i < found.size(); ++i) {
        most = std::max(most, std::size_t{found[i].rule->top});
    }
    const std::size_t ordered = std::min(most, debts.size());
    std::ranges::partial_sort(
        debts, debts.begin() + static_cast<std::ptrdiff_t>(ordered), std::greater<>()
    );
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(from);
    const auto gone = std::remove_if(begin, found.end(), [&debts](const Candidate& one) {
        const std::size_t top = one.rule->top;
        return top > 0 && top < debts.size() && one.reading.debt_base < debts[top - 1];
    });
    found.erase(gone, found.end());
}

void Fold::add_breaches_of(
    protocol::MarketId market,
    const protocol::Holder& holder,
    const Figure<protocol::PositionHealth>& figure,
    std::vector<Candidate>& found,
    EvaluationCounts& counts
) const {
    for (std::size_t i = 0; i < options_.rules.health.size(); ++i) {
        const rules::HealthFactorRule& rule = options_.rules.health[i];
        if (!rules::applies(rule, protocols_.label(market).name, holder.account)) {
            continue;
        }
        const alerts::AlertKey alert{
            .rule = rule_ids_[i], .market = market, .account = holder.account, .part = holder.part
        };
        if (!figure.ok() && rule.terms.without(figure.status) == rules::WithoutFigure::kFire) {
            counts.count(figure.status);
            found.push_back(
                {.key = alert,
                 .rule = &rule,
                 .reading = {},
                 .verdict = rules::Verdict::kBreach,
                 .without = without_figure(figure)}
            );
            continue;
        }
        const rules::HealthReading reading = health_reading(figure.value, currencies_[market]);
        const rules::Verdict verdict =
            figure.ok() ? rules::judge(rule, reading) : rules::Verdict::kClear;
        if (verdict != rules::Verdict::kBreach) {
            counts.count(figure.status);
            continue;
        }
        found.push_back({.key = alert, .rule = &rule, .reading = reading, .verdict = verdict});
    }
}

const rules::HealthFactorRule* Fold::rule_of(const alerts::AlertKey& key) const {
    const auto found = std::ranges::find(rule_ids_, key.rule);
    return found == rule_ids_.end()
               ? nullptr
               : &options_.rules.health[static_cast<std::size_t>(found - rule_ids_.begin())];
}

alerts::Observation Fold::observation(const Candidate& candidate) const {
    alerts::Observation out;
    out.key = candidate.key;
    out.verdict = candidate.verdict;
    out.labels = labels(candidate.key);
    if (candidate.rule == nullptr) {
        const alerts::AlertRow* row = book_.rows().find(candidate.key);
        out.rule = row->rule;
        out.severity = row->severity;
        out.wait_for = row->wait_for;
        out.summary =
            "the rule was removed from the configuration or no longer covers this account";
        return out;
    }
    const rules::Terms& terms = candidate.rule->terms;
    out.rule = terms.name;
    out.severity = terms.severity;
    out.patience = terms.patience_at(at().timestamp);
    out.wait_for = terms.wait_for;
    out.runbook = terms.runbook;
    out.group = terms.group;
    out.labels.insert(terms.labels.begin(), terms.labels.end());
    const std::string words =
        candidate.without.empty()
            ? rules::describe(*candidate.rule, candidate.reading, candidate.verdict)
            : candidate.without;
    out.summary = whom(candidate.key) + ": " + words;
    if (!terms.summary.empty() && candidate.verdict == rules::Verdict::kBreach) {
        const rules::HealthReading* reading =
            candidate.without.empty() ? &candidate.reading : nullptr;
        out.summary =
            rules::expand(terms.summary, summary_values(out, *candidate.rule, reading, words));
    }
    out.figures = {
        {"health_factor_wad", candidate.reading.health_factor_wad.to_string()},
        {"total_collateral_base", candidate.reading.collateral_base.to_string()},
        {"total_debt_base", candidate.reading.debt_base.to_string()},
        {"below_wad", candidate.rule->below_wad.to_string()},
        {"resolve_at_wad", candidate.rule->resolve_at_wad.to_string()},
    };
    if (!candidate.without.empty()) {
        for (const char* name : {"health_factor_wad", "total_collateral_base", "total_debt_base"}) {
            out.figures.erase(name);
        }
    }
    return out;
}

}  // namespace faultline::engine
