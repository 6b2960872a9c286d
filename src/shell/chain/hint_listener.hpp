// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"
#include "shell/chain/head_tracker.hpp"

#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <optional>
#include <string>

namespace faultline::chain {

/// Keeps the newHeads subscription of one endpoint open and turns what it says into hints.
///
/// A socket can stay open and fall silent for good. Time alone cannot tell that from a chain that
/// stands still, so silence is judged against the head that polling sees, which with several
/// endpoints is mostly another one's: when that has moved on while the socket said nothing for long
/// enough, the subscription is opened again.
class HintListener {
  public:
    HintListener(
        const FollowerParts& parts,
        const rpc::EndpointOptions& endpoint,
        ChainMetrics& metrics,
        const HeadStatus& status,
        HeadTracker& heads
    );

    /// Endless; ends by cancellation only. @pre the endpoint has a WebSocket URL
    runtime::Task<> run();

  private:
    /// Opens a subscription and listens until it ends; says why it did.
    runtime::Task<ReconnectReason> listen();
    runtime::Task<> read(rpc::HeadStream& stream, runtime::TaskGroup& group);
    runtime::Task<> watch(runtime::TaskGroup& group);
    void heard();
    void report(ReconnectReason reason, const std::string& error);

    const FollowerParts& parts_;
    const rpc::EndpointOptions& endpoint_;
    ChainMetrics& metrics_;
    const HeadStatus& status_;
    HeadTracker& heads_;
    runtime::Backoff backoff_;
    ReconnectReason end_ = ReconnectReason::kClosed;
    std::string error_;
    std::string logged_;
    Instant heard_at_;
    Duration silence_;  ///< That long it may say nothing while the head moves.
    std::optional<eth::BlockNum> polled_when_heard_;
};

}  // namespace faultline::chain
