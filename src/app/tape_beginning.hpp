// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/tape_deployment.hpp>

namespace faultline::app {

/// Reads the markets that stand in a tape's first block by what its truth says, as `faultline
/// bootstrap` does of a node, into a store that an engine can load then. @pre
/// !deployment.beginnings.empty(), the store is empty
Result<void> begin_at(
    const TapeDeployment& deployment, const rpc::RecordedBlock& first, store::Store& store
);

}  // namespace faultline::app
