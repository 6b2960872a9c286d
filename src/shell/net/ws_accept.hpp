// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <memory>
#include <shell/net/stream.hpp>

namespace faultline::net {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

struct WsLimits {
    std::size_t message_bytes_most = 0;
    Duration idle_timeout{};
};

bool wants_websocket(const UpgradeRequest& request);

/// The server's side of the handshake. Has no deadline of its own. kMalformed or kTransient when it
/// fails; a client that asks wrongly has been told 400 then.
runtime::Task<Result<std::unique_ptr<ServedWebSocket>>> accept_websocket(
    Stream over, UpgradeRequest request, WsLimits limits
);

}  // namespace faultline::net
