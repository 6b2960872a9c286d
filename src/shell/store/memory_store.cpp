// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace faultline::store {

void MemoryStore::apply(Families& families, const Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Batch::Put put = batch[i];
        Map& map = families.at(static_cast<std::size_t>(put.family));
        Bytes key(put.key.begin(), put.key.end());
        if (put.value) {
            map.insert_or_assign(std::move(key), Bytes(put.value->begin(), put.value->end()));
        } else {
            map.erase(key);
        }
    }
}

Result<void> MemoryStore::commit(const Batch& batch, Durability durability) {
    if (fault_) {
        if (std::optional<Error> error = fault_()) {
            return *std::move(error);
        }
    }
    apply(current_, batch);
    if (durability == Durability::kBuffered) {
        buffered_.push_back(batch);
        return {};
    }
    // A sync of the log makes everything before it durable too.
    for (const Batch& earlier : buffered_) {
        apply(durable_, earlier);
    }
    buffered_.clear();
    apply(durable_, batch);
    return {};
}

Result<std::optional<Bytes>> MemoryStore::get(Family family, BytesView key) const {
    const Map& map = current_.at(static_cast<std::size_t>(family));
    const auto found = map.find(Bytes(key.begin(), key.end()));
    if (found == map.end()) {
        return std::optional<Bytes>();
    }
    return std::optional<Bytes>(found->second);
}

Result<void> MemoryStore::scan(
    Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
) const {
    const Map& map = current_.at(static_cast<std::size_t>(family));
    for (auto at = map.lower_bound(Bytes(from.begin(), from.end())); at != map.end(); ++at) {
        if (!visit(at->first, at->second)) {
            break;
        }
    }
    return {};
}

void MemoryStore::crash(std::size_t kept_buffered) {
    const std::size_t kept = std::min(kept_buffered, buffered_.size());
    for (std::size_t i = 0; i < kept; ++i) {
        apply(durable_, buffered_[i]);
    }
    buffered_.clear();
    current_ = durable_;
}

}  // namespace faultline::store
