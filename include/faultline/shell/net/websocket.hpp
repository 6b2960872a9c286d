// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <memory>
#include <string>

namespace faultline::net {

/// An open text WebSocket. Destroying it drops the connection. At most one send and one receive
/// at a time. A cancelled receive loses nothing: the next one gets the message. A cancelled send
/// may still go out. Thread: loop.
class WsConnection {
  public:
    WsConnection() = default;
    WsConnection(const WsConnection&) = delete;
    WsConnection& operator=(const WsConnection&) = delete;
    virtual ~WsConnection() = default;

    virtual runtime::Task<Result<void>> send(std::string text) = 0;
    /// The next whole message. Endless while the peer answers pings; a peer that does not is
    /// kTransient after the idle timeout. After an error the connection is finished.
    virtual runtime::Task<Result<std::string>> receive() = 0;
};

/// Opens WebSockets. Errors as HttpClient's; an endpoint that answers 4xx instead of upgrading is
/// kRejected (429: kRateLimited).
class WsConnector {
  public:
    WsConnector() = default;
    WsConnector(const WsConnector&) = delete;
    WsConnector& operator=(const WsConnector&) = delete;
    virtual ~WsConnector() = default;

    virtual runtime::Task<Result<std::unique_ptr<WsConnection>>> connect(
        Url url, Duration deadline
    ) = 0;
};

}  // namespace faultline::net
