// SPDX-License-Identifier: Apache-2.0
#include "engine/keys.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::uint64_t kHour = 3'600;
constexpr std::uint64_t kDay = 86'400;

/// Looked at in one block, at most.
constexpr std::size_t kMostPruned = 64;

/// What is told of a kept graph without reading it.
struct IndexEntry {
    UnixSeconds timestamp;
    bool whole = false;
    std::optional<eth::BlockNum> previous;

    auto fields(this auto& self) { return std::tie(self.timestamp, self.whole, self.previous); }
};

struct KeptRow {
    ledger::TableId table = 0;
    Bytes key;
    std::optional<Bytes> value;

    auto fields(this auto& self) { return std::tie(self.table, self.key, self.value); }
};

struct KeptRows {
    std::uint8_t layout = 1;
    std::vector<KeptRow> rows;

    auto fields(this auto& self) { return std::tie(self.layout, self.rows); }
};

using RowKey = std::pair<ledger::TableId, Bytes>;
using Rows = std::map<RowKey, Bytes>;

/// The bytes of KeptRows, without copies of the rows.
Bytes kept_rows(const std::vector<ledger::RowChange>& changes) {
    ledger::Encoder rows;
    std::uint32_t count = 0;
    for (const ledger::RowChange& change : changes) {
        if (graph::Tables::has(change.table)) {
            rows.put(change.table);
            rows.put(change.key);
            rows.put(change.after);
            ++count;
        }
    }
    ledger::Encoder kept;
    kept.put(KeptRows{}.layout);
    kept.put(count);
    kept.append(rows.view());
    return kept.take();
}

Error damaged(eth::BlockNum number) {
    return Error(
               Code::kCorrupt,
               "the exposure graph of block " + std::to_string(number) + " is damaged"
    )
        .advise("ask for another block");
}

Result<void> add_rows(const store::Store& store, eth::BlockNum number, Rows& rows) {
    FAULTLINE_TRY(const auto bytes, store.get(store::Family::kGraph, keys::graph(number)));
    auto kept = bytes ? ledger::decode<KeptRows>(*bytes) : Result<KeptRows>(damaged(number));
    if (!kept || kept->layout != KeptRows{}.layout) {
        return damaged(number);
    }
    for (KeptRow& row : kept->rows) {
        RowKey key{row.table, std::move(row.key)};
        if (row.value) {
            rows[std::move(key)] = *std::move(row.value);
        } else {
            rows.erase(key);
        }
    }
    return {};
}

}  // namespace

Result<void> GraphHistory::load(const store::Store& store) {
    index_.clear();
    pruned_changes_ = 0;
    pruned_whole_ = 0;
    Result<void> wrong;
    const auto visit = [&](BytesView key, BytesView value) {
        const auto number = keys::graph_index_of(key);
        if (!number) {
            return false;
        }
        auto entry = ledger::decode<IndexEntry>(value);
        if (!entry) {
            wrong = std::move(entry).error().context(
                "what is kept of the exposure graph of block " + std::to_string(*number)
            );
            return false;
        }
        index_[*number] = {
            .timestamp = entry->timestamp,
            .whole = entry->whole,
            .previous = entry->previous,
            .stamp = next_stamp_++
        };
        return true;
    };
    FAULTLINE_TRY_VOID(store.scan(store::Family::kGraph, keys::graph_index(0), visit));
    find_newest_whole();
    return wrong;
}

void GraphHistory::applied(
    store::Batch& batch,
    const graph::ExposureGraph& graph,
    const std::vector<ledger::RowChange>& changes
) {
    const auto as_of = graph.as_of();
    if (!as_of) {
        return;
    }
    const UnixSeconds now = as_of->timestamp;
    IndexEntry entry{.timestamp = now, .whole = !newest_whole_, .previous = std::nullopt};
    if (!entry.whole) {
        entry.previous = index_.rbegin()->first;
    }
    const eth::BlockNum number = as_of->block.number;
    batch.put(
        store::Family::kGraph,
        keys::graph(number),
        // Not by a conditional: it would copy the changes.
        entry.whole ? kept_rows(graph.dump()) : kept_rows(changes)
    );
    batch.put(store::Family::kGraph, keys::graph_index(number), ledger::encode(entry));
    index_[number] = {
        .timestamp = now, .whole = entry.whole, .previous = entry.previous, .stamp = next_stamp_++
    };
    if (entry.whole) {
        newest_whole_ = number;
    }
    prune(batch, now);
}

bool GraphHistory::owes_whole(const graph::ExposureGraph& graph) const {
    const auto hour = [](const Kept& kept) {
        return kept.timestamp.value / kHour;
    };
    const auto as_of = graph.as_of();
    if (index_.empty() || !as_of || as_of->block.number != index_.rbegin()->first) {
        return false;
    }
    return !newest_whole_ || hour(index_.at(*newest_whole_)) != hour(index_.rbegin()->second);
}

