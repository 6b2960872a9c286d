// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/node_view.hpp"
#include "shell/simnode/recorded_calls.hpp"

#include <faultline/shell/rpc/server_request.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::simnode {

/// What a method returns: JSON, or a refusal.
struct Reply {
    std::string result;
    std::optional<rpc::Refusal> refusal;
};

struct Limits {
    eth::BlockNum range_blocks_most = 0;  ///< Of one eth_getLogs; 0: no limit.
    std::size_t logs_most = 0;            ///< In one answer; 0: no limit.
};

/// The methods of the node that need no connection of their own, answered with the tape's bytes.
class Methods {
  public:
    /// @pre the tape outlives it
    Methods(const TapeChain& tape, Limits limits) : calls_(tape), limits_(limits) {}

    /// -32601 for a method that is not offered, -32602 for wrong params.
    Reply answer(const rpc::ServerRequest& request, const NodeView& view);

  private:
    static Reply block(const Result<rpc::BlockQuery>& query, const NodeView& view);
    static Reply receipts(std::string_view params, const NodeView& view);
    Reply logs(std::string_view params, const NodeView& view) const;
    Reply call(std::string_view params, const NodeView& view);

    RecordedCalls calls_;
    Limits limits_;
};

}  // namespace faultline::simnode
