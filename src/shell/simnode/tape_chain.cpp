// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/tape_chain.hpp"

#include <faultline/shell/rpc/recorded.hpp>

#include <string>
#include <utility>
#include <vector>

namespace faultline::simnode {

Result<TapeChain> TapeChain::load(tape::LineReader& reader) {
    TapeChain out;
    FAULTLINE_TRY(out.manifest_, tape::read_manifest(reader));
    std::vector<BlockIndex> chain;
    for (;;) {
        FAULTLINE_TRY(const auto line, reader.next());
        if (!line) {
            break;
        }
        auto added = out.add(*line, chain);
        if (!added) {
            return Error(Code::kInvalid, added.error().message())
                .context(reader.place())
                .advise("Record the tape again, or take one that is whole");
        }
    }
    if (out.steps_.empty()) {
        return Error(Code::kInvalid, reader.path() + " holds no block")
            .advise("Give a tape that was recorded from a chain");
    }
    return out;
}

Result<void> TapeChain::add(const tape::Line& line, std::vector<BlockIndex>& chain) {
    switch (line.kind) {
        case tape::LineKind::kManifest:
            return Error(Code::kInvalid, "a second manifest: it is the first line and no other");
        case tape::LineKind::kApplied:
            return apply(line, chain);
        case tape::LineKind::kReverted:
            return revert(line, chain);
    }
    return {};
}

Result<void> TapeChain::apply(const tape::Line& line, std::vector<BlockIndex>& chain) {
    FAULTLINE_TRY(auto block, rpc::read_tape_block(std::string(line.json)));
    if (!chain.empty()) {
        const eth::BlockRef& tip = blocks_[chain.back()].ref;
        if (block.parent != tip.hash || block.ref.number != tip.number + 1) {
            return Error(
                Code::kInvalid,
                "block " + block.ref.text() + " is not the child of " + tip.text() +
                    ", the block before it"
            );
        }
    }
    // A branch may come back: the same block is applied, taken off and applied again.
    const BlockIndex known = hold(std::move(block));
    chain.push_back(known);
    steps_.push_back({.block = known, .applied = true});
    return {};
}

BlockIndex TapeChain::hold(rpc::TapeBlock block) {
    const auto next = static_cast<BlockIndex>(blocks_.size());
    const auto [known, is_new] = by_hash_.try_emplace(block.ref.hash, next);
    if (is_new) {
        blocks_.push_back(std::move(block));
    }
    return known->second;
}

Result<std::vector<BlockIndex>> TapeChain::empty_twins(
    BlockIndex fork_point, std::span<const BlockIndex> originals
) {
    std::vector<BlockIndex> twins;
    Hash32 parent = blocks_[fork_point].ref.hash;
    for (const BlockIndex original : originals) {
        FAULTLINE_TRY(auto twin, rpc::empty_twin(blocks_[original], parent, blocks_[fork_point]));
        parent = twin.ref.hash;
        twins.push_back(hold(std::move(twin)));
    }
    return twins;
}

Result<void> TapeChain::revert(const tape::Line& line, std::vector<BlockIndex>& chain) {
    FAULTLINE_TRY(const eth::BlockRef ref, rpc::decode_recorded_revert(line.json));
    if (chain.size() < 2 || blocks_[chain.back()].ref != ref) {
        return Error(Code::kInvalid, "block " + ref.text() + " is reverted but is not the head");
    }
    steps_.push_back({.block = chain.back(), .applied = false});
    chain.pop_back();
    return {};
}

std::optional<BlockIndex> TapeChain::find(const Hash32& hash) const {
    const auto found = by_hash_.find(hash);
    return found == by_hash_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace faultline::simnode