void GraphHistory::keep_whole(store::Batch& batch, const graph::ExposureGraph& graph) {
    FAULTLINE_ASSERT(owes_whole(graph));
    auto& [number, kept] = *index_.rbegin();
    kept.whole = true;
    kept.previous = std::nullopt;
    const IndexEntry entry{.timestamp = kept.timestamp, .whole = true, .previous = std::nullopt};
    batch.put(store::Family::kGraph, keys::graph(number), kept_rows(graph.dump()));
    batch.put(store::Family::kGraph, keys::graph_index(number), ledger::encode(entry));
    newest_whole_ = number;
}

void GraphHistory::find_newest_whole() {
    const auto found = std::find_if(index_.rbegin(), index_.rend(), [](const auto& one) {
        return one.second.whole;
    });
    newest_whole_ = found == index_.rend() ? std::nullopt : std::optional(found->first);
}

void GraphHistory::reverted(store::Batch& batch, eth::BlockNum number) {
    if (index_.contains(number)) {
        drop(batch, number);
    }
}

void GraphHistory::drop(store::Batch& batch, eth::BlockNum number) {
    batch.erase(store::Family::kGraph, keys::graph(number));
    batch.erase(store::Family::kGraph, keys::graph_index(number));
    index_.erase(number);
    if (newest_whole_ == number) {
        find_newest_whole();
    }
}

void GraphHistory::prune(store::Batch& batch, UnixSeconds now) {
    // An hour goes as a whole: changes are of no use without those before them.
    const auto is_past = [now](const Kept& kept, std::uint64_t seconds) {
        return ((kept.timestamp.value / kHour) + 1) * kHour + seconds < now.value;
    };
    std::vector<eth::BlockNum> gone;
    std::size_t looked = 0;
    for (auto at = index_.lower_bound(pruned_changes_);
         at != index_.end() && looked < kMostPruned &&
         is_past(at->second, keep_.blocks_for_seconds);
         ++at, ++looked) {
        pruned_changes_ = at->first + 1;
        if (!at->second.whole) {
            gone.push_back(at->first);
        }
    }
    looked = 0;
    for (auto at = index_.lower_bound(pruned_whole_);
         at != index_.end() && looked < kMostPruned && is_past(at->second, keep_.hours_for_seconds);
         ++at, ++looked) {
        pruned_whole_ = at->first + 1;
        const bool same_day =
            at != index_.begin() &&
            std::prev(at)->second.timestamp.value / kDay == at->second.timestamp.value / kDay;
        if (at->second.whole && same_day) {
            gone.push_back(at->first);
        }
    }
    for (const eth::BlockNum number : gone) {
        drop(batch, number);
    }
}

GraphHistory::Index::const_iterator GraphHistory::newest(const AsOf& as_of) const {
    Index::const_iterator after;
    if (const auto* number = std::get_if<eth::BlockNum>(&as_of)) {
        after = index_.upper_bound(*number);
    } else {
        const UnixSeconds moment = std::get<UnixSeconds>(as_of);
        // Timestamps rise with the blocks.
        after = std::find_if(index_.begin(), index_.end(), [moment](const auto& one) {
            return one.second.timestamp > moment;
        });
    }
    return after == index_.begin() ? index_.end() : std::prev(after);
}

std::vector<eth::BlockNum> GraphHistory::made_of(const AsOf& as_of) const {
    auto at = newest(as_of);
    std::vector<eth::BlockNum> blocks;
    while (at != index_.end()) {
        blocks.push_back(at->first);
        if (at->second.whole) {
            return blocks;
        }
        at = at->second.previous ? index_.find(*at->second.previous) : index_.end();
        if (at == index_.end()) {
            // Those before it are pruned: it is of no use any more.
            const auto next = index_.find(blocks.back());
            at = next == index_.begin() ? index_.end() : std::prev(next);
            blocks.clear();
        }
    }
    return {};
}

std::optional<std::uint64_t> GraphHistory::stamp(const AsOf& as_of) const {
    const std::vector<eth::BlockNum> blocks = made_of(as_of);
    return blocks.empty() ? std::nullopt : std::optional(index_.at(blocks.front()).stamp);
}

std::optional<std::uint64_t> GraphHistory::stamp_of(eth::BlockNum number) const {
    const auto found = index_.find(number);
    return found == index_.end() ? std::nullopt : std::optional(found->second.stamp);
}

Result<std::vector<ledger::RowChange>> GraphHistory::rows(
    const store::Store& store, const AsOf& as_of
) const {
    const std::vector<eth::BlockNum> blocks = made_of(as_of);
    if (blocks.empty()) {
        return Error(Code::kMissing, "no exposure graph is kept of then")
            .advise(
                index_.empty() ? "Ask again when a live block was processed"
                               : "The oldest is of block " + std::to_string(index_.begin()->first)
            );
    }
    Rows rows;
    for (auto number = blocks.rbegin(); number != blocks.rend(); ++number) {
        FAULTLINE_TRY_VOID(add_rows(store, *number, rows));
    }
    std::vector<ledger::RowChange> out;
    out.reserve(rows.size());
    for (auto& [key, value] : rows) {
        out.push_back(
            {.table = key.first,
             .key = key.second,
             .before = std::nullopt,
             .after = std::move(value)}
        );
    }
    return out;
}

}  // namespace faultline::engine
