// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/evaluation_counts.hpp>
#include <faultline/engine/fold_options.hpp>  // IWYU pragma: export
#include <faultline/engine/graph_signals.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/missed_activity.hpp>
#include <faultline/engine/movers.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/engine/outcome.hpp>
#include <faultline/engine/position_signals.hpp>
#include <faultline/engine/rule_state.hpp>
#include <faultline/engine/signal_rules.hpp>
#include <faultline/engine/watch_rows.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// The newest applied block: the checkpoint. A row like any other, so undo moves it back.
struct TipRow {
    eth::BlockRef ref;
    UnixSeconds timestamp;

    auto fields(this auto& self) { return std::tie(self.ref, self.timestamp); }
};

/// The last block that was taken although no endpoint had one that passes `verification`.
struct DoubtRow {
    eth::BlockRef block;
    std::string why;
    /// Whether an alert spoke of it, and when, in the chain's time. History alerts nobody, so the
    /// next live block does.
    bool told = false;
    UnixSeconds told_at;

    auto fields(this auto& self) { return std::tie(self.block, self.why, self.told, self.told_at); }
};

inline constexpr ledger::TableId kHaltTable = 0x0003;

/// Why the chain was not followed any more after the tip; gone with the next live block.
struct HaltRow {
    std::string why;

    auto fields(this auto& self) { return std::tie(self.why); }
};

/// Blocks to rows, rows to figures, figures to alerts: all that is decided about a chain, and
/// nothing else. Pure and deterministic: the same blocks in the same order give byte-equal
/// outcomes.
class Fold {
  public:
    explicit Fold(FoldOptions options);

    /// What can be done at the same time is from now on. It outlives the fold.
    void work_with(ForkJoin& fork_join) noexcept { fork_join_ = &fork_join; }

    /// Applies the next block. @pre it is the first, or its parent is the tip (asserted).
    /// `occurrence` counts how often this very block was applied and orphaned before; it keeps the
    /// keys of transitions unique when a chain flips back.
    Outcome apply(const eth::Block& block, std::uint32_t occurrence);

    /// Applies the next block as one of a run that can only be taken back as a whole; seal_run()
    /// ends the run. Adds to `incidents`. @pre absorbs(block), and as for apply()
    void absorb(const eth::Block& block, std::vector<protocol::Incident>& incidents);
    /// Whether the block changes nothing but rows: history, and no alert waits to be resolved
    /// because its rule is gone.
    [[nodiscard]] bool absorbs(const eth::Block& block) const;

    /// Visits the rows that the absorbed blocks wrote, as they are now.
    void seal_run(const ledger::RowVisitor& visit);

    /// Takes back the tip. @pre undo.ref is the tip (asserted). kCorrupt when the record is
    /// damaged, kRejected when a bootstrap began at that block.
    Result<Outcome> revert(const UndoRecord& undo);

    /// The chain is not followed any more, for that reason: what alerts about the watching have to
    /// say of it, as of the tip, to whose undo record it is to be added. The next live block ends
    /// the alert. `occurrence` as for apply() of the tip. @pre tip()
    Outcome halt(const std::string& why, std::uint32_t occurrence);

    /// What an audit found: the alert about it as of the tip, to whose undo record the outcome is
    /// to be added. A subject that is equal again at the very block at which its alert fired
    /// changes nothing yet. `occurrence` as for apply() of the tip. @pre tip()
    Outcome audited(const AuditFinding& finding, std::uint32_t occurrence);

    /// Moves the alert about what no block tells, as of the tip; no rows where it stands so
    /// already. @pre tip()
    Outcome noticed(const Notice& notice, std::uint32_t occurrence);

    /// The receivers (empty: none in particular) that alerts of that rule are about.
    [[nodiscard]] std::set<std::string> noticed_of(rules::WatchRule rule) const;

    /// The subjects that differ from the chain, as far as audits have found.
    [[nodiscard]] const ledger::Table<protocol::Subject, AuditRow>& audits() const noexcept {
        return audits_;
    }

    /// Whether a stored row (its table id, then its key) is one that halt(), audited() or noticed()
    /// writes: folding the same blocks again does not bring it.
    static bool written_outside_blocks(BytesView row_key);

    /// Loads a stored row before the first event.
    Result<void> load(ledger::TableId table, BytesView key, BytesView value);

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const;

    [[nodiscard]] std::optional<TipRow> tip() const;

    [[nodiscard]] const FoldOptions& options() const noexcept { return options_; }

    [[nodiscard]] const protocol::Protocols& protocols() const noexcept { return protocols_; }

    /// Who depends on whom, as of the newest live block.
    [[nodiscard]] const graph::ExposureGraph& graph() const noexcept { return graph_; }

    [[nodiscard]] const alerts::Book& alerts() const noexcept { return book_; }

    /// The labels of an alert: chain, protocol, market, account and which of its positions; of one
    /// about the watching itself without those it is not about.
    [[nodiscard]] std::map<std::string, std::string> labels(const alerts::AlertKey& key) const;

