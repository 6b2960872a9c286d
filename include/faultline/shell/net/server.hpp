// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace faultline::net {

/// Answers one request. It is given GET for HEAD too; the server leaves the body out. It sees the
/// target only when that starts with "/".
using HttpHandler = std::function<runtime::Task<HttpResponse>(HttpRequest)>;

/// How an answer leaves. By default whole and at once; the rest is for servers that misbehave on
/// purpose, such as shell/simnode.
struct Sending {
    std::size_t piece_bytes = 0;  ///< Not 0: chunked, in pieces of that size.
    Duration pause{};             ///< Between two pieces.
    /// The connection is closed after so many bytes of the body; with 0 before the head.
    std::optional<std::size_t> cut_after;
};

struct Answer {
    HttpResponse response;
    Sending sending;
};

using AnswerHandler = std::function<runtime::Task<Answer>(HttpRequest)>;

/// The server's end of an open WebSocket.
class ServedWebSocket : public WsConnection {
  public:
    /// Sends the first half of a frame that holds `text`. Only dropping the connection may follow.
    virtual runtime::Task<Result<void>> send_half(std::string text) = 0;
};

/// Owns one WebSocket until it returns, which drops it. Cancelled when the server ends.
using WsHandler = std::function<runtime::Task<>(std::unique_ptr<ServedWebSocket>)>;

struct Services {
    AnswerHandler answer;
    WsHandler websocket;  ///< Empty: a request to upgrade is a request like others.
};

struct ServerOptions {
    std::size_t max_connections = 256;
    std::size_t max_header_bytes = 16UL << 10U;             ///< Larger requests get 431.
    std::size_t max_body_bytes = 1UL << 20U;                ///< Larger requests get 413.
    Duration idle_timeout = std::chrono::seconds(60);       ///< Silence between requests.
    Duration request_timeout = std::chrono::seconds(10);    ///< First byte to last; then 408.
    Duration write_timeout = std::chrono::seconds(30);      ///< A whole answer.
    Duration handshake_timeout = std::chrono::seconds(10);  ///< TLS, and the upgrade to WebSocket.
    Duration ws_idle_timeout = std::chrono::seconds(30);    ///< Silence before a ping decides.
    /// What the user would change when the address cannot be used.
    std::string listen_setting = "api.listen";
    /// PEM files of the certificate (chain) and its key; empty: no TLS.
    std::string tls_certificate_file;
    std::string tls_key_file;
};

/// A small HTTP/1.1 server: kept-alive connections, bounded request size, bounded connections
/// (further ones get 503), a deadline on every read and write. TLS and WebSockets on the same port
/// when asked for; a WebSocket counts as a connection as long as it lives. Thread: loop.
class HttpServer {
  public:
    HttpServer() = default;
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    virtual ~HttpServer() = default;

    /// The port it listens on (useful when 0 was asked for).
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Serves until cancelled; then every connection has ended.
    virtual runtime::Task<> run() = 0;
};

/// Binds at once. `listen` is "host:port" or "[v6]:port", the host an IP address or "localhost".
/// Port in use, bad address, unusable certificate: kUnavailable or kInvalid, saying which and what
/// to do. A handler that throws answers 500 and is logged; a WebSocket's handler that throws drops
/// its connection and is logged.
/// @pre called while a runtime::Loop exists, which outlives it, as `log` does
Result<std::unique_ptr<HttpServer>> make_http_server(
    const std::string& listen,
    HttpHandler handler,
    obs::Log& log = obs::null_log(),
    ServerOptions options = {}
);
Result<std::unique_ptr<HttpServer>> make_http_server(
    const std::string& listen,
    Services services,
    obs::Log& log = obs::null_log(),
    ServerOptions options = {}
);

}  // namespace faultline::net
