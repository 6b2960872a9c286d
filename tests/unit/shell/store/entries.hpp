// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::store {

inline Bytes bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

inline std::string text(BytesView view) {
    return {view.begin(), view.end()};
}

/// The value as text, or "-" when there is none.
inline std::string value_of(const Store& store, Family family, std::string_view key) {
    const Result<std::optional<Bytes>> found = store.get(family, bytes(key));
    INFO((found ? std::string() : found.error().message()));
    REQUIRE(found.has_value());
    return *found ? text(**found) : "-";
}

/// "key=value key=value" of everything at or after `from`.
inline std::string dump(const Store& store, Family family, std::string_view from = "") {
    std::string out;
    const Result<void> scanned =
        store.scan(family, bytes(from), [&](BytesView key, BytesView value) {
            out += (out.empty() ? "" : " ") + text(key) + "=" + text(value);
            return true;
        });
    REQUIRE(scanned.has_value());
    return out;
}

inline void put_all(
    Store& store,
    Family family,
    const std::vector<std::pair<std::string_view, std::string_view>>& entries,
    Durability durability = Durability::kSynced
) {
    Batch batch;
    for (const auto& [key, value] : entries) {
        batch.put(family, bytes(key), bytes(value));
    }
    const Result<void> done = store.commit(batch, durability);
    INFO((done ? std::string() : done.error().message()));
    REQUIRE(done.has_value());
}

}  // namespace faultline::store
