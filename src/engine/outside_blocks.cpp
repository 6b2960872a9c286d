// SPDX-License-Identifier: Apache-2.0
// What becomes of the tip without a block: it is committed at the tip and goes with it.
#include "engine/engine_metrics.hpp"
#include "engine/keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace faultline::engine {

using runtime::Task;

Task<> Engine::Outside::over() {
    // Ends with the commit, which every caller of commit() waits for without a limit.
    while (under_way_) {
        co_await over_.wait();
    }
}

std::uint32_t Engine::occurrence_of(const eth::BlockRef& block) const {
    const auto seen = orphaned_.find(block);
    return seen == orphaned_.end() ? 0 : seen->second;
}

Task<> Engine::keep_whole_graph() {
    if (!graph_history_.owes_whole(fold_.graph())) {
        co_return;
    }
    // Alerts of the block are on their way first.
    constexpr Duration kDeliveries = std::chrono::milliseconds(20);
    co_await parts_.clock.sleep(kDeliveries);
    co_await outside_.over();
    store::Batch batch;
    graph_history_.keep_whole(batch, fold_.graph());
    // What a power cut takes is owed again at the next block.
    co_await commit(std::move(batch), store::Durability::kBuffered);
}

Task<> Engine::halt(std::string why) {
    co_await outside_.over();
    progress_.halted = std::move(why);
    const std::optional<TipRow> at = fold_.tip();
    if (!at) {
        co_return;  // An alert is of a block.
    }
    const Outcome outcome = fold_.halt(progress_.halted, occurrence_of(at->ref));
    co_await commit_at_tip(outcome, at->ref);
}

Task<> Engine::audited(AuditFinding finding) {
    std::function<Outcome(std::uint32_t)> change = [this, &finding](std::uint32_t occurrence) {
        return fold_.audited(finding, occurrence);
    };
    co_await at_tip(std::move(change));
}

Task<> Engine::noticed(Notice notice) {
    std::function<Outcome(std::uint32_t)> change = [this, &notice](std::uint32_t occurrence) {
        return fold_.noticed(notice, occurrence);
    };
    co_await at_tip(std::move(change));
}

Task<> Engine::at_tip(std::function<Outcome(std::uint32_t)> change) {
    // Ends when the disk takes the commit under way, as everything that waits for commits does.
    constexpr Duration kLook = std::chrono::seconds(1);
    for (bool ready = false; !ready;) {
        co_await outside_.over();
        ready = co_await settled(kLook) && !outside_.under_way();
    }
    const std::optional<TipRow> at = fold_.tip();
    if (!at) {
        co_return;
    }
    const Outside::Turn turn(outside_);
    const Outcome outcome = change(occurrence_of(at->ref));
    if (!outcome.rows.empty()) {
        co_await commit_at_tip(outcome, at->ref);
    }
}

Task<> Engine::commit_at_tip(const Outcome& outcome, const eth::BlockRef& at) {
    store::Batch batch;
    put_outcome(batch, outcome);
    // What it changed is taken back with the tip, if that is ever orphaned.
    const auto stored = parts_.store.get(store::Family::kUndo, keys::undo(at.number));
    const std::optional<Bytes> bytes = stored ? *stored : std::nullopt;
    auto undo = bytes ? ledger::decode<UndoRecord>(*bytes)
                      : Result<UndoRecord>(Error(Code::kMissing, "no undo record"));
    if (undo && undo->ref == at) {
        undo->add(outcome);
        batch.put(store::Family::kUndo, keys::undo(at.number), ledger::encode(*undo));
    }
    co_await commit(std::move(batch), store::Durability::kSynced);
    metrics_->loaded(fold_);
    announce(outcome, at);
}

}  // namespace faultline::engine
