// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "question.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <bitset>
#include <cstddef>
#include <deque>

namespace faultline::rpc {

/// Which endpoints have shown which of the newest blocks.
class KnownBlocks {
  public:
    void shown(const eth::BlockRef& block, std::size_t member) {
        for (Known& known : blocks_) {
            if (known.block == block) {
                known.members.set(member);
                return;
            }
        }
        if (blocks_.size() == kKept) {
            blocks_.pop_front();
        }
        blocks_.push_back({.block = block, .members = {}});
        blocks_.back().members.set(member);
    }

    [[nodiscard]] bool holds(const Hash32& hash, std::size_t member) const {
        const Known* known = find(hash);
        return known != nullptr && known->members.test(member);
    }

    [[nodiscard]] std::optional<eth::BlockNum> number(const Hash32& hash) const {
        const Known* known = find(hash);
        return known != nullptr ? std::optional(known->block.number) : std::nullopt;
    }

  private:
    static constexpr std::size_t kKept = 128;

    struct Known {
        eth::BlockRef block;
        std::bitset<kMostEndpoints> members;
    };

    [[nodiscard]] const Known* find(const Hash32& hash) const {
        for (auto it = blocks_.rbegin(); it != blocks_.rend(); ++it) {
            if (it->block.hash == hash) {
                return &*it;
            }
        }
        return nullptr;
    }

    std::deque<Known> blocks_;
};

}  // namespace faultline::rpc
