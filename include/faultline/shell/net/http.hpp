// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    Url url;  ///< Servers fill in the target only.
    Headers headers;
    std::string body;
    /// The status alone is wanted: an answer counts once its status line is there, whatever
    /// follows; its body is left out when it is long or does not come at once.
    bool status_only = false;
    /// Only an address that anybody on the internet could reach may be dialled: what a user gave as
    /// a URL must not lead into the network we stand in. See net::non_public().
    bool public_only = false;
};

struct HttpResponse {
    int status = 200;
    Headers headers;
    std::string body;

    /// Value of the first header of that name, compared without case; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// Retry-After in milliseconds: seconds (fractions allowed) or an HTTP date against `wall_now`;
    /// 0 when absent or unreadable.
    [[nodiscard]] std::int64_t retry_after_ms(UnixMillis wall_now) const;
};

/// Sends requests over kept-alive connections. Any HTTP status is a value, redirects included;
/// errors are kTransient (connect, TLS, timeout, closed early), kMalformed (not HTTP), kRejected
/// (larger than the limit) or kInvalid (a method, target or header that cannot be sent; an address
/// that is not public where it has to be), and name the redacted URL. A request whose kept-alive
/// connection turns out dead before a byte of the answer came is sent once more, so receivers may
/// see one twice. Thread: loop.
class HttpClient {
  public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;

    virtual runtime::Task<Result<HttpResponse>> send(HttpRequest request, Duration deadline) = 0;
};

}  // namespace faultline::net
