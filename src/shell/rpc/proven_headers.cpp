// SPDX-License-Identifier: Apache-2.0
#include "proven_headers.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::size_t kMostKeys = 65'536;
constexpr Duration kProofsKept = std::chrono::minutes(1);

/// A digest is made once for the members that logs keep repeating.
template <class Keys, class Member>
const eth::BloomKey& key_of(Keys& keys, const Member& member) {
    const auto found = keys.find(member);
    if (found != keys.end()) {
        return found->second;
    }
    if (keys.size() >= kMostKeys) {
        keys.clear();
    }
    return keys.emplace(member, eth::bloom_key(member.view())).first->second;
}

bool speaks(const eth::LogList& logs, const Address& contract) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (logs[i].address == contract) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::shared_ptr<ProvenHeaders> make_proven_headers() {
    return std::make_shared<ProvenHeaders>();
}

void ProvenHeaders::add(const eth::BlockRef& block, const eth::Bloom& bloom) {
    Proven proven{.bloom = bloom, .added = ++added_, .number = block.number};
    if (!blooms_.emplace(block.hash, proven).second) {
        return;
    }
    by_number_[block.number] = block.hash;
    order_.emplace_back(added_, block.hash);
    if (order_.size() > kMost) {
        const auto oldest = blooms_.find(order_.front().second);
        if (oldest != blooms_.end() && oldest->second.added == order_.front().first) {
            forget(oldest->first);
        }
        order_.pop_front();
    }
}

void ProvenHeaders::forget(const Hash32& block) {
    const auto found = blooms_.find(block);
    if (found == blooms_.end()) {
        return;
    }
    const auto at = by_number_.find(found->second.number);
    if (at != by_number_.end() && at->second == block) {
        by_number_.erase(at);
    }
    blooms_.erase(found);
}

std::optional<Hash32> ProvenHeaders::suspect(
    eth::BlockNum first,
    eth::BlockNum last,
    const std::vector<Address>& contracts,
    const std::vector<BlockLogs>& logs
) {
    const eth::LogList none;
    std::optional<Hash32> found;
    auto group = logs.begin();
    for (auto at = by_number_.lower_bound(first); at != by_number_.end() && at->first <= last;
         ++at) {
        const auto& [number, hash] = *at;
        group = std::find_if(group, logs.end(), [number](const BlockLogs& one) {
            return one.ref.number >= number;
        });
        const bool has_some = group != logs.end() && group->ref.hash == hash;
        const eth::LogList& own = has_some ? group->logs : none;
        const eth::Bloom& bloom = blooms_.at(hash).bloom;
        const bool silent = std::ranges::any_of(contracts, [&](const Address& contract) {
            return bloom.may_contain(key_of(address_keys_, contract)) && !speaks(own, contract);
        });
        if (silent && (!found || hash < *found)) {
            found = hash;
        }
    }
    return found;
}

void ProvenHeaders::proven(Instant now) {
    last_proven_ = now;
}

bool ProvenHeaders::proves(Instant now) const {
    return last_proven_ && now - *last_proven_ < kProofsKept;
}

std::optional<eth::Log> ProvenHeaders::stray(const Hash32& block, const eth::LogList& logs) {
    const auto bloom = blooms_.find(block);
    if (bloom == blooms_.end()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (!includes(bloom->second.bloom, logs[i])) {
            return logs[i];
        }
    }
    return std::nullopt;
}

bool ProvenHeaders::includes(const eth::Bloom& bloom, const eth::Log& log) {
    return bloom.may_contain(key_of(address_keys_, log.address)) &&
           std::ranges::all_of(log.topics, [&](const Hash32& topic) {
               return bloom.may_contain(key_of(topic_keys_, topic));
           });
}

}  // namespace faultline::rpc
