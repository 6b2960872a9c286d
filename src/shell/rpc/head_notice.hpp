// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_encode.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::rpc {

/// The id of our one request on a subscription socket.
inline constexpr std::uint64_t kSubscribeId = 1;

/// A WebSocket message of a newHeads subscription. At most one of the two is set; neither when the
/// message is not for us.
struct HeadNotice {
    std::optional<std::string> accepted;  ///< The subscription id the node answered with.

    struct Announced {
        std::string subscription;
        HeadHint hint;
    };

    std::optional<Announced> announced;
};

/// Errors: kMalformed; kRejected or kRateLimited when the node refuses.
Result<HeadNotice> decode_head_notice(std::string_view text);

}  // namespace faultline::rpc
