// SPDX-License-Identifier: Apache-2.0
// What the rules of a block take, in work and in time: the unit of RuleTurns, and what its bound
// makes of twenty large joins.
#include "bench/cpu_seconds.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();

std::vector<rules::SignalRule> rules_of(std::size_t count, const std::string& text) {
    std::vector<rules::SignalRule> out;
    for (std::size_t i = 0; i < count; ++i) {
        rules::Arguments arguments;
        arguments.set("expression", text);
        rules::Terms terms;
        terms.name = "rule" + std::to_string(i);
        auto made = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
        if (!made) {
            std::printf("%s\n", made.error().what.c_str());
            std::exit(1);
        }
        out.push_back(*std::move(made));
    }
    return out;
}

/// Of each of two names so many signals, which have market and protocol in common.
void say(std::size_t count, std::uint64_t block, const signals::Visit& visit) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        const auto value = Figure<Decimal>::of(Decimal::of((block * 7) + i));
        visit(
            {.name = "price",
             .labels =
                 {{"currency", "USD"},
                  {"market", "core"},
                  {"part", ""},
                  {"protocol", "aave_v3"},
                  {"token", "0x000000000000000000000000000000000" + std::to_string(1'000'000 + i)}},
             .value = value}
        );
        visit(
            {.name = "accounts_below_health",
             .labels = {{"health", number}, {"market", "core"}, {"protocol", "aave_v3"}},
             .value = value}
        );
    }
}

struct Case {
    const char* what;
    std::size_t rules;
    std::size_t signals;
    std::string text;
    std::uint64_t work;
    std::size_t blocks = 20;
};

void report(const Case& one) {
    ledger::Ledger ledger;
    SignalRules rules(ledger, rules_of(one.rules, one.text), one.work);
    alerts::Book book(ledger);
    double worst = 0;
    double all = 0;
    std::size_t put_off = 0;
    std::uint64_t oldest = 0;
    Outcome outcome;
    const SignalAlerts of{
        .rules = rules,
        .book = book,
        .chain_name = "bench",
        .more = [](const signals::Row&) { return std::string(); },
    };
    for (std::uint64_t number = 1; number <= one.blocks; ++number) {
        eth::Block block;
        block.header.ref.number = number;
        block.header.timestamp = {12 * number};
        rules.take(
            [&](const signals::Visit& visit) { say(one.signals, number, visit); },
            {.time = block.header.timestamp, .number = number},
            SignalRules::Recording::kYes
        );
        const double begin = bench::cpu_seconds();
        observe_signals(of, block, 0, outcome);
        const double took = bench::cpu_seconds() - begin;
        static_cast<void>(ledger.seal());
        worst = std::max(worst, took);
        all += took;
        const PutOff now = rules.turns().put_off(number);
        put_off = std::max(put_off, now.rules);
        oldest = std::max(oldest, now.oldest_blocks);
    }
    const RuleTurnRow* const row = rules.turns().row(rules.id(0));
    constexpr double kMillis = 1'000;
    const double average = all / static_cast<double>(one.blocks) * kMillis;
    std::printf(
        "%-34s %6llu of work a rule, a block %9.2f ms, worst %9.2f ms; put off %3zu rules, for "
        "%llu blocks; %zu errors",
        one.what,
        static_cast<unsigned long long>(row == nullptr ? 0 : row->work),
        average,
        worst * kMillis,
        put_off,
        static_cast<unsigned long long>(oldest),
        outcome.evaluated.error
    );
    if (row != nullptr && put_off == 0 && outcome.evaluated.error == 0) {
        std::printf(
            "; %.2f us a unit", average * kMillis / static_cast<double>(row->work * one.rules)
        );
    }
    std::printf("\n");
}

}  // namespace
}  // namespace faultline::engine

int main() {
    using faultline::engine::kNoBound;
    using faultline::engine::report;
    const std::string join = "price * accounts_below_health < 0";
    const std::uint64_t bound = faultline::engine::RuleTurns::kDefaultWork;
    report({"reading 300, no bound", 20, 300, "price < 0", kNoBound});
    report({"windows of 300: delta, no bound", 4, 300, "delta(price[10m]) < 0", kNoBound, 100});
    report({"windows of 300: min, no bound", 4, 300, "min(price[10m]) < 0", kNoBound, 100});
    report({"windows of 300: zscore, no bound", 4, 300, "zscore(price[1h]) < -100", kNoBound, 400});
    report({"sum by, no bound", 20, 300, "sum by (market) (price) < 0", kNoBound});
    report({"joins of 3,600, no bound", 20, 60, join, kNoBound});
    report({"joins of 96,100, no bound", 20, 310, join, kNoBound, 3});
    report({"joins of 96,100", 20, 310, join, bound});
    report({"joins of 8,000", 20, 89, join, bound, 60});
    report({"joins of 3,600", 20, 60, join, bound, 60});
    report({"joins of 900", 20, 30, join, bound, 60});
    report({"min of 300", 20, 300, "min(price[1h]) < 0", bound, 400});
    report({"zscores of 200", 20, 200, "zscore(price[1h]) < -100", bound, 400});
    report({"many small ones", 20'000, 1, "price < 0", bound, 20});
    return 0;
}
