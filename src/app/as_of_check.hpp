// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/engine/graph_history.hpp>

namespace faultline::app {

/// Refuses (kMissing) what has not come yet: a block above that of the newest graph, or a time that
/// is after `now` and after that block. Up to now, the newest graph is that of any time after its
/// block, however far behind the chain is.
Result<void> has_come(const engine::AsOf& as_of, const graph::GraphRow& newest, UnixMillis now);

}  // namespace faultline::app
