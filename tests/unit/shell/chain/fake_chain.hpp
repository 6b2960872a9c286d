// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <vector>

namespace faultline::chain::test {

/// The topic every log of a fake chain carries.
Hash32 watched_topic();

/// A block tree with one canonical branch. Blocks are made of their parent and a salt, so the same
/// calls give the same hashes. Each block has `number % 3` logs, which name the block they are of.
class FakeChain {
  public:
    struct Block {
        eth::Header header;
        eth::LogList logs;
    };

    FakeChain();

    /// Appends blocks to the canonical branch.
    void grow(std::uint64_t blocks, std::uint64_t salt = 0);
    /// Replaces the newest `depth` blocks by `length` others.
    void reorg(std::uint64_t depth, std::uint64_t length, std::uint64_t salt);
    /// Drops the newest `depth` blocks; the head is lower and nothing replaces them.
    void rollback(std::uint64_t depth);

    [[nodiscard]] eth::BlockNum head() const { return canonical_.size() - 1; }

    [[nodiscard]] const Block& at(eth::BlockNum number) const;
    [[nodiscard]] const Block* find(const Hash32& hash) const;
    [[nodiscard]] bool canonical(const Hash32& hash) const;
    /// Refs of [first, head].
    [[nodiscard]] std::vector<eth::BlockRef> refs(eth::BlockNum first = 0) const;

  private:
    std::map<Hash32, Block> blocks_;
    std::vector<Hash32> canonical_;
};

/// Not a digest, but as unlikely to collide as a test needs: two rounds of a mixing function.
inline Hash32 hash_of(const Hash32& parent, eth::BlockNum number, std::uint64_t salt) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), parent.bytes.data(), sizeof(words));
    std::uint64_t state = number * 0x9e3779b97f4a7c15ULL + salt + 1;
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t& word : words) {
            state = (state ^ word ^ (state >> 29U)) * 0xff51afd7ed558ccdULL;
            word = state ^ (state >> 32U);
        }
    }
    Hash32 hash;
    std::memcpy(hash.bytes.data(), words.data(), sizeof(words));
    return hash;
}

inline FakeChain::Block make_block(
    const eth::BlockRef& parent, eth::BlockNum number, std::uint64_t salt
) {
    FakeChain::Block block;
    block.header.ref = {.number = number, .hash = hash_of(parent.hash, number, salt)};
    block.header.parent = parent.hash;
    block.header.timestamp = {1'700'000'000 + number * 12};
    for (std::uint32_t i = 0; i < number % 3; ++i) {
        const std::array topics{watched_topic()};
        eth::Log log;
        log.topics = topics;
        log.data = block.header.ref.hash.view();
        log.log_index = i;
        block.logs.add(log);
    }
    return block;
}

inline Hash32 watched_topic() {
    Hash32 topic;
    topic.bytes.fill(0xaa);
    return topic;
}

inline FakeChain::FakeChain() {
    Block genesis = make_block({}, 0, 0);
    canonical_.push_back(genesis.header.ref.hash);
    blocks_.emplace(canonical_.back(), std::move(genesis));
}

inline void FakeChain::grow(std::uint64_t blocks, std::uint64_t salt) {
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const eth::BlockRef parent = at(head()).header.ref;
        Block block = make_block(parent, parent.number + 1, salt);
        canonical_.push_back(block.header.ref.hash);
        blocks_.emplace(canonical_.back(), std::move(block));
    }
}

inline void FakeChain::reorg(std::uint64_t depth, std::uint64_t length, std::uint64_t salt) {
    rollback(depth);
    grow(length, salt);
}

inline void FakeChain::rollback(std::uint64_t depth) {
    canonical_.resize(canonical_.size() - depth);
}

inline const FakeChain::Block& FakeChain::at(eth::BlockNum number) const {
    return blocks_.at(canonical_.at(number));
}

inline const FakeChain::Block* FakeChain::find(const Hash32& hash) const {
    const auto found = blocks_.find(hash);
    return found == blocks_.end() ? nullptr : &found->second;
}

inline bool FakeChain::canonical(const Hash32& hash) const {
    const Block* block = find(hash);
    return block != nullptr && block->header.ref.number <= head() &&
           canonical_[block->header.ref.number] == hash;
}

inline std::vector<eth::BlockRef> FakeChain::refs(eth::BlockNum first) const {
    std::vector<eth::BlockRef> refs;
    for (eth::BlockNum number = first; number <= head(); ++number) {
        refs.push_back(at(number).header.ref);
    }
    return refs;
}

}  // namespace faultline::chain::test
