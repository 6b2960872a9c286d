// SPDX-License-Identifier: Apache-2.0
// Reading back what the engine committed.
#include "engine/engine_metrics.hpp"
#include "engine/keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

namespace faultline::engine {
namespace {

constexpr const char* kAdvice =
    "run `faultline resync` to follow again from the start, or restore a backup";

/// Scans a family until `visit` fails; returns that failure.
template <class F>
Result<void> scan_all(const store::Store& store, store::Family family, F&& visit) {
    Result<void> result;
    FAULTLINE_TRY_VOID(store.scan(family, {}, [&](BytesView key, BytesView value) {
        result = visit(key, value);
        return result.has_value();
    }));
    return result;
}

/// Visits what is stored of each row.
template <class F>
Result<void> each_row(const store::Store& store, F&& visit) {
    return scan_all(
        store,
        store::Family::kRows,
        [&](BytesView key, BytesView value) -> Result<void> {
            constexpr std::size_t kTableBytes = sizeof(ledger::TableId);
            if (key.size() < kTableBytes) {
                return Error(
                    Code::kCorrupt,
                    "a stored row has a key of " + std::to_string(key.size()) + " bytes"
                );
            }
            FAULTLINE_TRY(
                const auto table, ledger::decode<ledger::TableId>(key.first(kTableBytes))
            );
            return visit(table, key.subspan(kTableBytes), value);
        }
    );
}

}  // namespace

Result<void> load_rows(const store::Store& store, ledger::Ledger& ledger) {
    return each_row(store, [&](ledger::TableId table, BytesView key, BytesView value) {
        return ledger.load(table, key, value);
    });
}

Result<void> Engine::load() {
    FAULTLINE_TRY(const auto mark, bootstrap_mark(parts_.store));
    if (mark) {
        return Error(
                   Code::kRejected,
                   "the bootstrap of this chain at block " + mark->block.text() + " is not finished"
        )
            .advise("run `faultline bootstrap` again: it goes on where it ended");
    }
    auto rows = each_row(parts_.store, [&](ledger::TableId table, BytesView key, BytesView value) {
        return fold_.load(table, key, value);
    });
    if (!rows) {
        return std::move(rows).error().context("load rows").advise(kAdvice);
    }
    if (auto undo = load_undo_refs(); !undo) {
        return std::move(undo).error().context("load undo records").advise(kAdvice);
    }
    if (auto meta = load_meta(); !meta) {
        return std::move(meta).error().context("load the engine's counters").advise(kAdvice);
    }
    if (auto kept = kept_.load(parts_.store); !kept) {
        return std::move(kept).error().context("find the blocks that are kept").advise(kAdvice);
    }
    if (auto graphs = graph_history_.load(parts_.store); !graphs) {
        return std::move(graphs).error().context("find earlier exposure graphs").advise(kAdvice);
    }
    if (fold_.tip()) {
        fold_.look();  // Whoever asks what rules say does not wait for the next block.
    }
    progress_.committed = fold_.tip();
    progress_.last_commit = parts_.clock.now();
    metrics_->loaded(fold_);
    return {};
}

Result<void> Engine::load_undo_refs() {
    FAULTLINE_TRY_VOID(scan_all(
        parts_.store,
        store::Family::kUndo,
        [&](BytesView key, BytesView value) -> Result<void> {
            FAULTLINE_TRY(const auto number, ledger::decode<eth::BlockNum>(key));
            FAULTLINE_TRY(const auto record, ledger::decode<UndoRecord>(value));
            recent_[number] = record.ref.hash;
            return {};
        }
    ));
    const auto at = tip();
    const auto newest = at ? recent_.find(at->number) : recent_.end();
    if (at && (newest == recent_.end() || newest->second != at->hash)) {
        return Error(Code::kCorrupt, "the tip " + at->text() + " has no undo record of its own");
    }
    return {};
}

Result<void> Engine::load_meta() {
    FAULTLINE_TRY(const auto next, parts_.store.get(store::Family::kMeta, keys::next_outbox()));
    if (next) {
        FAULTLINE_TRY(next_outbox_, ledger::decode<std::uint64_t>(*next));
    }
    const Bytes prefix = keys::text(keys::kOrphanPrefix);
    Result<void> result;
    FAULTLINE_TRY_VOID(parts_.store.scan(
        store::Family::kMeta,
        prefix,
        [&](BytesView key, BytesView value) {
            if (key.size() < prefix.size() ||
                !std::ranges::equal(key.first(prefix.size()), prefix)) {
                return false;
            }
            const auto ref = ledger::decode<eth::BlockRef>(key.subspan(prefix.size()));
            const auto times = ledger::decode<std::uint32_t>(value);
            if (!ref || !times) {
                result = Error(Code::kCorrupt, "a count of orphaned blocks is damaged");
                return false;
            }
            orphaned_[*ref] = *times;
            return true;
        }
    ));
    return result;
}

}  // namespace faultline::engine
