// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_metrics.hpp"
#include "engine/keys.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::engine {

using runtime::Task;

namespace {

/// How much history becomes durable together: enough that rows touched again and again are written
/// once, little enough that readers, who see only what is durable, wait a fraction of a second.
constexpr std::size_t kRunBlocks = 4096;
constexpr std::size_t kRunLogs = 32'768;
/// After so much of a run others on the loop have their turn: some 10 ms.
constexpr std::size_t kTurnWork = 4096;

}  // namespace

Engine::Engine(FoldOptions options, std::uint64_t undo_window_blocks, EngineParts parts)
    : fold_(std::move(options)),
      undo_window_blocks_(undo_window_blocks),
      parts_(parts),
      metrics_(std::make_unique<EngineMetrics>(parts.metrics, fold_.options(), fold_.protocols())) {
}

Engine::~Engine() = default;

std::optional<eth::BlockRef> Engine::tip() const {
    const std::optional<TipRow> row = fold_.tip();
    return row ? std::optional(row->ref) : std::nullopt;
}

std::optional<eth::BlockRef> Engine::applied(eth::BlockNum number) const {
    if (const auto at = tip(); at && at->number == number) {
        return at;
    }
    const auto found = recent_.find(number);
    return found == recent_.end() ? std::nullopt
                                  : std::optional(eth::BlockRef{number, found->second});
}

std::optional<eth::Block> Engine::kept(eth::BlockNum number) const {
    auto block = kept_block(parts_.store, number);
    return block ? std::optional(*std::move(block)) : std::nullopt;
}

std::vector<eth::Read> Engine::plan_reads(const eth::Block& block) const {
    return fold_.plan_reads(block);
}

Result<graph::Snapshot> Engine::graph_as_of(const AsOf& as_of) const {
    FAULTLINE_TRY(const auto rows, graph_history_.rows(parts_.store, as_of));
    return fold_.graph().snapshot_of(rows);
}

std::optional<std::uint64_t> Engine::graph_stamp(const std::optional<AsOf>& as_of) const {
    if (as_of) {
        return graph_history_.stamp(*as_of);
    }
    const auto now = fold_.graph().as_of();
    return now ? graph_history_.stamp_of(now->block.number) : std::nullopt;
}

bool Engine::asks_in_history(const eth::LogList& logs) const {
    return fold_.protocols().asks_in_history(logs);
}

Task<Result<void>> Engine::run(chain::Source& source) {
    // Endless: ends when the source fails for good, a stored undo record is damaged, or by
    // cancellation.
    for (;;) {
        auto event = co_await source.next();
        if (!event) {
            FAULTLINE_ASSERT(run_.blocks == 0);
            co_return std::move(event).error();
        }
        co_await outside_.over();
        if (auto* applied = std::get_if<eth::Applied>(&*event)) {
            if (may_absorb(applied->block) && source.has_history()) {
                absorb(applied->block);
                if (run_.work() - run_.work_at_turn >= kTurnWork) {
                    run_.work_at_turn = run_.work();
                    co_await parts_.clock.sleep(Duration::zero());
                }
            } else {
                co_await apply(std::move(applied->block));
                co_await keep_whole_graph();
            }
        } else {
            FAULTLINE_CO_TRY_VOID(co_await revert(std::get<eth::Reverted>(*event).ref));
        }
    }
}

bool Engine::may_absorb(const eth::Block& block) const {
    return block.deep && run_.blocks < kRunBlocks && run_.logs + block.logs.size() < kRunLogs &&
           fold_.absorbs(block);
}

void Engine::absorb(const eth::Block& block) {
    fold_.absorb(block, run_.incidents);
    kept_.applied(run_.batch, block);
    ++run_.blocks;
    run_.logs += block.logs.size();
    unsettled_ = true;  // What fold() shows is not durable until the run is.
}

store::Batch Engine::end_run() {
    store::Batch batch = std::move(run_.batch);
    if (run_.blocks > 0) {
        keys::Row key;
        fold_.seal_run([&](ledger::TableId table, BytesView row, std::optional<BytesView> value) {
            keys::put_row(batch, key.of(table, row), value);
        });
        metrics_->logs.add(static_cast<double>(run_.logs));
        progress_.events += run_.blocks;
    }
    run_ = Run{};
    return batch;
}

