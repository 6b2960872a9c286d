// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

namespace faultline::delivery {

/// Tells how final a block is by now. Thread: loop.
class FinalityGate {
  public:
    FinalityGate() = default;
    FinalityGate(const FinalityGate&) = delete;
    FinalityGate& operator=(const FinalityGate&) = delete;
    virtual ~FinalityGate() = default;

    /// Whether `block` is on our branch and that final. False whenever that is not known.
    [[nodiscard]] virtual bool reached(const eth::BlockRef& block, eth::Finality level) const = 0;
};

}  // namespace faultline::delivery
