// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace faultline::store {

std::string_view family_name(Family family) noexcept {
    switch (family) {
        case Family::kMeta:
            return "meta";
        case Family::kRows:
            return "rows";
        case Family::kUndo:
            return "undo";
        case Family::kOutbox:
            return "outbox";
        case Family::kDead:
            return "dead";
        case Family::kBlocks:
            return "blocks";
        case Family::kGraph:
            return "graph";
    }
    return "unknown";
}

void Batch::put(Family family, BytesView key, BytesView value) {
    add({.begin = bytes_.size(),
         .key_size = key.size(),
         .value_size = value.size(),
         .family = family,
         .erases = false},
        key,
        value);
}

void Batch::erase(Family family, BytesView key) {
    add({.begin = bytes_.size(),
         .key_size = key.size(),
         .value_size = 0,
         .family = family,
         .erases = true},
        key,
        {});
}

void Batch::add(Entry entry, BytesView key, BytesView value) {
    entries_.push_back(entry);
    bytes_.insert(bytes_.end(), key.begin(), key.end());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
}

Batch::Put Batch::operator[](std::size_t index) const {
    const Entry& entry = entries_[index];
    const BytesView both =
        BytesView(bytes_).subspan(entry.begin, entry.key_size + entry.value_size);
    return {
        .family = entry.family,
        .key = both.first(entry.key_size),
        .value = entry.erases ? std::nullopt : std::optional(both.subspan(entry.key_size))
    };
}

}  // namespace faultline::store
