// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/network/snapshot.hpp>

namespace faultline::network {

/// The day of a moment, in UTC.
Day day_of(UnixSeconds moment);

/// Monday 00:00 UTC of the ISO week of a moment, itself included.
UnixSeconds week_begin(UnixSeconds moment);

}  // namespace faultline::network
