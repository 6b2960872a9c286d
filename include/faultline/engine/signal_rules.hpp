// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/hash_index.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/readers.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/rule_turns.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {

/// The rules over signals, and the signals they read at the newest live block. What windows
/// remember are rows of the ledger; everything else is made anew when a block was taken back.
///
/// Cost of a block: the signals that are read, and the rules whose signals changed, or have within
/// their windows; not the rules there are. What evaluations take together is bounded: rules beyond
/// that have their turn at a later block (RuleTurns).
class SignalRules final : public signals::Wanted {
  public:
    using Index = signals::Readers::Number;

    SignalRules(
        ledger::Ledger& ledger,
        std::vector<rules::SignalRule> rules,
        std::uint64_t work_per_block = RuleTurns::kDefaultWork
    );

    /// Other rules, from the next block on.
    void use(std::vector<rules::SignalRule> rules);

    [[nodiscard]] bool reads(std::string_view name) const override { return names_.contains(name); }

    [[nodiscard]] const std::vector<rules::SignalRule>& rules() const noexcept { return rules_; }

    /// nullopt: there is no rule with that id.
    [[nodiscard]] std::optional<Index> find(const Hash32& id) const;

    [[nodiscard]] const Hash32& id(Index rule) const { return ids_.at(rule); }

    /// Whether windows remember the signals: once a block.
    enum class Recording : std::uint8_t {
        kNo,
        kYes
    };

    /// Takes the signals of a live block: `each` visits them; of two with one name and the same
    /// labels the first counts.
    void take(
        const std::function<void(const signals::Visit&)>& each,
        const signals::At& at,
        Recording recording
    );

    /// All rules are due at the next block, whatever was taken.
    void forget_due() { all_due_ = true; }

    /// The rules that may say something else than when they were judged last, in order; take()
    /// begins anew, with those that were put off.
    [[nodiscard]] const std::set<Index>& due() const noexcept { return due_; }

    /// What a rule's expression is now; one row kError where it takes more than a rule may. Rows
    /// that `wants_inputs` refuses are without their inputs.
    [[nodiscard]] std::vector<signals::Row> evaluate(
        Index rule, const signals::WantsInputs& wants_inputs = {}
    ) const;

    /// Begins to judge at the block of the last take(); end_judging() goes with it.
    void begin_judging() { turns_.begin(before_.number); }

    /// evaluate(), if the rule has a turn at this block; nullopt: it was put off, and nothing of
    /// it changes. @pre between begin_judging() and end_judging(), at most once
    [[nodiscard]] std::optional<std::vector<signals::Row>> judge(
        Index rule, const signals::WantsInputs& wants_inputs
    );

    void end_judging() { turns_.end(); }

    /// Whose turn it is.
    [[nodiscard]] const RuleTurns& turns() const noexcept { return turns_; }

    /// What it means that a rule has no row for labels it had one for.
    [[nodiscard]] signals::Absence absence(Index rule) const;

    /// Whether the rule, as it is now, may have a row with such labels.
    [[nodiscard]] bool covers(Index rule, const signals::Labels& labels) const;

    /// Whether a rule that was evaluated has a figure in any of its rows.
    void saw(Index rule, bool figure);

    /// How many rules had figures since they were read, and have none any more.
    [[nodiscard]] std::size_t blind() const;

    /// A block was taken back: what was remembered beside rows is of no use.
    void forget();

    [[nodiscard]] std::size_t signals_now() const noexcept { return readings_.size(); }

  private:
    /// A signal of the newest block.
    struct Reading {
        signals::Signal signal;
        std::vector<signals::SeriesKey> windows;
        std::vector<Index> readers;  ///< Rules.
        signals::At steady;          ///< Since when it is as it is, or blocks come as they should.
        std::uint64_t seen = 0;      ///< At which take().
    };

    /// Whether the windows may say something else than at the block before, though the signal does
    /// not.
    [[nodiscard]] bool moves(const Reading& reading, const signals::At& at) const;
    [[nodiscard]] bool follows_a_gap(const Reading& reading, const signals::At& at) const;
    [[nodiscard]] std::vector<signals::Row> too_much() const;
    void note(signals::Signal signal, const signals::At& at, Recording recording);
    /// The signal's reading, and whether it is new.
    std::pair<Reading&, bool> reading_of(const signals::Signal& signal);
    void drop_unseen();
    void index();

    std::vector<rules::SignalRule> rules_;
    std::vector<Hash32> ids_;  ///< In the order of rules_.
    std::map<Hash32, Index> by_id_;
    std::set<std::string, std::less<>> names_;
    signals::Readers readers_;
    signals::Series series_;
    signals::MemoryBoard board_;
    std::vector<Reading> readings_;
    ledger::HashIndex places_;  ///< Of readings, by name and labels.
    std::set<Index> due_;
    std::set<Index> owed_;  ///< Those that were put off.
    RuleTurns turns_;
    std::uint64_t takes_ = 0;
    signals::At before_;  ///< Of the take() before.
    bool all_due_ = true;

    enum class Sight : std::uint8_t {
        kNever,
        kSees,
        kBlind
    };
    std::vector<Sight> sight_;  ///< In the order of rules_.
};

}  // namespace faultline::engine
