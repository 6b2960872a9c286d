// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/recorded_calls.hpp"

#include <utility>

namespace faultline::simnode {
namespace {

std::string key_of(const Address& to, const Bytes& data) {
    std::string key(to.bytes.begin(), to.bytes.end());
    key.append(data.begin(), data.end());
    return key;
}

}  // namespace

Result<RecordedCalls::OfBlock> RecordedCalls::read(BlockIndex block) const {
    OfBlock out;
    for (const std::string_view array : {(*tape_)[block].calls, (*tape_)[block].truth}) {
        FAULTLINE_TRY(auto calls, rpc::read_tape_calls(array));
        for (rpc::TapeCall& call : calls) {
            std::string key = key_of(call.to, call.data);
            out.try_emplace(std::move(key), std::move(call));
        }
    }
    return out;
}

Result<const rpc::TapeCall*> RecordedCalls::find(
    BlockIndex block, const Address& to, const Bytes& data
) {
    auto found = by_block_.find(block);
    if (found == by_block_.end()) {
        FAULTLINE_TRY(auto calls, read(block));
        found = by_block_.emplace(block, std::move(calls)).first;
    }
    const auto call = found->second.find(key_of(to, data));
    return call == found->second.end() ? nullptr : &call->second;
}

}  // namespace faultline::simnode
