// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace faultline::net {

/// Answers one request. It is given GET for HEAD too; the server leaves the body out. It sees the
/// target only when that starts with "/".
using HttpHandler = std::function<runtime::Task<HttpResponse>(HttpRequest)>;

struct ServerOptions {
    std::size_t max_connections = 256;
    std::size_t max_header_bytes = 16UL << 10U;           ///< Larger requests get 431.
    std::size_t max_body_bytes = 1UL << 20U;              ///< Larger requests get 413.
    Duration idle_timeout = std::chrono::seconds(60);     ///< Silence between requests.
    Duration request_timeout = std::chrono::seconds(10);  ///< First byte to last; then 408.
    Duration write_timeout = std::chrono::seconds(30);    ///< A whole answer.
};

/// A small HTTP/1.1 server: kept-alive connections, bounded request size, bounded connections
/// (further ones get 503), a deadline on every read and write. Thread: loop.
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
/// Port in use, bad address: kUnavailable or kInvalid, saying which address and what to do. A
/// handler that throws answers 500 and is logged.
/// @pre called while a runtime::Loop exists, which outlives it, as `log` does
Result<std::unique_ptr<HttpServer>> make_http_server(
    const std::string& listen,
    HttpHandler handler,
    obs::Log& log = obs::null_log(),
    ServerOptions options = {}
);

}  // namespace faultline::net
