// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

namespace faultline::compound_v2 {

/// Newer Venus indexes the first words of what Compound has as data: the same event, with the same
/// first topic. @pre the event has no text: its values would outlive the data
template <class Event>
Result<Event> decode_indexed_or_not(const eth::Log& log) {
    if (log.topics.size() <= 1) {
        return Event::decode(log);
    }
    Bytes data;
    for (const Hash32& word : log.topics.subspan(1)) {
        data.insert(data.end(), word.bytes.begin(), word.bytes.end());
    }
    data.insert(data.end(), log.data.begin(), log.data.end());
    eth::Log plain = log;
    plain.topics = log.topics.first(1);
    plain.data = data;
    return Event::decode(plain);
}

}  // namespace faultline::compound_v2