void Engine::prune_undo(store::Batch& batch, bool after_run) {
    const eth::BlockNum newest = recent_.rbegin()->first;
    // One record more than can be taken back: a reorg as deep as the window begins at its block.
    // What lies below a run cannot be reached any more, as the run has no records.
    const eth::BlockNum oldest =
        after_run ? newest : newest - std::min(newest, undo_window_blocks_);
    while (recent_.begin()->first < oldest) {
        batch.erase(store::Family::kUndo, keys::undo(recent_.begin()->first));
        recent_.erase(recent_.begin());
    }
}

Task<> Engine::apply(eth::Block block) {
    const Instant started = parts_.clock.now();
    const bool after_run = run_.blocks > 0;
    std::vector<protocol::Incident> incidents = std::move(run_.incidents);
    store::Batch batch = end_run();
    Outcome outcome = fold_.apply(block, occurrence_of(block.ref()));
    put_batch(batch, block, outcome);
    recent_[block.ref().number] = block.ref().hash;
    prune_undo(batch, after_run);
    while (!orphaned_.empty() && orphaned_.begin()->first.number < recent_.begin()->first) {
        batch.erase(store::Family::kMeta, keys::orphaned(orphaned_.begin()->first));
        orphaned_.erase(orphaned_.begin());
    }
    // History can be had again; losing it to a power cut costs a refetch, not a fact.
    const bool cheap = !block.live && outcome.transitions.empty();
    co_await commit(
        std::move(batch), cheap ? store::Durability::kBuffered : store::Durability::kSynced
    );
    ++progress_.events;
    report(block, outcome, started);
    std::ranges::move(outcome.incidents, std::back_inserter(incidents));
    outcome.incidents = std::move(incidents);
    announce(outcome, block.ref());
    if (block.live && on_live_block_) {
        on_live_block_(block);
    }
}

Task<Result<void>> Engine::revert(eth::BlockRef ref) {
    FAULTLINE_CO_TRY(
        const auto stored, parts_.store.get(store::Family::kUndo, keys::undo(ref.number))
    );
    if (!stored) {
        co_return Error(
            Code::kRejected, "block " + ref.text() + " was orphaned, but its undo record is gone"
        )
            .advise(
                "stop the daemon, run `faultline resync --chain " + fold_.options().chain_name +
                "` and start it again; a larger undo_window_blocks avoids this"
            );
    }
    FAULTLINE_CO_TRY(const UndoRecord undo, ledger::decode<UndoRecord>(*stored));
    FAULTLINE_CO_TRY(const Outcome outcome, fold_.revert(undo));
    store::Batch batch;
    put_outcome(batch, outcome);
    batch.erase(store::Family::kUndo, keys::undo(ref.number));
    kept_.reverted(batch, ref.number);
    graph_history_.reverted(batch, ref.number);
    recent_.erase(ref.number);
    const std::uint32_t times = ++orphaned_[ref];
    batch.put(store::Family::kMeta, keys::orphaned(ref), ledger::encode(times));
    co_await commit(std::move(batch), store::Durability::kSynced);
    ++progress_.events;
    metrics_->reverted_blocks.add();
    metrics_->loaded(fold_);
    parts_.log.info(
        "block_reverted", "Took back block " + ref.text(), {{"chain", fold_.options().chain_name}}
    );
    announce(outcome, ref);
    co_return Result<void>();
}

void Engine::put_batch(store::Batch& batch, const eth::Block& block, const Outcome& outcome) {
    // Handing over takes as long as encoding so many.
    constexpr std::size_t kFew = 64;
    InTurn in_turn;
    ForkJoin& work = outcome.rows.size() < kFew ? in_turn : *fork_join_;
    Bytes undo;
    work.both(
        [&] {
            put_outcome(batch, outcome);
            kept_.applied(batch, block);
            if (block.live) {
                graph_history_.applied(batch, fold_.graph(), outcome.rows);
            }
        },
        [&] { undo = UndoRecord::encoded(block.ref(), outcome); }
    );
    batch.put(store::Family::kUndo, keys::undo(block.ref().number), std::move(undo));
}

void Engine::put_outcome(store::Batch& batch, const Outcome& outcome) {
    put_rows(batch, outcome.rows);
    for (const alerts::Transition& transition : outcome.transitions) {
        batch.put(store::Family::kOutbox, keys::outbox(next_outbox_++), alerts::encode(transition));
    }
    if (!outcome.transitions.empty()) {
        batch.put(store::Family::kMeta, keys::next_outbox(), ledger::encode(next_outbox_));
    }
}

