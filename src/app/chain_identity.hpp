// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/schema.hpp>

#include <app/daemon_config.hpp>
#include <string>

namespace faultline::app {

/// Where is kept what operators decide. No chain can be called so: names have no capital letters.
std::string operators_folder(const DaemonConfig& config);

/// Where the state of a chain is kept.
std::string store_folder(const DaemonConfig& config, const ChainConfig& chain);

/// Rows carry the place of their market in the list and are what its contracts said since the start
/// block, so all of that belongs to the store; so do the contracts that alone are asked for some
/// logs, as what others said is not in the rows.
store::SchemaIdentity identity_of(const ChainConfig& chain);

engine::FoldOptions fold_options(const DaemonConfig& config, const ChainConfig& chain);

/// The chain of that name; the only one when the name is empty. kInvalid naming those there are.
Result<const ChainConfig*> chain_of(const DaemonConfig& config, const std::string& name);

/// kInvalid, with what to do, when a chain without a start block would have to start.
Result<void> check_can_start(const ChainConfig& chain);

}  // namespace faultline::app
