// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/readers.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

/// In the unit of the range.
std::uint64_t past(const signals::At& since, const signals::At& at, const signals::Range& range) {
    return range.unit == signals::RangeUnit::kBlocks ? at.number - since.number
                                                     : at.time.value - since.time.value;
}

/// Whether no condition on labels that the row has refuses it.
bool accepts(const signals::Selector& selector, const signals::Labels& labels) {
    return std::ranges::all_of(selector.matchers, [&labels](const signals::Matcher& matcher) {
        const auto label = labels.find(matcher.label);
        return label == labels.end() || signals::matches(matcher, label->second);
    });
}

bool has_label(const signals::Kind& kind, const std::string& name) {
    return std::ranges::find(kind.labels, name) != kind.labels.end();
}

/// Whether each label of a row that is one of signals is one of those that are read.
bool knows_all(const std::vector<signals::Selector>& selectors, const signals::Labels& labels) {
    return std::ranges::all_of(labels, [&selectors](const auto& label) {
        const auto catalogue = signals::catalogue();
        const bool of_signals = std::ranges::any_of(catalogue, [&label](const auto& kind) {
            return has_label(kind, label.first);
        });
        return !of_signals ||
               std::ranges::any_of(selectors, [&label](const signals::Selector& selector) {
                   const signals::Kind* kind = signals::kind_of(selector.name);
                   return kind == nullptr || has_label(*kind, label.first);
               });
    });
}

}  // namespace

SignalRules::SignalRules(
    ledger::Ledger& ledger, std::vector<rules::SignalRule> rules, std::uint64_t work_per_block
)
    : rules_(std::move(rules)), series_(ledger), board_(&series_), turns_(ledger, work_per_block) {
    index();
}

void SignalRules::use(std::vector<rules::SignalRule> rules) {
    rules_ = std::move(rules);
    index();
    forget();
}

void SignalRules::index() {
    ids_.clear();
    by_id_.clear();
    names_.clear();
    readers_ = {};
    sight_.assign(rules_.size(), Sight::kNever);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const auto number = static_cast<Index>(i);
        ids_.push_back(alerts::rule_id(rules_[i].terms.name));
        by_id_[ids_.back()] = number;
        readers_.add(number, rules_[i].measure.selectors());
        for (const signals::Selector& selector : rules_[i].measure.selectors()) {
            names_.insert(selector.name);
        }
    }
    std::vector<RuleTurns::Taker> takers;
    takers.reserve(rules_.size());
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        takers.push_back(
            {.id = ids_[i],
             .critical = rules_[i].terms.severity == rules::Severity::kCritical,
             .least = rules_[i].measure.least_work()}
        );
    }
    turns_.use(std::move(takers));
}

std::optional<SignalRules::Index> SignalRules::find(const Hash32& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

void SignalRules::take(
    const std::function<void(const signals::Visit&)>& each,
    const signals::At& at,
    Recording recording
) {
    ++takes_;
    due_ = owed_;
    board_.at(at);
    each([&](signals::Signal signal) { note(std::move(signal), at, recording); });
    drop_unseen();
    if (recording == Recording::kYes) {
        series_.sweep(at);
    }
    before_ = at;
    if (all_due_) {
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            due_.insert(static_cast<Index>(i));
        }
        all_due_ = false;
    }
}

void SignalRules::drop_unseen() {
    for (std::size_t i = 0; i < readings_.size();) {
        const signals::Signal& gone = readings_[i].signal;
        if (readings_[i].seen == takes_) {
            ++i;
            continue;
        }
        due_.insert(readings_[i].readers.begin(), readings_[i].readers.end());
        board_.erase(gone.name, gone.labels);
        places_.erase(signals::hash_of(gone.name, gone.labels), static_cast<std::uint32_t>(i));
        const std::size_t last = readings_.size() - 1;
        if (i != last) {
            readings_[i] = std::move(readings_[last]);
            const signals::Signal& moved = readings_[i].signal;
            places_.move(
                signals::hash_of(moved.name, moved.labels),
                static_cast<std::uint32_t>(last),
                static_cast<std::uint32_t>(i)
            );
        }
        readings_.pop_back();
    }
}

std::pair<SignalRules::Reading&, bool> SignalRules::reading_of(const signals::Signal& signal) {
    const std::size_t hash = signals::hash_of(signal.name, signal.labels);
    const auto place = places_.find(hash, [&](std::uint32_t at) {
        const signals::Signal& known = readings_[at].signal;
        return known.labels == signal.labels && known.name == signal.name;
    });
    if (place != ledger::HashIndex::kNone) {
        return {readings_[place], false};
    }
    places_.insert(hash, static_cast<std::uint32_t>(readings_.size()));
    Reading& made = readings_.emplace_back();
    made.signal = signal;
    for (const signals::Range& range : readers_.ranges(signal.name, signal.labels)) {
        made.windows.push_back(signals::series_key(signal.name, signal.labels, range));
    }
    std::set<Index> readers;
    readers_.of(signal.name, signal.labels, readers);
    made.readers.assign(readers.begin(), readers.end());
    return {made, true};
}

