// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace faultline::eth {

std::string BlockRef::text() const {
    return std::to_string(number) + " (" + hash.hex().substr(0, 10) + "…)";
}

std::string BlockRef::tag() const {
    return std::to_string(number) + "-" + hash.hex().substr(2, 8);
}

void LogList::add(const Log& log) {
    FAULTLINE_ASSERT(data_.size() + log.data.size() <= std::numeric_limits<std::uint32_t>::max());
    Entry entry;
    entry.address = log.address;
    entry.tx_hash = log.tx_hash;
    entry.tx_index = log.tx_index;
    entry.log_index = log.log_index;
    entry.topic_begin = static_cast<std::uint32_t>(topics_.size());
    entry.topic_count = static_cast<std::uint32_t>(log.topics.size());
    entry.data_begin = static_cast<std::uint32_t>(data_.size());
    entry.data_size = static_cast<std::uint32_t>(log.data.size());
    topics_.insert(topics_.end(), log.topics.begin(), log.topics.end());
    data_.insert(data_.end(), log.data.begin(), log.data.end());
    entries_.push_back(entry);
}

void LogList::clear() {
    entries_.clear();
    topics_.clear();
    data_.clear();
}

Log LogList::operator[](std::size_t index) const {
    FAULTLINE_ASSERT(index < entries_.size());
    const Entry& entry = entries_[index];
    return {
        .address = entry.address,
        .topics = std::span(topics_).subspan(entry.topic_begin, entry.topic_count),
        .data = BytesView(data_).subspan(entry.data_begin, entry.data_size),
        .tx_hash = entry.tx_hash,
        .tx_index = entry.tx_index,
        .log_index = entry.log_index,
    };
}

const ReadAnswer* Block::answer(const Read& read) const {
    const auto found = std::ranges::find(reads, read, &ReadAnswer::read);
    return found == reads.end() ? nullptr : &*found;
}

std::string_view finality_name(Finality finality) noexcept {
    switch (finality) {
        case Finality::kLatest:
            return "latest";
        case Finality::kSafe:
            return "safe";
        case Finality::kFinalized:
            return "finalized";
    }
    return "unknown";
}

}  // namespace faultline::eth
