// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/server.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <shell/net/http_io.hpp>
#include <shell/net/http_text.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::net {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

inline HttpResponse plain_answer(int status, std::string text) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text) + "\n";
    return response;
}

/// The answer's head. Headers that would break out of their line are left out.
inline std::string response_head(const Answer& answer, bool keep_alive) {
    namespace http = boost::beast::http;
    const HttpResponse& response = answer.response;
    const auto reason =
        http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
    std::string head =
        "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason) + "\r\n";
    for (const auto& [name, value] : response.headers) {
        const bool ours = same_header_name(name, "Content-Length") ||
                          same_header_name(name, "Connection") ||
                          same_header_name(name, "Transfer-Encoding");
        if (!ours && sendable_header(name, value)) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
    }
    if (answer.sending.piece_bytes > 0) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (response.status >= 200 && response.status != 204) {
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

/// What to say about a request that could not be read; nullopt when nobody is there to hear it.
inline std::optional<HttpResponse> refusal(const boost::system::error_code& failure) {
    namespace http = boost::beast::http;
    if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
        return plain_answer(431, "the request's header is too large");
    }
    if (failure == http::error::body_limit) {
        return plain_answer(413, "the request's body is too large");
    }
    if (!from_parser(failure) || closed_early(failure)) {
        return std::nullopt;
    }
    return plain_answer(400, "this is not an HTTP/1.1 request: " + failure.message());
}

/// The path of "/path?query" or "http://host/path?query", or empty when it is neither.
inline std::string target_of(std::string_view target) {
    if (const auto scheme = target.find("://");
        !target.starts_with('/') && scheme < target.size()) {
        const auto path = target.find('/', scheme + 3);
        return path == std::string_view::npos ? "/" : std::string(target.substr(path));
    }
    return target.starts_with('/') ? std::string(target) : "";
}

inline HttpRequest request_of(RequestParser::value_type&& message) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    if (message.method() == boost::beast::http::verb::head) {
        request.method = "GET";
    }
    request.url.target = target_of(message.target());
    request.headers = headers_of(message);
    request.body = std::move(message.body());
    return request;
}

}  // namespace faultline::net
