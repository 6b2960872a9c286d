// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>

namespace faultline::eth {

/// Whether a call asks a contract what it is, or whose: its symbol, what it wraps and how much, its
/// market, its owner, the feed or the roles behind it. No figure needs the answer, so recordings
/// need not have it.
bool asks_what_it_is(BytesView call_data);

}  // namespace faultline::eth
