// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {

struct EngineParts {
    store::Store& store;
    store::Committer& committer;
    runtime::Clock& clock;
    runtime::Random& random;
    obs::Log& log;
    obs::Metrics& metrics;
};

/// What the engine knows of its own progress, for readiness.
struct Progress {
    std::uint64_t events = 0;         ///< Blocks applied or taken back since the process started.
    std::optional<TipRow> committed;  ///< The newest block that is durable.
    Instant last_commit;              ///< When the last batch became durable.
    std::string storage_error;        ///< Empty while commits work.
    std::string halted;               ///< Why the chain stopped; empty while it runs.
};

/// The single writer of one chain: pulls events, folds them, commits each outcome as one batch (of
/// history, a run of blocks as one), and only then lets anybody see it.
///
/// A commit that fails is retried for ever with the same batch, and nothing is pulled meanwhile.
/// Killed anywhere, load() finds the rows, undo records and outbox of a whole number of blocks.
/// Thread: loop.
class Engine final : public chain::AppliedChain {
  public:
    /// Reorgs up to `undo_window_blocks` deep can be taken back. The parts outlive the engine.
    Engine(FoldOptions options, std::uint64_t undo_window_blocks, EngineParts parts);

    /// Which blocks to keep as they came, from the next one on; none unless said. Before load().
    void keep_blocks(KeepBlocks keep) { kept_ = KeptBlocks(keep); }

    /// For how long earlier exposure graphs are kept. Before load().
    void keep_graph(KeepGraph keep) { graph_history_ = GraphHistory(keep); }

    ~Engine() override;

    /// Reads what is stored. kCorrupt with what to do when it is not what this engine wrote.
    Result<void> load();

    /// Folds until the source fails for good (its error) or the task is cancelled; a commit under
    /// way is finished first.
    runtime::Task<Result<void>> run(chain::Source& source);

    /// Called after each commit that wrote to the outbox.
    void on_outbox(std::function<void()> notify) { on_outbox_ = std::move(notify); }

    /// Called after each commit of a live block.
    void on_live_block(std::function<void(const eth::Block&)> notify) {
        on_live_block_ = std::move(notify);
    }

    [[nodiscard]] std::optional<eth::BlockRef> tip() const override;
    [[nodiscard]] std::optional<eth::BlockRef> applied(eth::BlockNum number) const override;
    [[nodiscard]] std::optional<eth::Block> kept(eth::BlockNum number) const override;
    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override;
    [[nodiscard]] bool asks_in_history(const eth::LogList& logs) const override;

    /// Waits until what fold() shows is durable, at most `limit`; false when it is not by then.
    /// Between a true and the next co_await, fold() does not change. Waiting for one commit is
    /// enough, however fast blocks come: the engine folds the next one after its readers had a
    /// turn.
    runtime::Task<bool> settled(Duration limit);

    [[nodiscard]] const Fold& fold() const noexcept { return fold_; }

    /// As Fold::work_with().
    void work_with(ForkJoin& fork_join) noexcept {
        fork_join_ = &fork_join;
        fold_.work_with(fork_join);
    }

    /// Other rules, from the next block on.
    void use_rules(rules::RuleSet rules) { fold_.use_rules(std::move(rules)); }

    /// The exposure graph as of then. Errors as GraphHistory::rows(), kMissing before the first.
    [[nodiscard]] Result<graph::Snapshot> graph_as_of(const AsOf& as_of) const;

    /// GraphHistory::stamp() of graph_as_of() or, without a time, of what fold().graph() shows.
    [[nodiscard]] std::optional<std::uint64_t> graph_stamp(const std::optional<AsOf>& as_of) const;

    /// The oldest block of which a graph is kept.
    [[nodiscard]] std::optional<eth::BlockNum> oldest_graph() const {
        return graph_history_.oldest();
    }

    [[nodiscard]] const Progress& progress() const noexcept { return progress_; }

