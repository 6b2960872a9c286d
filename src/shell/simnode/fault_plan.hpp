// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/simnode/faults.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace faultline::simnode {

/// Decides when a fault strikes. Each rule draws from a sequence of its own that the seed fixes, so
/// the same requests in the same order meet the same faults, and another rule changes nothing.
class FaultPlan {
  public:
    FaultPlan(const std::vector<FaultRule>& rules, std::uint64_t seed);

    /// Whether this opportunity is taken, with the node's head at `head`; counted if so.
    bool strikes(FaultKind kind, eth::BlockNum head);

    /// A figure of the fault that struck. @pre low <= high
    std::uint64_t between(FaultKind kind, std::uint64_t low, std::uint64_t high);
    Duration between_ms(FaultKind kind, std::uint64_t low_ms, std::uint64_t high_ms);

    /// How often each kind struck, in the order of the enumeration.
    [[nodiscard]] const std::array<std::uint64_t, kFaultKinds>& counts() const { return counts_; }

  private:
    struct Stream {
        FaultRule rule;
        runtime::Random random;
    };

    std::vector<Stream> streams_;
    std::vector<runtime::Random> figures_;  ///< By kind.
    std::array<std::uint64_t, kFaultKinds> counts_{};
};

}  // namespace faultline::simnode
