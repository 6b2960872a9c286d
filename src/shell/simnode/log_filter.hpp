// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/shell/rpc/server_request.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <unordered_set>
#include <vector>

namespace faultline::simnode {

/// The address and topic part of an eth_getLogs or eth_subscribe filter: any of the addresses, and
/// at each position any of its topics; a position without topics matches anything that is there.
class LogFilter {
  public:
    explicit LogFilter(const rpc::LogQuery& query);

    [[nodiscard]] bool matches(const rpc::TapeLog& log) const;

  private:
    std::unordered_set<Address, FixedBytesHash> addresses_;
    std::vector<std::unordered_set<Hash32, FixedBytesHash>> topics_;
};

}  // namespace faultline::simnode