    /// The chain stopped for good: readiness and, where a block was applied, an alert say why.
    /// @pre run() has ended with an error of the source
    runtime::Task<> halt(std::string why);

    /// Alerts about what an audit found, as of the tip. Waits until what fold() shows is durable;
    /// the next block is folded when this is. One at a time.
    runtime::Task<> audited(AuditFinding finding);

    /// Alerts about what no block tells, as of the tip; as audited().
    runtime::Task<> noticed(Notice notice);

  private:
    struct EngineMetrics;

    /// A commit outside a block and the folding of blocks take turns.
    class Outside {
      public:
        class Turn {
          public:
            explicit Turn(Outside& outside) : outside_(outside) { outside_.under_way_ = true; }

            Turn(const Turn&) = delete;
            Turn& operator=(const Turn&) = delete;

            ~Turn() {
                outside_.under_way_ = false;
                outside_.over_.notify();
            }

          private:
            Outside& outside_;
        };

        runtime::Task<> over();

        [[nodiscard]] bool under_way() const noexcept { return under_way_; }

      private:
        bool under_way_ = false;
        runtime::Event over_;
    };

    /// Blocks of history folded, but not committed: the next commit takes them along.
    struct Run {
        store::Batch batch;  ///< Copies of them that are kept.
        std::vector<protocol::Incident> incidents;
        std::size_t blocks = 0;
        std::size_t logs = 0;
        std::size_t work_at_turn = 0;  ///< How much there was when others last had their turn.

        /// In logs: a block without any costs as much as a few.
        [[nodiscard]] std::size_t work() const noexcept { return logs + (4 * blocks); }
    };

    [[nodiscard]] bool may_absorb(const eth::Block& block) const;
    void absorb(const eth::Block& block);
    store::Batch end_run();
    void prune_undo(store::Batch& batch, bool after_run);
    runtime::Task<> apply(eth::Block block);
    runtime::Task<> keep_whole_graph();
    runtime::Task<Result<void>> revert(eth::BlockRef ref);
    runtime::Task<> commit(store::Batch batch, store::Durability durability);
    /// Changes what the tip left behind, by itself: between two blocks.
    runtime::Task<> at_tip(std::function<Outcome(std::uint32_t)> change);
    runtime::Task<> commit_at_tip(const Outcome& outcome, const eth::BlockRef& at);
    /// How often this very block was taken back before.
    [[nodiscard]] std::uint32_t occurrence_of(const eth::BlockRef& block) const;
    /// All that a block that is no part of a run has to make durable.
    void put_batch(store::Batch& batch, const eth::Block& block, const Outcome& outcome);
    void put_outcome(store::Batch& batch, const Outcome& outcome);
    void announce(const protocol::Incident& incident) const;
    void announce(const Outcome& outcome, const eth::BlockRef& block) const;
    void report(const eth::Block& block, const Outcome& outcome, Instant started);
    Result<void> load_undo_refs();
    Result<void> load_meta();

    Fold fold_;
    std::uint64_t undo_window_blocks_;
    EngineParts parts_;
    std::unique_ptr<EngineMetrics> metrics_;
    std::map<eth::BlockNum, Hash32> recent_;           ///< Blocks with an undo record.
    std::map<eth::BlockRef, std::uint32_t> orphaned_;  ///< How often a recent block was taken back.
    KeptBlocks kept_;
    GraphHistory graph_history_;
    InTurn in_turn_;
    ForkJoin* fork_join_ = &in_turn_;
    Run run_;
    std::uint64_t next_outbox_ = 0;
    bool unsettled_ = false;  ///< What fold() shows is not durable yet.
    std::vector<runtime::Event*> waiting_;
    Outside outside_;
    std::function<void()> on_outbox_;
    std::function<void(const eth::Block&)> on_live_block_;
    Progress progress_;
};

}  // namespace faultline::engine
