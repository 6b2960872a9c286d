// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::engine {

/// What one rule makes of one row of its signals, or of one position.
struct RuleRow {
    signals::Labels labels;
    Figure<Decimal> figure;
    rules::Verdict verdict = rules::Verdict::kClear;
    std::string words;                          ///< Why it fires, or does not.
    std::map<std::string, std::string> inputs;  ///< Signals it was made from, as they are.
    std::string alert = {
    };  ///< How its alert stands: "firing since block …"; empty: there is none.
};

/// How many rows of a rule say what: each is counted once.
struct RuleCounts {
    std::uint64_t firing = 0;  ///< In breach, also for want of a figure where the rule says so.
    std::uint64_t ok = 0;
    std::uint64_t hold = 0;  ///< Between the thresholds.
    std::uint64_t no_data = 0;
    std::uint64_t stale = 0;
    std::uint64_t error = 0;

    void add(FigureStatus status, rules::Verdict verdict);
};

struct RuleState {
    /// Rows of a health_factor rule: those without a figure first, then the lowest.
    static constexpr std::size_t kShownPositions = 20;

    std::string name;
    std::string kind;
    rules::Severity severity = rules::Severity::kWarning;
    std::string condition;  ///< The expression, or "health factor below 1.02".
    /// Of a rule over signals: what it took when it was judged last, in RuleTurns' rows of work.
    std::uint64_t work = 0;
    /// At how many blocks in a row it has been put off; its alerts are as they were before.
    std::uint64_t put_off_blocks = 0;
    RuleCounts counts;  ///< Of all rows, also those that are not shown.
    std::vector<RuleRow> rows;
};

}  // namespace faultline::engine
