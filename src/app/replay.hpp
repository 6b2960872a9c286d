// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>

#include <app/daemon_config.hpp>
#include <iosfwd>
#include <optional>
#include <string>

namespace faultline::app {

struct ReplayTape {
    std::string file;
    bool verify = false;  ///< Compare with the truth on the tape.
};

/// Folds a tape through the daemon's engine and says what came of it on `out`; progress and what
/// went wrong on `err`. Returns an ExitCode as its number: kFailed for a tape that cannot be read
/// to its end and, with `verify`, for any mismatch. Once per process.
int replay_tape(const ReplayTape& asked, std::ostream& out, std::ostream& err);

struct ReplayBlocks {
    std::string chain;                  ///< Empty: the only one that is configured.
    std::optional<eth::BlockNum> from;  ///< The oldest block kept unless given.
    std::optional<eth::BlockNum> to;    ///< The newest block kept unless given.
};

/// Folds blocks that the daemon kept (keep_raw_blocks) again, without any endpoint, and says
/// whether that gives the rows that are stored, where it can be said: when the range begins where
/// the chain's state begins and ends at its newest block. Returns an ExitCode as its number:
/// kFailed when the rows differ or a block is not kept, kCannotStart when the store cannot be read.
/// Once per process.
int replay_blocks(
    const DaemonConfig& config, const ReplayBlocks& asked, std::ostream& out, std::ostream& err
);

}  // namespace faultline::app
