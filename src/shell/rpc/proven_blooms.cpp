// SPDX-License-Identifier: Apache-2.0
#include "proven_blooms.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

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

}  // namespace

std::shared_ptr<ProvenBlooms> make_proven_blooms() {
    return std::make_shared<ProvenBlooms>();
}

void ProvenBlooms::add(const Hash32& block, const eth::Bloom& bloom) {
    const std::lock_guard lock(mutex_);
    if (!blooms_.emplace(block, Proven{.bloom = bloom, .added = ++added_}).second) {
        return;
    }
    order_.emplace_back(added_, block);
    if (order_.size() > kMost) {
        const auto oldest = blooms_.find(order_.front().second);
        if (oldest != blooms_.end() && oldest->second.added == order_.front().first) {
            blooms_.erase(oldest);
        }
        order_.pop_front();
    }
}

void ProvenBlooms::proven(Instant now) {
    const std::lock_guard lock(mutex_);
    last_proven_ = now;
}

bool ProvenBlooms::proves(Instant now) const {
    const std::lock_guard lock(mutex_);
    return last_proven_ && now - *last_proven_ < kProofsKept;
}

void ProvenBlooms::forget(const Hash32& block) {
    const std::lock_guard lock(mutex_);
    blooms_.erase(block);
}

std::optional<eth::Log> ProvenBlooms::stray(const Hash32& block, const eth::LogList& logs) {
    const std::lock_guard lock(mutex_);
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

bool ProvenBlooms::includes(const eth::Bloom& bloom, const eth::Log& log) {
    return bloom.may_contain(key_of(address_keys_, log.address)) &&
           std::ranges::all_of(log.topics, [&](const Hash32& topic) {
               return bloom.may_contain(key_of(topic_keys_, topic));
           });
}

}  // namespace faultline::rpc