    /// What the figures of an alert that is not clear say now, in words; why there are none
    /// otherwise. @pre tip()
    [[nodiscard]] std::string describe(const alerts::AlertKey& key) const;

    /// How many positions of a market have no figures, as of the last live block that valued them.
    [[nodiscard]] std::uint64_t unvalued(protocol::MarketId market) const;

    /// What figures are of. @pre tip()
    [[nodiscard]] protocol::At at() const;

    /// The row that makes a block the tip.
    static ledger::RowChange tip_row(const TipRow& tip);

    /// Other rules, from the next block on. Alerts of rules that are gone end at it.
    void use_rules(rules::RuleSet rules);

    /// What every rule says now, or the one of that name; empty when there is none. Without rows
    /// before the first block.
    [[nodiscard]] std::vector<RuleState> rule_states(
        const std::optional<std::string>& name = std::nullopt
    ) const;

    /// Reads the signals of the tip anew, when no block was applied since the rows were loaded.
    /// @pre tip()
    void look();

    /// The rules over signals, and what they read now.
    [[nodiscard]] const SignalRules& signal_rules() const noexcept { return signal_rules_; }

    /// Every row, ordered; equality of dumps is equality of states.
    [[nodiscard]] std::vector<ledger::RowChange> dump() const { return ledger_.dump(); }

  private:
    struct Candidate;
    using Healths = std::vector<std::unique_ptr<protocol::Health>>;  ///< By market.

