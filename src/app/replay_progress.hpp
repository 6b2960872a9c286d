// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace faultline::app {

/// Says how far a long replay is, every few seconds, and at the end how fast it was.
class ReplayProgress {
  public:
    /// Both outlive it.
    ReplayProgress(const runtime::Clock& clock, std::ostream& err);

    /// After each block.
    void at(const eth::BlockRef& block);

    /// "in 0.42 s, 583 blocks/s"
    [[nodiscard]] std::string speed() const;

  private:
    const runtime::Clock& clock_;
    std::ostream& err_;
    Instant began_;
    Instant said_;
    std::size_t blocks_ = 0;
};

}  // namespace faultline::app
