// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/protocol/activity.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace faultline::protocol {

/// Activity::event of collateral that a liquidation took; counted by part, beside the liquidation.
inline constexpr std::string_view kSeized = "seized";

/// A part that is known by an address, as PartExposure::part has it.
inline Hash32 part_of_address(const Address& address) {
    Hash32 out;
    std::ranges::copy_backward(address.bytes, out.bytes.end());
    return out;
}

/// `part` is the PartExposure::part that it was taken of; `account` whose it was. Without a value.
inline Activity seizure(const Hash32& part, const Address& token, const Address& account) {
    return {
        .event = std::string(kSeized),
        .detail = part.hex(),
        .token = token,
        .account = account,
        .value = {}
    };
}

}  // namespace faultline::protocol
