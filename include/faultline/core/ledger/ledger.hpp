// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fork_join.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace faultline::ledger {

using TableId = std::uint16_t;

/// One row as a block left it, encoded. Absent on a side means the row did not exist there.
struct RowChange {
    TableId table = 0;
    Bytes key;
    std::optional<Bytes> before;
    std::optional<Bytes> after;
    bool operator==(const RowChange&) const = default;

    auto fields(this auto& self) { return std::tie(self.table, self.key, self.before, self.after); }
};

/// What is remembered of the rows that are written.
enum class Journal : std::uint8_t {
    kBefore,  ///< Which they are and what they were: seal() tells, undo() can go back.
    kKeys,    ///< Which they are.
};

/// A row that was written, as it is now; nullopt when it is gone. Views end with the call.
using RowVisitor =
    std::function<void(TableId table, BytesView key, std::optional<BytesView> value)>;

/// The key of a row that was written. The view ends with the call.
using KeyVisitor = std::function<void(TableId table, BytesView key)>;

/// The side of a table that the ledger works with; protocols use ledger::Table.
class TableBase {
  public:
    explicit TableBase(TableId id) : id_(id) {}

    TableBase(const TableBase&) = delete;
    TableBase& operator=(const TableBase&) = delete;
    virtual ~TableBase() = default;

    [[nodiscard]] TableId id() const noexcept { return id_; }

    /// Sets (or with nullopt removes) a row without journaling it. kCorrupt when it does not
    /// decode.
    virtual Result<void> restore(BytesView key, std::optional<BytesView> value) = 0;
    /// The row as it is, encoded; nullopt when there is none. kCorrupt when the key does not
    /// decode.
    [[nodiscard]] virtual Result<std::optional<Bytes>> row(BytesView key) const = 0;
    /// How many rows were touched since the last seal, about.
    [[nodiscard]] virtual std::size_t touched() const noexcept = 0;
    /// Appends what changed since the last seal, sorted by key, no-ops left out, and forgets it.
    virtual void seal(std::vector<RowChange>& changes) = 0;
    /// Forgets what was touched; from here on that much is remembered.
    virtual void begin(Journal journal) = 0;
    /// Each touched row, in the order of first touch; one that was erased and made again twice.
    virtual void visit_touched(const RowVisitor& visit) const = 0;
    /// Their keys, likewise.
    virtual void visit_touched_keys(const KeyVisitor& visit) const = 0;
    /// Makes each touched row what it was before, and keeps what it is; then the other way round.
    virtual void step_back() = 0;
    virtual void step_forward() = 0;
    /// Appends every row as a change from nothing, sorted by key.
    virtual void dump(std::vector<RowChange>& rows) const = 0;

  private:
    TableId id_;
};

/// All journaled tables of one chain: the mutable world of the engine. A block is applied by
/// writing rows and then seal()ing; undoing it is restoring the before-images that seal() returned.
///
/// Where nothing has to be undone (history far below the head), begin_run() and seal_run() take
/// many blocks together and remember only which rows they wrote.
///
/// Invariant: the rows after any sequence of seal() and undo() are those of the blocks that remain.
/// Pure; thread: the engine's.
class Ledger {
  public:
    /// @pre the id is free
    void attach(TableBase& table);

    /// What the block changed, ordered by table and key; the next block begins. Tables are sealed
    /// by two at the same time, where `fork_join` can.
    std::vector<RowChange> seal(ForkJoin& fork_join);
    std::vector<RowChange> seal();

    /// Seals tables ahead of the others, while work goes on that reads them; the next seal() has
    /// their changes, too. @pre both asserted: none of them is written to until then, and it is
    /// called once in a block
    void seal_ahead(const std::function<bool(TableId)>& is_done);

    /// Visits the key of each row that was written since the last seal, at least once: for what
    /// follows from rows and is to be part of the same block. The tables must not be written to
    /// meanwhile.
    void visit_touched(const KeyVisitor& visit) const;

    /// Calls `look` while all that was written to these tables since the last seal is as it was
    /// before, for what follows from a change and not from the rows alone. Costs as much as there
    /// was written. No table may be written to meanwhile. @pre not between begin_run() and
    /// seal_run()
    void look_back(const std::set<TableId>& tables, const std::function<void()>& look);

    /// What is written from here to seal_run() cannot be undone. @pre nothing is written since
    /// seal() or seal_run()
    void begin_run();
    /// Visits each row that was written since begin_run() as it is now, at least once, in an order
    /// that depends on the writes alone; the next block begins.
    void seal_run(const RowVisitor& visit);

    /// Reverts the newest sealed block by its changes, of which it asks what rows were before and
    /// not what they are; returns the same changes turned round.
    /// kCorrupt for an unknown table or bytes that do not decode. @pre nothing is written since
    /// seal()
    Result<std::vector<RowChange>> undo(const std::vector<RowChange>& changes);

    /// Loads a stored row. kCorrupt for an unknown table or bytes that do not decode.
    Result<void> load(TableId table, BytesView key, BytesView value);

    /// Every row of every table, ordered: equality of two dumps is equality of two states.
    [[nodiscard]] std::vector<RowChange> dump() const;

  private:
    std::map<TableId, TableBase*> tables_;
    std::vector<const TableBase*> sealed_ahead_;
    std::vector<RowChange> changes_ahead_;
};

}  // namespace faultline::ledger
