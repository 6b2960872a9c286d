// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/runtime/clock.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace faultline::net {

struct ClientOptions {
    std::size_t max_body_bytes = 64UL << 20U;  ///< Larger answers are kRejected.
    Duration idle_timeout =
        std::chrono::seconds(30);       ///< WebSocket: silence before a ping decides.
    std::size_t max_idle_per_host = 4;  ///< Kept-alive HTTP connections.
    /// PEM file of the only authorities to trust for TLS; empty: the system's trust store, which
    /// the environment variables SSL_CERT_FILE and SSL_CERT_DIR can replace.
    std::string ca_file;
};

/// Real clients over Beast, plain and TLS (system trust store, host name verified, TLS 1.2+).
/// @pre called while a runtime::Loop exists, which outlives them.
std::unique_ptr<HttpClient> make_http_client(runtime::Clock& clock, ClientOptions options = {});
std::unique_ptr<WsConnector> make_ws_connector(runtime::Clock& clock, ClientOptions options = {});

}  // namespace faultline::net
