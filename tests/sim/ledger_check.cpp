// SPDX-License-Identifier: Apache-2.0
#include "sim/ledger_check.hpp"

#include "engine/keys.hpp"

#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/protocols/aave/market.hpp>

#include <algorithm>
#include <utility>

namespace faultline::sim {

namespace {

/// Whether an undo record has the rows that a block changed, as they were.
bool lead_back(
    const std::vector<ledger::RowChange>& changes, const std::vector<ledger::RowChange>& undo
) {
    return std::ranges::equal(changes, undo, [](const auto& change, const auto& back) {
        return change.table == back.table && change.key == back.key && change.before == back.before;
    });
}

Bytes row_key(ledger::TableId table, BytesView row) {
    engine::keys::Row key;
    const BytesView bytes = key.of(table, row);
    return {bytes.begin(), bytes.end()};
}

/// Fold's checkpoint row: table 1, key 0.
const Bytes& tip_key() {
    static const Bytes key = row_key(1, Bytes{0});
    return key;
}

bool same_logs(const eth::LogList& a, const eth::LogList& b) {
    return a == b;
}

}  // namespace

LedgerCheck::LedgerCheck(
    const ChainModel& chain,
    engine::FoldOptions fold_options,
    eth::BlockNum start,
    std::uint64_t undo_window
)
    : chain_(chain),
      fold_options_(std::move(fold_options)),
      start_(start),
      undo_window_(undo_window),
      topics_(aave::Markets::topics()) {}

eth::Block LedgerCheck::model_block(const ModelBlock& model, const Delivered& delivered) const {
    eth::Block block;
    block.header = model.header;
    block.evidence = delivered.evidence;
    block.live = delivered.live;
    for (std::size_t i = 0; i < model.logs.size(); ++i) {
        const eth::Log log = model.logs[i];
        if (!log.topics.empty() && std::ranges::binary_search(topics_, log.topics[0])) {
            block.logs.add(log);
        }
    }
    for (const eth::Read& read : delivered.reads) {
        const std::optional<Bytes> answer = model.market.call(read.to, read.data);
        block.reads.push_back(
            {.read = read, .outcome = eth::outcome_of(!answer), .result = answer.value_or(Bytes{})}
        );
    }
    return block;
}

std::optional<std::string> LedgerCheck::delivered(const eth::Block& block) {
    const ModelBlock* model = chain_.find(block.ref().hash);
    if (model == nullptr || model->header != block.header) {
        return "block " + block.ref().text() + " was never on the chain like that";
    }
    Delivered& kept = delivered_[block.ref().hash];
    kept.reads = {};
    for (const eth::ReadAnswer& answer : block.reads) {
        kept.reads.push_back(answer.read);
    }
    kept.evidence = block.evidence;
    kept.live = block.live;
    kept.deep = block.deep;
    highest_ = std::max(highest_, chain_.head());
    if (block.deep && block.ref().number + undo_window_ >= highest_) {
        return "block " + block.ref().text() + " was called deep, but a reorg may reach it";
    }
    const eth::Block expected = model_block(*model, kept);
    if (!same_logs(expected.logs, block.logs)) {
        return "block " + block.ref().text() + " came with " + std::to_string(block.logs.size()) +
               " logs that are not the " + std::to_string(expected.logs.size()) + " it has";
    }
    if (expected.reads != block.reads) {
        return "block " + block.ref().text() + " came with answers the contracts did not give";
    }
    return std::nullopt;
}

bool LedgerCheck::one_run(const std::optional<eth::BlockRef>& from, eth::BlockRef to) const {
    const eth::BlockNum first = from ? from->number + 1 : start_;
    for (;;) {
        const auto known = delivered_.find(to.hash);
        if (to.number < first || known == delivered_.end() || !known->second.deep) {
            return false;
        }
        const Hash32 parent = chain_.find(to.hash)->header.parent;
        if (to.number == first) {
            return !from || parent == from->hash;
        }
        to = {.number = to.number - 1, .hash = parent};
    }
}

void LedgerCheck::leaves(const Path& path) {
    const Path& now = chain_.path();
    highest_ = std::max<eth::BlockNum>(highest_, path.size() - 1);
    orphaned_.insert(std::ranges::mismatch(path, now).in1, path.end());
}

std::optional<std::string> LedgerCheck::reverted(const eth::BlockRef& ref) {
    const bool left = orphaned_.contains(ref.hash) || (elsewhere_ && elsewhere_(ref));
    return left ? std::nullopt
                : std::optional("block " + ref.text() + " was reverted, but never left the chain");
}

std::optional<std::string> LedgerCheck::usable(const engine::Fold& truth) {
    const Figure<bool> usable = truth.protocols().of(0).usable(0);
    return usable.ok() ? std::nullopt
                       : std::optional("the market cannot be valued: " + usable.reason);
}

std::optional<std::string> LedgerCheck::committed(const store::Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const store::Batch::Put put = batch[i];
        if (put.family != store::Family::kRows || !std::ranges::equal(put.key, tip_key())) {
            continue;
        }
        if (!put.value) {
            if (!checkpoint_ || checkpoint_->number != start_) {
                return "the checkpoint was deleted";
            }
            ++reverts_;  // A reorg of the start block: following begins anew.
            checkpoint_.reset();
            continue;
        }
        const auto row = ledger::decode<engine::TipRow>(*put.value);
        if (!row) {
            return "the checkpoint does not decode";
        }
        const std::optional<eth::BlockRef> before = std::exchange(checkpoint_, row->ref);
        const ModelBlock* after_block = chain_.find(row->ref.hash);
        if (after_block == nullptr) {
            return "the checkpoint moved to " + row->ref.text() + ", which never was";
        }
        if (!before) {
            if (row->ref.number != start_ && !one_run(std::nullopt, row->ref)) {
                return "following began at " + row->ref.text();
            }
            continue;
        }
        const bool applied = after_block->header.parent == before->hash;
        const bool reverted = chain_.find(before->hash)->header.parent == row->ref.hash;
        reverts_ += reverted ? 1 : 0;
        if (!applied && !reverted && !one_run(*before, row->ref)) {
            return "the checkpoint jumped from " + before->text() + " to " + row->ref.text();
        }
    }
    return std::nullopt;
}

