// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/finality.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/delivery/finality_gate.hpp>

namespace faultline::app {

/// Finality of the blocks the engine has applied, as the follower knows it. Both outlive it.
class BranchFinality final : public delivery::FinalityGate {
  public:
    BranchFinality(const chain::Follower& follower, const chain::AppliedChain& applied)
        : follower_(follower), applied_(applied) {}

    [[nodiscard]] bool reached(const eth::BlockRef& block, eth::Finality level) const override {
        return chain::is_final(follower_.status(), applied_, block, level);
    }

  private:
    const chain::Follower& follower_;
    const chain::AppliedChain& applied_;
};

}  // namespace faultline::app
