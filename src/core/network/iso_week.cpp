// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/network/iso_week.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <algorithm>
#include <cstdint>

namespace faultline::network {

namespace {

constexpr std::uint64_t kDay = 86'400;

}  // namespace

Day day_of(UnixSeconds moment) {
    return {.since_1970 = static_cast<std::int32_t>(moment.value / kDay)};
}

UnixSeconds week_begin(UnixSeconds moment) {
    // The week of 1970-01-01 began before there were seconds to count.
    const std::int32_t monday = std::max(0, day_of(moment).monday().since_1970);
    return {.value = static_cast<std::uint64_t>(monday) * kDay};
}

}  // namespace faultline::network