    struct OnlyKey {
        std::uint8_t zero = 0;
        auto operator<=>(const OnlyKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.zero); }
    };

    void advance(const eth::Block& block, std::vector<protocol::Incident>& incidents);
    void evaluate(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    [[nodiscard]] std::vector<Candidate> candidates(EvaluationCounts& counts) const;
    /// candidates() of a live block, while the graph comes to its end.
    [[nodiscard]] std::vector<Candidate> candidates_and_graph(
        const eth::Block& block, EvaluationCounts& counts
    );
    [[nodiscard]] std::vector<Candidate> ruleless() const;
    void add_breaches(
        const Healths& healths, std::vector<Candidate>& found, EvaluationCounts& counts
    ) const;
    void add_breaches_of(
        protocol::MarketId market,
        const protocol::Holder& holder,
        const Figure<protocol::PositionHealth>& figure,
        std::vector<Candidate>& found,
        EvaluationCounts& counts
    ) const;
    static void keep_largest(
        std::vector<U256>& debts, std::size_t from, std::vector<Candidate>& found
    );
    [[nodiscard]] std::string whom(const alerts::AlertKey& key) const;
    void add_subject(std::map<std::string, std::string>& labels, const protocol::Subject& about)
        const;
    [[nodiscard]] std::optional<Candidate> recheck(
        const Healths& healths, const alerts::AlertKey& key, EvaluationCounts& counts
    ) const;
    [[nodiscard]] alerts::Observation observation(const Candidate& candidate) const;
    void read_signals(const eth::Block& block, const Outcome& outcome);
    /// Moves the alerts of rules over signals that were read.
    void evaluate_signals(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    /// Whether a rule reads what positions add up to.
    [[nodiscard]] bool reads_health() const;
    /// How the valuing of positions goes now.
    [[nodiscard]] EvaluationCounts survey() const;
    void take_signals(
        const EvaluationCounts& counts, const signals::At& at, SignalRules::Recording recording
    );
    [[nodiscard]] RuleState state_of(const rules::HealthFactorRule& rule) const;
    static void keep_lowest(std::vector<RuleRow>& rows);
    [[nodiscard]] RuleState state_of(SignalRules::Index index) const;
    [[nodiscard]] std::string describe_signals(const alerts::AlertKey& key) const;
    /// What a signal counts; none where it counts nothing of a market.
    [[nodiscard]] std::optional<ActivityRow> activity_of(const signals::Labels& labels) const;
    /// What changed in the newest block of what a row counts: of each change its text.
    [[nodiscard]] std::vector<std::string> new_changes(const signals::Row& row) const;
    [[nodiscard]] std::string last_activity(const signals::Row& row) const;

    /// What there is to say of one alert about the watching.
    struct Watched {
        rules::WatchRule rule;
        alerts::AlertKey key;
        rules::Verdict verdict;
        std::map<std::string, std::string> figures;
        rules::Severity severity;
    };

    /// Moves the alerts about the watching itself.
    void watch(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    void observe_watch(
        rules::WatchRule rule,
        protocol::MarketId market,
        rules::Verdict verdict,
        const eth::Block& block,
        std::uint32_t occurrence,
        Outcome& outcome
    );
    void observe_watch(
        const Watched& watched, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
    );
    [[nodiscard]] static bool is_audit(const alerts::AlertKey& key);
    /// @pre is_audit(key)
    [[nodiscard]] static protocol::Subject audited_subject(const alerts::AlertKey& key);
    [[nodiscard]] std::string describe_audit(const protocol::Subject& about) const;
    [[nodiscard]] bool lacks_figures(protocol::MarketId market) const;
    /// Whether positions are valued at a block for the watching alone, as there are no rules.
    [[nodiscard]] bool surveys() const;
    void watch_unvalued(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    void observe_unvalued(
        protocol::MarketId market,
        const UnvaluedRow& row,
        const eth::Block& block,
        std::uint32_t occurrence,
        Outcome& outcome
    );
    [[nodiscard]] UnvaluedRow unvalued_row(protocol::MarketId market, const MarketValued& valued)
        const;
    /// How many blocks in a row without figures an alert takes, of those that are valued.
    [[nodiscard]] std::uint32_t unvalued_blocks() const;
    [[nodiscard]] std::string describe_unvalued(const alerts::AlertKey& key) const;
    void watch_laws(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    using Standings = std::map<Hash32, protocol::Standing>;  ///< By market and name.

    [[nodiscard]] Standings standings_now() const;
    /// Alerts about what the block announced, or what grew while it lasts, and ends those that are
    /// old.
    void watch_news(
        const Standings& now, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
    );
    /// What there is more of since it was told, an hour ago or longer, and still lasts.
    [[nodiscard]] std::vector<protocol::Incident> grown(
        const Standings& now, const eth::Block& block
    );
    void tell(
        const std::vector<protocol::Incident>& news,
        const eth::Block& block,
        std::uint32_t occurrence,
        Outcome& outcome
    );

    /// Which alert about news: of those that were dropped the id is zero.
    struct NewsKey {
        protocol::MarketId market;
        bool alarm;
        Hash32 id;
    };

    void observe_news(
        const NewsKey& of,
        rules::Verdict verdict,
        const eth::Block& block,
        std::uint32_t occurrence,
        Outcome& outcome
    );
    void end_old_news(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome);
    /// Alerts about what the rows show, for as long as they do.
    void watch_standings(
        const Standings& now, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
    );
    [[nodiscard]] std::string describe_news(const alerts::AlertKey& key) const;
    [[nodiscard]] std::string describe_laws(protocol::MarketId market) const;
    [[nodiscard]] rules::Verdict judge_doubt(const eth::Block& block);
    [[nodiscard]] static alerts::AlertKey watch_key(
        rules::WatchRule rule, protocol::MarketId market
    );
    [[nodiscard]] static std::optional<rules::WatchRule> watch_of(const alerts::AlertKey& key);
    [[nodiscard]] std::string describe_watch(rules::WatchRule rule, const alerts::AlertKey& key)
        const;
    [[nodiscard]] const rules::HealthFactorRule* rule_of(const alerts::AlertKey& key) const;
    /// The rule that judges an alert's account now; nullptr when none does any more.
    [[nodiscard]] const rules::HealthFactorRule* rule_over(const alerts::AlertKey& key) const;

    FoldOptions options_;
    ledger::Ledger ledger_;
    ledger::Table<OnlyKey, TipRow> tip_;
    ledger::Table<OnlyKey, DoubtRow> doubt_;
    ledger::Table<OnlyKey, HaltRow> halt_;
    ledger::Table<protocol::Subject, AuditRow> audits_;
    protocol::Protocols protocols_;
    graph::ExposureGraph graph_;
    ledger::Table<Hash32, NewsRow> news_;  ///< By what it says.
    ledger::Table<protocol::MarketId, DroppedNewsRow> dropped_news_;
    ledger::Table<protocol::MarketId, DroppedNewsRow> dropped_alarms_;
    ledger::Table<Hash32, StandingRow> standings_;  ///< By market and name.
    ledger::Table<Hash32, ToldStandingRow> told_standings_;
    ledger::Table<protocol::MarketId, UnvaluedRow> unvalued_;
    ActivityLog activity_;
    MissedActivity missed_;
    Movers movers_;
    MarketSignals market_signals_;
    GraphSignals graph_signals_;
    PositionSignals position_signals_;
    SignalRules signal_rules_;
    alerts::Book book_;
    std::vector<protocol::BaseCurrency> currencies_;  ///< By market.
    std::vector<Hash32> rule_ids_;                    ///< In the order of options_.rules.health.
    InTurn in_turn_;
    ForkJoin* fork_join_ = &in_turn_;
    bool in_run_ = false;  ///< Between the first absorb() and seal_run().
};

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<engine::Fold::OnlyKey, engine::TipRow>;
extern template class ledger::Table<engine::Fold::OnlyKey, engine::DoubtRow>;
extern template class ledger::Table<engine::Fold::OnlyKey, engine::HaltRow>;
extern template class ledger::Table<protocol::Subject, engine::AuditRow>;
extern template class ledger::Table<Hash32, engine::NewsRow>;
extern template class ledger::Table<protocol::MarketId, engine::DroppedNewsRow>;
extern template class ledger::Table<Hash32, engine::StandingRow>;
extern template class ledger::Table<Hash32, engine::ToldStandingRow>;
extern template class ledger::Table<protocol::MarketId, engine::UnvaluedRow>;
}  // namespace faultline