void LedgerCheck::restarted(const store::Store& store) {
    checkpoint_.reset();
    const auto stored = store.get(store::Family::kRows, tip_key());
    if (stored && *stored) {
        checkpoint_ = ledger::decode<engine::TipRow>(**stored)->ref;
    }
}

std::unique_ptr<engine::Fold> LedgerCheck::rebuild(
    std::map<Hash32, std::vector<ledger::RowChange>>& changes
) const {
    auto fold = std::make_unique<engine::Fold>(fold_options_);
    if (!checkpoint_) {
        return fold;
    }
    const Path path = chain_.path_to(checkpoint_->hash);
    for (eth::BlockNum number = start_; number < path.size(); ++number) {
        const auto known = delivered_.find(path[number]);
        if (known == delivered_.end()) {
            return nullptr;
        }
        engine::Outcome outcome =
            fold->apply(model_block(*chain_.find(path[number]), known->second), 0);
        changes[path[number]] = std::move(outcome.rows);
    }
    return fold;
}

std::unique_ptr<engine::Fold> LedgerCheck::rebuilt() const {
    std::map<Hash32, std::vector<ledger::RowChange>> changes;
    return rebuild(changes);
}

namespace {

using StoredRows = std::vector<std::pair<Bytes, Bytes>>;

/// "; tables 0707 +3": how many rows of a table are in one of them alone.
std::string differing_tables(const StoredRows& stored, const StoredRows& expected) {
    std::map<std::string, std::pair<std::size_t, std::size_t>> by_table;
    const auto count = [&](const StoredRows& rows, const StoredRows& others, bool more) {
        constexpr std::size_t kTableBytes = 2;
        for (const auto& row : rows) {
            if (!std::ranges::binary_search(others, row)) {
                auto& both = by_table[to_hex(BytesView(row.first).first(kTableBytes))];
                ++(more ? both.first : both.second);
            }
        }
    };
    count(stored, expected, true);
    count(expected, stored, false);
    std::string out = "; by table";
    for (const auto& [table, both] : by_table) {
        out += " " + table + " +" + std::to_string(both.first) + "-" + std::to_string(both.second);
    }
    return out;
}

}  // namespace

std::optional<std::string> LedgerCheck::rows_match(const store::Store& store) const {
    std::map<Hash32, std::vector<ledger::RowChange>> changes;
    const std::unique_ptr<engine::Fold> fold = rebuild(changes);
    if (!fold) {
        return "the checkpoint stands on a block that was never delivered";
    }
    std::vector<std::pair<Bytes, Bytes>> expected;
    for (const ledger::RowChange& row : fold->dump()) {
        expected.emplace_back(row_key(row.table, row.key), *row.after);
    }
    std::ranges::sort(expected);
    std::vector<std::pair<Bytes, Bytes>> stored;
    const auto scanned = store.scan(store::Family::kRows, {}, [&](BytesView key, BytesView value) {
        stored.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
        return true;
    });
    if (!scanned || stored != expected) {
        return "the " + std::to_string(stored.size()) + " stored rows are not the " +
               std::to_string(expected.size()) + " of a fold over the canonical blocks up to " +
               (checkpoint_ ? checkpoint_->text() : "nothing") + differing_tables(stored, expected);
    }
    return undo_matches(store, changes);
}

std::optional<std::string> LedgerCheck::undo_matches(
    const store::Store& store, const std::map<Hash32, std::vector<ledger::RowChange>>& changes
) const {
    std::optional<std::string> wrong;
    std::optional<eth::BlockNum> newest;
    const auto scanned = store.scan(store::Family::kUndo, {}, [&](BytesView, BytesView value) {
        const auto record = ledger::decode<engine::UndoRecord>(value);
        if (!record || !changes.contains(record->ref.hash) ||
            !lead_back(changes.at(record->ref.hash), record->changes)) {
            wrong = "an undo record is not that of a block below the checkpoint";
            return false;
        }
        newest = record->ref.number;
        return true;
    });
    if (!scanned) {
        return "the undo records cannot be read";
    }
    if (!wrong && checkpoint_ && newest != checkpoint_->number) {
        return "the checkpoint has no undo record";
    }
    return wrong;
}

}  // namespace faultline::sim