Task<> Engine::commit(store::Batch batch, store::Durability durability) {
    unsettled_ = true;
    runtime::Backoff backoff({});
    // Bounded by the disk coming back, not by a count: going on without this batch would lose it.
    for (;;) {
        auto committed = co_await parts_.committer.commit(batch, durability);
        if (committed) {
            break;
        }
        const std::string message = std::move(committed).error().message();
        if (message != progress_.storage_error) {
            parts_.log.error(
                "commit_failed",
                message,
                {{"chain", fold_.options().chain_name}, {"retrying", true}}
            );
        }
        progress_.storage_error = message;
        metrics_->commit_failures.add();
        co_await parts_.clock.sleep(backoff.next(parts_.random));
    }
    if (!progress_.storage_error.empty()) {
        progress_.storage_error.clear();
        parts_.log.info(
            "commit_recovered",
            "The store takes writes again",
            {{"chain", fold_.options().chain_name}}
        );
    }
    unsettled_ = false;
    progress_.committed = fold_.tip();
    progress_.last_commit = parts_.clock.now();
    if (!waiting_.empty()) {
        for (runtime::Event* waiter : std::exchange(waiting_, {})) {
            waiter->notify();
        }
        // They read in this turn of the loop; the next block is folded in a later one.
        co_await parts_.clock.sleep(Duration::zero());
    }
}

Task<bool> Engine::settled(Duration limit) {
    if (!unsettled_) {
        co_return true;
    }
    runtime::Event event;
    waiting_.push_back(&event);

    // Whatever ends the wait, the engine must not keep a pointer to this frame.
    struct Leave {
        std::vector<runtime::Event*>& waiting;
        runtime::Event* event;

        ~Leave() { std::erase(waiting, event); }
    };

    const Leave leave{waiting_, &event};
    const bool notified = co_await event.wait_for(parts_.clock, limit);
    co_return notified && !unsettled_;
}

void Engine::announce(const protocol::Incident& incident) const {
    switch (incident.kind) {
        case protocol::IncidentKind::kNotice:
            parts_.log.info("market_news", incident.text, {{"chain", fold_.options().chain_name}});
            return;
        case protocol::IncidentKind::kAlarm:
            parts_.log.error(
                "market_alarm", incident.text, {{"chain", fold_.options().chain_name}}
            );
            return;
        case protocol::IncidentKind::kAnomaly:
            metrics_->incidents.add();
            parts_.log.warn(
                "market_incident", incident.text, {{"chain", fold_.options().chain_name}}
            );
            return;
        case protocol::IncidentKind::kDegrades:
            metrics_->incidents.add();
            parts_.log.error(
                "market_degraded", incident.text, {{"chain", fold_.options().chain_name}}
            );
            return;
        case protocol::IncidentKind::kActivity:
            return;  // Rules count it; a line for each would be a log of the chain.
    }
}

void Engine::announce(const Outcome& outcome, const eth::BlockRef& block) const {
    for (const protocol::Incident& incident : outcome.incidents) {
        announce(incident);
    }
    for (const alerts::Transition& transition : outcome.transitions) {
        const std::string event = "alert_" + std::string(alerts::kind_name(transition.kind));
        const obs::Level level =
            transition.kind == alerts::Kind::kFiring ? obs::Level::kWarn : obs::Level::kInfo;
        parts_.log.write(
            level,
            event,
            transition.rule + ": " + transition.summary,
            {{"chain", fold_.options().chain_name},
             {"block", block.number},
             {"key", transition.key()}}
        );
    }
    if (!outcome.transitions.empty() && on_outbox_) {
        on_outbox_();
    }
}

void Engine::report(const eth::Block& block, const Outcome& outcome, Instant started) {
    const Duration took = parts_.clock.now() - started;
    metrics_->applied(block, outcome, took, parts_.clock.wall_now(), fold_);
    parts_.log.write(
        block.live ? obs::Level::kInfo : obs::Level::kDebug,
        "block_applied",
        "Block " + block.ref().text(),
        {{"chain", fold_.options().chain_name},
         {"logs", block.logs.size()},
         {"reads", block.reads.size()},
         {"valued", outcome.evaluated.accounts_valued},
         {"below_threshold", outcome.evaluated.firing},
         {"alerts", fold_.alerts().rows().size()},
         {"us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}}
    );
}

}  // namespace faultline::engine
