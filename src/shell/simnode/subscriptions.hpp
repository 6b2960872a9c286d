// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/log_filter.hpp"
#include "shell/simnode/methods.hpp"
#include "shell/simnode/playback.hpp"

#include <faultline/shell/rpc/server_request.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::simnode {

/// The subscriptions of one WebSocket; they end with it.
class Subscriptions {
  public:
    /// Of eth_subscribe and eth_unsubscribe; nullopt for any other method.
    std::optional<Reply> answer(const rpc::ServerRequest& request);

    /// What the change means to them, in order: the logs of the blocks that went, as removed, then
    /// for each new block its header and its logs.
    [[nodiscard]] std::vector<std::string> notifications(
        const Change& change, const TapeChain& tape
    ) const;

    [[nodiscard]] bool empty() const noexcept { return by_id_.empty(); }

  private:
    struct Subscription {
        std::optional<LogFilter> logs;  ///< Absent: newHeads.
    };

    Reply subscribe(const rpc::ServerRequest& request);
    Reply unsubscribe(const rpc::ServerRequest& request);

    std::map<std::string, Subscription> by_id_;
    std::uint64_t next_id_ = 1;
};

}  // namespace faultline::simnode
