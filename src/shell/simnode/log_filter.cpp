// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/log_filter.hpp"

#include <cstddef>

namespace faultline::simnode {

LogFilter::LogFilter(const rpc::LogQuery& query)
    : addresses_(query.addresses.begin(), query.addresses.end()) {
    for (const auto& position : query.topics) {
        topics_.emplace_back(position.begin(), position.end());
    }
}

bool LogFilter::matches(const rpc::TapeLog& log) const {
    if (!addresses_.empty() && !addresses_.contains(log.address)) {
        return false;
    }
    // As geth has it: a log with fewer topics than the filter has positions does not match, even
    // where the last positions match anything.
    if (topics_.size() > log.topic_count) {
        return false;
    }
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        if (!topics_[i].empty() && !topics_[i].contains(log.topics[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace faultline::simnode
