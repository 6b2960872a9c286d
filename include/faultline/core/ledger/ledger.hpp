// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstdint>
#include <map>
#include <optional>
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
    /// Appends what changed since the last seal, sorted by key, no-ops left out, and forgets it.
    virtual void seal(std::vector<RowChange>& changes) = 0;
    /// Puts the rows back as they were at the last seal.
    virtual void abandon() = 0;
    /// Appends every row as a change from nothing, sorted by key.
    virtual void dump(std::vector<RowChange>& rows) const = 0;

  private:
    TableId id_;
};

/// All journaled tables of one chain: the mutable world of the engine. A block is applied by
/// writing rows and then seal()ing; undoing it is restoring the before-images that seal() returned.
///
/// Invariant: the rows after any sequence of seal() and undo() are those of the blocks that remain.
/// Pure; thread: the engine's.
class Ledger {
  public:
    /// @pre the id is free
    void attach(TableBase& table);

    /// What the block changed, ordered by table and key; the next block begins.
    std::vector<RowChange> seal();
    /// Forgets the writes since the last seal.
    void abandon();

    /// Reverts the newest sealed block by its changes; returns the same changes turned round.
    /// kCorrupt for an unknown table or bytes that do not decode. @pre nothing is written since
    /// seal()
    Result<std::vector<RowChange>> undo(const std::vector<RowChange>& changes);

    /// Loads a stored row. kCorrupt for an unknown table or bytes that do not decode.
    Result<void> load(TableId table, BytesView key, BytesView value);

    /// Every row of every table, ordered: equality of two dumps is equality of two states.
    [[nodiscard]] std::vector<RowChange> dump() const;

  private:
    std::map<TableId, TableBase*> tables_;
};

}  // namespace faultline::ledger
