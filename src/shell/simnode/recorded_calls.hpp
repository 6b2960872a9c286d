// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/tape_chain.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/server_request.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <string>
#include <unordered_map>

namespace faultline::simnode {

/// The answers to view calls that the tape has, by block. A block's are read when first asked for.
class RecordedCalls {
  public:
    /// @pre the tape outlives it
    explicit RecordedCalls(const TapeChain& tape) : tape_(&tape) {}

    /// nullptr when the tape has no answer; kMalformed when what it has cannot be read.
    /// A call that names a caller is not one that names none, as contracts may see it.
    Result<const rpc::TapeCall*> find(BlockIndex block, const rpc::CallQuery& query);

  private:
    using OfBlock = std::unordered_map<std::string, rpc::TapeCall>;  ///< By caller, contract, data.

    Result<OfBlock> read(BlockIndex block) const;

    const TapeChain* tape_;
    std::unordered_map<BlockIndex, OfBlock> by_block_;
};

}  // namespace faultline::simnode
