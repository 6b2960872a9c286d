// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <iosfwd>

namespace faultline::dexposure {

/// Writes weekly snapshots as DeXposure publishes them, one week a line. What read_weeks() makes of
/// it is equal, to the last bit of each number.
class SnapshotWriter {
  public:
    /// Writes the beginning. Keeps a reference to the stream.
    explicit SnapshotWriter(std::ostream& out);

    /// Refused (kInvalid), with nothing written: a number that is not finite, which JSON cannot
    /// say.
    Result<void> add(const network::Snapshot& week);

    /// Writes the end. kUnavailable when any of it could not be written. Call it once, last.
    Result<void> finish();

  private:
    std::ostream& out_;
    bool first_ = true;
};

}  // namespace faultline::dexposure