void SignalRules::note(signals::Signal signal, const signals::At& at, Recording recording) {
    const auto [reading, is_new] = reading_of(signal);
    if (reading.seen == takes_) {
        return;
    }
    reading.seen = takes_;
    const bool changed = is_new || reading.signal.value != signal.value;
    if (changed || follows_a_gap(reading, at)) {
        reading.steady = at;
    }
    if (changed || moves(reading, at)) {
        due_.insert(reading.readers.begin(), reading.readers.end());
    }
    if (changed) {
        reading.signal.value = std::move(signal.value);
        board_.set(reading.signal);
    }
    for (const signals::SeriesKey& window : reading.windows) {
        if (reading.signal.value.ok() && recording == Recording::kYes) {
            series_.record(window, reading.signal.value.value, at);
        }
    }
}

bool SignalRules::moves(const Reading& reading, const signals::At& at) const {
    // A window that is all of one value says the same at each block, once it reaches back that far:
    // its length, a quarter for the sample before it, and a slot. Twice its length is more.
    constexpr std::uint64_t kLengths = 2;
    return std::ranges::any_of(reading.windows, [&](const signals::SeriesKey& window) {
        const auto since = series_.since(window);
        const std::uint64_t most = kLengths * window.range.length;
        return !since || past(*since, at, window.range) <= most ||
               past(reading.steady, at, window.range) <= most;
    });
}

bool SignalRules::follows_a_gap(const Reading& reading, const signals::At& at) const {
    // Without a sample within a quarter of a window before it begins, it is stale for a while.
    constexpr std::uint64_t kQuarter = 4;
    return std::ranges::any_of(reading.windows, [&](const signals::SeriesKey& window) {
        return kQuarter * past(before_, at, window.range) > window.range.length &&
               past(before_, at, window.range) > 1;
    });
}

std::vector<signals::Row> SignalRules::evaluate(
    Index rule, const signals::WantsInputs& wants_inputs
) const {
    signals::Evaluation out = rules_.at(rule).measure.evaluate(board_, turns_.most(), wants_inputs);
    return out.cut ? too_much() : std::move(out.rows);
}

std::optional<std::vector<signals::Row>> SignalRules::judge(
    Index rule, const signals::WantsInputs& wants_inputs
) {
    owed_.insert(rule);
    const auto may = turns_.allowed(rule);
    if (!may) {
        return std::nullopt;
    }
    signals::Evaluation out = rules_.at(rule).measure.evaluate(board_, *may, wants_inputs);
    if (!turns_.took(rule, out.work, out.cut)) {
        return std::nullopt;
    }
    owed_.erase(rule);
    return out.cut ? too_much() : std::move(out.rows);
}

std::vector<signals::Row> SignalRules::too_much() const {
    signals::Row row;
    row.value = Figure<Decimal>::without(
        FigureStatus::kError,
        "it takes more than " + std::to_string(turns_.most()) +
            " rows of work, which is half of what all rules may take of a block; name fewer "
            "signals (a market, a token), aggregate with 'by' before joining, split the rule, or "
            "raise rule_work_per_block"
    );
    return {std::move(row)};
}

signals::Absence SignalRules::absence(Index rule) const {
    const auto& selectors = rules_.at(rule).measure.selectors();
    const bool zero = std::ranges::all_of(selectors, [](const signals::Selector& selector) {
        const signals::Kind* kind = signals::kind_of(selector.name);
        return kind != nullptr && kind->absence == signals::Absence::kZero;
    });
    return zero ? signals::Absence::kZero : signals::Absence::kNoData;
}

bool SignalRules::covers(Index rule, const signals::Labels& labels) const {
    const auto& selectors = rules_.at(rule).measure.selectors();
    return selectors.empty() || std::ranges::any_of(selectors, [&](const auto& selector) {
               return accepts(selector, labels) && knows_all(selectors, labels);
           });
}

void SignalRules::saw(Index rule, bool figure) {
    Sight& sight = sight_.at(rule);
    // Where the absence of a signal means that there is none, no row is an answer.
    if (figure || absence(rule) == signals::Absence::kZero) {
        sight = Sight::kSees;
    } else if (sight == Sight::kSees) {
        sight = Sight::kBlind;
    }
}

std::size_t SignalRules::blind() const {
    return static_cast<std::size_t>(std::ranges::count(sight_, Sight::kBlind));
}

void SignalRules::forget() {
    board_.clear();
    readings_.clear();
    places_ = {};
    turns_.forget();
    owed_.clear();
    all_due_ = true;
}

}  // namespace faultline::engine
