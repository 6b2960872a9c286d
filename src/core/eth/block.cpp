// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

ReadAnswers::ReadAnswers(std::vector<ReadAnswer> answers) {
    append(std::move(answers));
}

ReadAnswers::ReadAnswers(std::initializer_list<ReadAnswer> answers)
    : ReadAnswers(std::vector<ReadAnswer>(answers)) {}

void ReadAnswers::push_back(ReadAnswer answer) {
    const auto place = static_cast<std::uint32_t>(answers_.size());
    answers_.push_back(std::move(answer));
    const auto after = std::ranges::partition_point(by_read_, [&](std::uint32_t other) {
        return answers_[other].read <= answers_.back().read;
    });
    by_read_.insert(after, place);
}

void ReadAnswers::append(std::vector<ReadAnswer> answers) {
    const std::size_t known = answers_.size();
    if (known == 0) {
        answers_ = std::move(answers);
    } else {
        std::ranges::move(answers, std::back_inserter(answers_));
    }
    FAULTLINE_ASSERT(answers_.size() <= std::numeric_limits<std::uint32_t>::max());
    std::vector<std::uint32_t> added(answers_.size() - known);
    std::iota(added.begin(), added.end(), static_cast<std::uint32_t>(known));
    const auto before = [&](std::uint32_t one, std::uint32_t other) {
        const auto order = answers_[one].read <=> answers_[other].read;
        return order != 0 ? order < 0 : one < other;
    };
    std::ranges::sort(added, before);
    std::vector<std::uint32_t> all(answers_.size());
    std::ranges::merge(by_read_, added, all.begin(), before);
    by_read_ = std::move(all);
}

const ReadAnswer* ReadAnswers::find(const Read& read) const {
    const auto found = std::ranges::partition_point(by_read_, [&](std::uint32_t place) {
        return answers_[place].read < read;
    });
    return found != by_read_.end() && answers_[*found].read == read ? &answers_[*found] : nullptr;
}

const ReadAnswer* Block::answer(const Read& read) const {
    const ReadAnswer* found = reads.find(read);
    return found == nullptr || found->unanswered() ? nullptr : found;
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
