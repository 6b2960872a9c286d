// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/hashed_rows.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::ledger {

/// A typed key -> value map that remembers, per block, what each touched row was before.
/// Key and Value are encodable (codec.hpp); keys are compared by their fields. Rows is where the
/// rows are (hashed_rows.hpp).
template <class Key, class Value, class Rows = HashedRows<Key, Value>>
class Table final : public TableBase {
  public:
    Table(Ledger& ledger, TableId id, Rows rows = {}) : TableBase(id), rows_(std::move(rows)) {
        ledger.attach(*this);
    }

    /// A row, to be tested and dereferenced as a pointer; none when there is no such row. Valid
    /// until the table, or one that shares its Rows, is written.
    [[nodiscard]] typename Rows::Found find(const Key& key) const { return rows_.find(key); }

    [[nodiscard]] bool contains(const Key& key) const { return rows_.contains(key); }

    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

    /// For those who know how their rows lie. Valid as find()'s.
    [[nodiscard]] const Rows& rows() const noexcept { return rows_; }

    void put(const Key& key, Value value) {
        update(key, [&value](Value& row) { row = std::move(value); });
    }

    void erase(const Key& key) {
        rows_.erase(key, epoch_, [&](const typename Rows::Found& before) {
            remember(key, before);
        });
    }

    /// Changes a row in place through `change(Value&)`; an absent row starts as Value{}.
    template <class F>
    void update(const Key& key, F&& change) {
        rows_.update(
            key,
            epoch_,
            [&](const typename Rows::Found& before) { remember(key, before); },
            std::forward<F>(change)
        );
    }

    /// Visits (key, value) in no particular order: for sums and for searches whose results are
    /// sorted before anyone sees them.
    template <class F>
    void for_each_unordered(F&& visit) const {
        rows_.for_each(std::forward<F>(visit));
    }

    /// All keys in order.
    [[nodiscard]] std::vector<Key> sorted_keys() const {
        std::vector<Key> keys;
        keys.reserve(rows_.size());
        for_each_unordered([&keys](const Key& key, const Value&) { keys.push_back(key); });
        std::ranges::sort(keys);
        return keys;
    }

    Result<void> restore(BytesView key, std::optional<BytesView> value) override {
        constexpr Epoch kNone = 0;
        const auto unremembered = [](const typename Rows::Found&) {
        };
        FAULTLINE_TRY(const Key typed_key, decode<Key>(key));
        if (!value) {
            rows_.erase(typed_key, kNone, unremembered);
            return {};
        }
        FAULTLINE_TRY(Value typed_value, decode<Value>(*value));
        rows_.update(typed_key, kNone, unremembered, [&](Value& row) {
            row = std::move(typed_value);
        });
        return {};
    }

    [[nodiscard]] Result<std::optional<Bytes>> row(BytesView key) const override {
        FAULTLINE_TRY(const Key typed_key, decode<Key>(key));
        const auto found = find(typed_key);
        return found ? std::optional(encode(*found)) : std::nullopt;
    }

    [[nodiscard]] std::size_t touched() const noexcept override { return touched_.size(); }

    void seal(std::vector<RowChange>& changes) override {
        std::vector<const Touched*> order;
        order.reserve(touched_.size());
        for (const Touched& touched : touched_) {
            order.push_back(&touched);
        }
        // Of a row that went and came again, the first entry holds what it was before the block.
        std::ranges::sort(order, [](const Touched* a, const Touched* b) {
            return std::tie(a->key, a) < std::tie(b->key, b);
        });
        const Key* last = nullptr;
        Scratch scratch;
        changes.reserve(changes.size() + order.size());
        for (const Touched* touched : order) {
            const bool repeated = last != nullptr && *last == touched->key;
            last = &touched->key;
            if (!repeated) {
                add_change(*touched, scratch, changes);
            }
        }
        begin(Journal::kBefore);
    }

    void begin(Journal journal) override {
        FAULTLINE_ASSERT(journal == Journal::kBefore || touched_.empty());
        touched_.clear();
        ++epoch_;
        journal_ = journal;
    }

    void visit_touched(const RowVisitor& visit) const override {
        Encoder key;
        Encoder value;
        for (const Touched& touched : touched_) {
            key.clear();
            key.put(touched.key);
            if (const auto after = find(touched.key)) {
                value.clear();
                value.put(*after);
                visit(id(), key.view(), value.view());
            } else {
                visit(id(), key.view(), std::nullopt);
            }
        }
    }

    void visit_touched_keys(const KeyVisitor& visit) const override {
        Encoder key;
        for (const Touched& touched : touched_) {
            key.clear();
            key.put(touched.key);
            visit(id(), key.view());
        }
    }

    void step_back() override {
        FAULTLINE_ASSERT(journal_ == Journal::kBefore);
        // Of a row that went and came again, the later entry first.
        for (auto touched = touched_.rbegin(); touched != touched_.rend(); ++touched) {
            exchange(*touched);
        }
    }

    void step_forward() override {
        for (Touched& touched : touched_) {
            exchange(touched);
        }
    }

    void dump(std::vector<RowChange>& rows) const override {
        for (const Key& key : sorted_keys()) {
            if (const auto row = rows_.find(key)) {
                rows.push_back(
                    {.table = id(), .key = encode(key), .before = {}, .after = encode(*row)}
                );
            }
        }
    }

  private:
    struct Touched {
        Key key;
        std::optional<Value> before;
    };

    /// The row is what it was, and what it is is kept instead.
    void exchange(Touched& touched) {
        const auto remembered = [](const typename Rows::Found&) {
        };
        std::optional<Value> now;
        if (const auto found = find(touched.key)) {
            now = *found;
        }
        if (touched.before) {
            rows_.update(touched.key, epoch_, remembered, [&](Value& row) {
                row = std::move(*touched.before);
            });
        } else {
            rows_.erase(touched.key, epoch_, remembered);
        }
        touched.before = std::move(now);
    }

    /// Memory that is written to for row after row.
    struct Scratch {
        Encoder key;
        Encoder before;
        Encoder after;
    };

    static Bytes copy(const Encoder& encoder) {
        return {encoder.view().begin(), encoder.view().end()};
    }

    void add_change(const Touched& touched, Scratch& scratch, std::vector<RowChange>& changes)
        const {
        const auto after = find(touched.key);
        scratch.before.clear();
        if (touched.before) {
            scratch.before.put(*touched.before);
        }
        scratch.after.clear();
        if (after) {
            scratch.after.put(*after);
        }
        if (touched.before.has_value() == bool(after) &&
            std::ranges::equal(scratch.before.view(), scratch.after.view())) {
            return;
        }
        scratch.key.clear();
        scratch.key.put(touched.key);
        RowChange& change = changes.emplace_back();
        change.table = id();
        change.key = copy(scratch.key);
        if (touched.before) {
            change.before = copy(scratch.before);
        }
        if (after) {
            change.after = copy(scratch.after);
        }
    }

    void remember(const Key& key, const typename Rows::Found& before) {
        Touched& touched = touched_.emplace_back(Touched{.key = key, .before = std::nullopt});
        if (before && journal_ == Journal::kBefore) {
            touched.before = *before;
        }
    }

    Rows rows_;
    std::vector<Touched> touched_;  ///< In order; a row that was erased and made again has two.
    Epoch epoch_ = 1;               ///< Of the writes since the last seal.
    Journal journal_ = Journal::kBefore;
};

}  // namespace faultline::ledger
