// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::ledger {

/// FNV-1a over the fields of a key.
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
        return found == rows_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] bool contains(const Key& key) const { return rows_.contains(key); }

    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

    void put(const Key& key, Value value) {
        remember(key);
        rows_.insert_or_assign(key, std::move(value));
    }

    void erase(const Key& key) {
        remember(key);
        rows_.erase(key);
    }

    /// Changes a row in place through `change(Value&)`; an absent row starts as Value{}.
    template <class F>
    void update(const Key& key, F&& change) {
        remember(key);
        std::forward<F>(change)(rows_[key]);
    }

    /// Visits (key, value) in no particular order: for sums and for searches whose results are
    /// sorted before anyone sees them.
    template <class F>
    void for_each_unordered(F&& visit) const {
        for (const auto& [key, value] : rows_) {
            visit(key, value);
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
        rows_.insert_or_assign(typed_key, std::move(typed_value));
        return {};
    }

    void seal(std::vector<RowChange>& changes) override {
        std::vector<const Key*> touched;
        touched.reserve(before_.size());
        for (const auto& entry : before_) {
            touched.push_back(&entry.first);
        }
        std::ranges::sort(touched, [](const Key* a, const Key* b) { return *a < *b; });
        for (const Key* key : touched) {
            const std::optional<Value>& before = before_.at(*key);
            const Value* after = find(*key);
            RowChange change;
            change.table = id();
            change.before = before ? std::optional(encode(*before)) : std::nullopt;
            change.after = after != nullptr ? std::optional(encode(*after)) : std::nullopt;
            if (change.before != change.after) {
                change.key = encode(*key);
                changes.push_back(std::move(change));
            }
        }
        before_.clear();
    }

    void abandon() override {
        for (auto& [key, before] : before_) {
            if (before) {
                rows_.insert_or_assign(key, std::move(*before));
            } else {
                rows_.erase(key);
            }
        }
        before_.clear();
    }

    void dump(std::vector<RowChange>& rows) const override {
        for (const Key& key : sorted_keys()) {
            rows.push_back(
                {.table = id(), .key = encode(key), .before = {}, .after = encode(rows_.at(key))}
            );
        }
    }

  private:
    void remember(const Key& key) {
        const auto [entry, first_touch] = before_.try_emplace(key);
        if (first_touch) {
            if (const Value* value = find(key)) {
                entry->second = *value;
            }
        }
    }

    std::unordered_map<Key, Value, KeyHash> rows_;
    std::unordered_map<Key, std::optional<Value>, KeyHash> before_;
};

}  // namespace faultline::ledger
