// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/chain/chain_metrics.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/backoff.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <string>

namespace faultline::chain {

/// What to do when the endpoint fails: say it once per kind of error, count it, wait. The waits
/// double until a whole step works, so a node that answers some calls and fails others is not
/// hammered.
class EndpointHealth {
  public:
    EndpointHealth(const FollowerParts& parts, ChainMetrics& metrics, HeadStatus& status);

    /// Logs and counts `error`, then waits before the next try.
    runtime::Task<> wait_after(Error error);
    /// A step worked: the next failure begins with the shortest wait.
    void worked();

  private:
    const FollowerParts& parts_;
    ChainMetrics& metrics_;
    HeadStatus& status_;
    runtime::Backoff backoff_;
    runtime::Backoff short_backoff_;
    std::string logged_;
    Code logged_code_ = Code::kTransient;
    Instant logged_at_;
    std::uint64_t failures_ = 0;
};

}  // namespace faultline::chain
