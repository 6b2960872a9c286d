// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/ledger/codec.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace faultline::ledger {

/// The writes between two seals. A row that was never written in one has epoch 0.
using Epoch = std::uint32_t;

/// Mixes the fields of a key as FNV-1a mixes bytes.
struct KeyHash {
    /// Not noexcept: libstdc++ keeps the hash of each element then. Keys are long, and a search
    /// would make the hashes of its whole bucket anew.
    template <class Key>
    std::size_t operator()(const Key& key) const {
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

/// Where a Table keeps its rows, unless it is told otherwise: a hash table. Another class takes its
/// place by having the same members; rows of several tables that are read together may then lie
/// side by side.
template <class Key, class Value>
class HashedRows {
  public:
    /// A row to read, or nothing; tests and dereferences as a pointer. Valid until the next write.
    using Found = const Value*;

    [[nodiscard]] Found find(const Key& key) const {
        const auto found = rows_.find(key);
        return found == rows_.end() ? nullptr : &found->second.value;
    }

    [[nodiscard]] bool contains(const Key& key) const { return rows_.contains(key); }

    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

    /// Visits (key, value) in no particular order.
    template <class F>
    void for_each(F&& visit) const {
        for (const auto& [key, row] : rows_) {
            visit(key, row.value);
        }
    }

    /// Changes a row by `change(Value&)`; an absent one starts as Value{}. Before that
    /// `remember(Found)`, unless the row was written in this epoch already.
    template <class Remember, class Change>
    void update(const Key& key, Epoch epoch, Remember&& remember, Change&& change) {
        const auto [found, is_new] = rows_.try_emplace(key);
        Row& row = found->second;
        if (is_new || row.touched_in != epoch) {
            std::forward<Remember>(remember)(is_new ? nullptr : &row.value);
            row.touched_in = epoch;
        }
        std::forward<Change>(change)(row.value);
    }

    /// Removes a row if there is one, likewise.
    template <class Remember>
    void erase(const Key& key, Epoch epoch, Remember&& remember) {
        const auto found = rows_.find(key);
        if (found == rows_.end()) {
            return;
        }
        if (found->second.touched_in != epoch) {
            std::forward<Remember>(remember)(&found->second.value);
        }
        rows_.erase(found);
    }

  private:
    struct Row {
        Value value{};
        Epoch touched_in = 0;
    };

    std::unordered_map<Key, Row, KeyHash> rows_;
};

}  // namespace faultline::ledger
