// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::ledger {

/// Mixes the fields of a key as FNV-1a mixes bytes.
struct KeyHash {
    template <class Key>
    std::size_t operator()(const Key& key) const noexcept {
        std::uint64_t hash = 0xcbf29ce484222325ULL;
        mix(hash, key);
        return static_cast<std::size_t>(hash ^ (hash >> 29U));
    }

  private:
    template <class T>
    static void mix(std::uint64_t& hash, const T& value) noexcept {
        if constexpr (Structured<const T>) {
            std::apply([&hash](const auto&... field) { (mix(hash, field), ...); }, value.fields());
        } else if constexpr (Enumeration<T>) {
            mix(hash, static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (std::unsigned_integral<T>) {
            hash = (hash ^ value) * 0x100000001b3ULL;
        } else {
            hash = (hash ^ FixedBytesHash{}(value)) * 0x100000001b3ULL;
        }
    }
};

/// A typed key -> value map that remembers, per block, what each touched row was before.
/// Key and Value are encodable (codec.hpp); keys are compared by their fields.
template <class Key, class Value>
class Table final : public TableBase {
  public:
    Table(Ledger& ledger, TableId id) : TableBase(id) { ledger.attach(*this); }

    /// Valid until the table is written. nullptr when there is no such row.
    [[nodiscard]] const Value* find(const Key& key) const {
        const auto found = rows_.find(key);
        return found == rows_.end() ? nullptr : &found->second.value;
    }

    [[nodiscard]] bool contains(const Key& key) const { return rows_.contains(key); }

    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

    void put(const Key& key, Value value) { touched_row(key).value = std::move(value); }

    void erase(const Key& key) {
        const auto found = rows_.find(key);
        if (found != rows_.end()) {
            remember(key, found->second);
            rows_.erase(found);
        }
    }

    /// Changes a row in place through `change(Value&)`; an absent row starts as Value{}.
    template <class F>
    void update(const Key& key, F&& change) {
        std::forward<F>(change)(touched_row(key).value);
    }

    /// Visits (key, value) in no particular order: for sums and for searches whose results are
    /// sorted before anyone sees them.
    template <class F>
    void for_each_unordered(F&& visit) const {
        for (const auto& [key, row] : rows_) {
            visit(key, row.value);
        }
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
        FAULTLINE_TRY(const Key typed_key, decode<Key>(key));
        if (!value) {
            rows_.erase(typed_key);
            return {};
        }
        FAULTLINE_TRY(Value typed_value, decode<Value>(*value));
        rows_.insert_or_assign(typed_key, Row{.value = std::move(typed_value)});
        return {};
    }

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
        for (const Touched* touched : order) {
            const bool repeated = last != nullptr && *last == touched->key;
            last = &touched->key;
            if (!repeated) {
                add_change(*touched, changes);
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
            if (const Value* after = find(touched.key)) {
                value.clear();
                value.put(*after);
                visit(id(), key.view(), value.view());
            } else {
                visit(id(), key.view(), std::nullopt);
            }
        }
    }

    void dump(std::vector<RowChange>& rows) const override {
        for (const Key& key : sorted_keys()) {
            rows.push_back(
                {.table = id(),
                 .key = encode(key),
                 .before = {},
                 .after = encode(rows_.at(key).value)}
            );
        }
    }

  private:
    struct Row {
        Value value{};
        std::uint64_t touched_in = 0;  ///< The last epoch that remembers it.
    };

    struct Touched {
        Key key;
        std::optional<Value> before;
    };

    void add_change(const Touched& touched, std::vector<RowChange>& changes) const {
        const Value* after = find(touched.key);
        RowChange change;
        change.table = id();
        change.before = touched.before ? std::optional(encode(*touched.before)) : std::nullopt;
        change.after = after != nullptr ? std::optional(encode(*after)) : std::nullopt;
        if (change.before != change.after) {
            change.key = encode(touched.key);
            changes.push_back(std::move(change));
        }
    }

    /// The row, remembered as it is; made when it does not exist.
    Row& touched_row(const Key& key) {
        const auto [found, is_new] = rows_.try_emplace(key);
        if (is_new) {
            touched_.push_back({.key = key, .before = std::nullopt});
            found->second.touched_in = epoch_;
        } else {
            remember(key, found->second);
        }
        return found->second;
    }

    void remember(const Key& key, Row& row) {
        if (row.touched_in == epoch_) {
            return;
        }
        row.touched_in = epoch_;
        Touched& touched = touched_.emplace_back(Touched{.key = key, .before = std::nullopt});
        if (journal_ == Journal::kBefore) {
            touched.before = row.value;
        }
    }

    std::unordered_map<Key, Row, KeyHash> rows_;
    std::vector<Touched> touched_;  ///< In order; a row that was erased and made again has two.
    std::uint64_t epoch_ = 1;       ///< Of the writes since the last seal.
    Journal journal_ = Journal::kBefore;
};

}  // namespace faultline::ledger
