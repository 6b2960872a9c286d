// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/shell/store/store.hpp>

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
    }
    return "unknown";
}

void Batch::put(Family family, BytesView key, BytesView value) {
    puts_.push_back(
        {.family = family,
         .key = Bytes(key.begin(), key.end()),
         .value = Bytes(value.begin(), value.end())}
    );
}

void Batch::erase(Family family, BytesView key) {
    puts_.push_back({.family = family, .key = Bytes(key.begin(), key.end()), .value = std::nullopt}
    );
}

}  // namespace faultline::store
