// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/fork_join.hpp>

#include <memory>

namespace faultline::runtime {

/// A thread of its own that runs what goes aside, for one caller at a time (asserted), on another
/// processor than the caller's; where the process may use but one, the caller itself. The thread
/// keeps its processor for a millisecond or two after both() and soon(), then it sleeps. Destroying
/// it ends the thread. @pre nobody is in both() then
std::unique_ptr<ForkJoin> make_second_thread();

}  // namespace faultline::runtime
