// SPDX-License-Identifier: Apache-2.0
#include "sim/chain_model.hpp"

#include "sim/log_writer.hpp"
#include "unit/shell/rpc/proven_json.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <utility>

namespace faultline::sim {

namespace {

/// The market is listed here; the blocks below hold nothing.
constexpr eth::BlockNum kDeployment = 2;

/// What makes a block differ from its siblings.
Hash32 essence(const Hash32& parent, std::uint64_t seed, std::uint64_t salt) {
    Bytes text(parent.bytes.begin(), parent.bytes.end());
    for (const std::uint64_t part : {seed, salt}) {
        const auto word = U256(part).to_be_bytes();
        text.insert(text.end(), word.begin(), word.end());
    }
    return eth::keccak256(text);
}

}  // namespace

ChainModel::ChainModel(std::uint64_t seed, UnixSeconds genesis_time, std::uint64_t block_seconds)
    : seed_(seed), genesis_time_(genesis_time), block_seconds_(block_seconds) {
    add(nullptr);
}

void ChainModel::add(const ModelBlock* parent) {
    ModelBlock block;
    block.born = blocks_.size();
    if (parent != nullptr) {
        block.header.ref.number = parent->header.ref.number + 1;
        block.header.parent = parent->header.ref.hash;
        block.market = parent->market;
    }
    const Hash32 own = essence(block.header.parent, seed_, salt_++);
    block.header.timestamp = {genesis_time_.value + block.header.ref.number * block_seconds_};
    block.header.base_fee_wei = U256(7);
    block.pack = pack_of(own);
    LogWriter logs(block.pack);
    runtime::Random random(U256::from_be_bytes(block.pack.view().first(8)).low_u64() ^ seed_);
    if (block.header.ref.number == kDeployment) {
        block.market.deploy(logs, block.header.timestamp);
    } else if (block.header.ref.number > kDeployment) {
        block.market.live(logs, block.header.timestamp, random);
    }
    block.logs = logs.take();
    block.receipts = rpc::receipts_of(block.logs);
    block.full.number = block.header.ref.number;
    block.full.parent = block.header.parent;
    block.full.timestamp = block.header.timestamp;
    block.full.base_fee_wei = block.header.base_fee_wei;
    block.full.mix_hash = own;
    block.full.logs_bloom = eth::bloom_of(block.logs);
    block.full.receipts_root = eth::receipts_root(block.receipts);
    block.header.ref.hash = *eth::header_hash(block.full);
    path_.push_back(block.header.ref.hash);
    blocks_.emplace(path_.back(), std::move(block));
}

Hash32 ChainModel::pack_of(const Hash32& own) {
    const bool again = own.bytes[31] % 2 == 0;
    while (again && !dropped_.empty()) {
        const Hash32 pack = dropped_.back();
        dropped_.pop_back();
        if (!on_path(pack)) {
            ++mined_again_;
            return pack;
        }
    }
    return own;
}

bool ChainModel::on_path(const Hash32& pack) const {
    return std::ranges::any_of(path_, [&](const Hash32& hash) {
        return blocks_.at(hash).pack == pack;
    });
}

void ChainModel::extend() {
    add(&at(head()));
}

void ChainModel::reorg(std::uint64_t depth, std::uint64_t length) {
    rollback(depth);
    for (std::uint64_t i = 0; i < length; ++i) {
        extend();
    }
}

void ChainModel::rollback(std::uint64_t depth) {
    for (std::uint64_t i = 0; i < depth; ++i) {
        dropped_.push_back(blocks_.at(path_[path_.size() - depth + i]).pack);
    }
    path_.resize(path_.size() - depth);
}

void ChainModel::return_to(Path path) {
    path_ = std::move(path);
}

const ModelBlock& ChainModel::at(eth::BlockNum number) const {
    return blocks_.at(path_.at(number));
}

const ModelBlock* ChainModel::find(const Hash32& hash) const {
    const auto found = blocks_.find(hash);
    return found == blocks_.end() ? nullptr : &found->second;
}

Path ChainModel::path_to(const Hash32& hash) const {
    Path path;
    for (const ModelBlock* block = find(hash); block != nullptr;
         block = find(block->header.parent)) {
        path.push_back(block->header.ref.hash);
    }
    std::ranges::reverse(path);
    return path;
}

}  // namespace faultline::sim
