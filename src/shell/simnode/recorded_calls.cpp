// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/recorded_calls.hpp"

#include <utility>

namespace faultline::simnode {
namespace {

/// Of a recorded call, or of one that is asked.
template <class Call>
std::string key_of(const Call& call) {
    std::string key(call.from.bytes.begin(), call.from.bytes.end());
    key.append(call.to.bytes.begin(), call.to.bytes.end());
    key.append(call.data.begin(), call.data.end());
    return key;
}

}  // namespace

Result<RecordedCalls::OfBlock> RecordedCalls::read(BlockIndex block) const {
    OfBlock out;
    for (const std::string_view array : {(*tape_)[block].calls, (*tape_)[block].truth}) {
        FAULTLINE_TRY(auto calls, rpc::read_tape_calls(array));
        for (rpc::TapeCall& call : calls) {
            std::string key = key_of(call);
            out.try_emplace(std::move(key), std::move(call));
        }
    }
    return out;
}

Result<const rpc::TapeCall*> RecordedCalls::find(BlockIndex block, const rpc::CallQuery& query) {
    auto found = by_block_.find(block);
    if (found == by_block_.end()) {
        FAULTLINE_TRY(auto calls, read(block));
        found = by_block_.emplace(block, std::move(calls)).first;
    }
    const auto call = found->second.find(key_of(query));
    return call == found->second.end() ? nullptr : &call->second;
}

}  // namespace faultline::simnode
