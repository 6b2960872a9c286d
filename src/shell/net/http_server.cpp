// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <shell/net/http_io.hpp>
#include <shell/net/http_text.hpp>
#include <shell/net/listen.hpp>
#include <utility>

namespace faultline::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using RequestParser = http::request_parser<http::string_body>;

/// Turned away at a time; beyond that connections are closed without a word.
constexpr std::size_t kRefusalsMost = 64;
/// For an answer nobody waits for: a refusal, or the rest of a request that was too large.
constexpr Duration kParting = std::chrono::seconds(2);

HttpResponse plain(int status, std::string text) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text) + "\n";
    return response;
}

/// The answer's head. Headers that would break out of their line are left out.
std::string response_head(const HttpResponse& response, bool keep_alive) {
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
    if (response.status >= 200 && response.status != 204) {
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

/// What to say about a request that could not be read; nullopt when nobody is there to hear it.
std::optional<HttpResponse> refusal(const error_code& failure) {
    if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
        return plain(431, "the request's header is too large");
    }
    if (failure == http::error::body_limit) {
        return plain(413, "the request's body is too large");
    }
    if (!from_parser(failure) || closed_early(failure)) {
        return std::nullopt;
    }
    return plain(400, "this is not an HTTP/1.1 request: " + failure.message());
}

/// Holds one of a bounded number of places while it lives.
class Place {
  public:
    explicit Place(std::size_t& taken) : taken_(&taken) { ++taken; }

    Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;

    ~Place() {
        if (taken_ != nullptr) {
            --*taken_;
        }
    }

  private:
    std::size_t* taken_;
};

/// The path of "/path?query" or "http://host/path?query", or empty when it is neither.
std::string target_of(std::string_view target) {
    if (const auto scheme = target.find("://");
        !target.starts_with('/') && scheme < target.size()) {
        const auto path = target.find('/', scheme + 3);
        return path == std::string_view::npos ? "/" : std::string(target.substr(path));
    }
    return target.starts_with('/') ? std::string(target) : "";
}

HttpRequest request_of(RequestParser::value_type&& message) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    if (message.method() == http::verb::head) {
        request.method = "GET";
    }
    request.url.target = target_of(message.target());
    request.headers = headers_of(message);
    request.body = std::move(message.body());
    return request;
}

class BeastHttpServer final : public HttpServer {
  public:
    BeastHttpServer(
        tcp::acceptor acceptor, HttpHandler handler, obs::Log& log, ServerOptions options
    )
        : clock_(runtime::Loop::current().clock()),
          acceptor_(std::move(acceptor)),
          port_(acceptor_.local_endpoint().port()),
          handler_(std::move(handler)),
          log_(log),
          options_(options) {}

    [[nodiscard]] std::uint16_t port() const override { return port_; }

    runtime::Task<> run() override {
        runtime::TaskGroup group;
        group.spawn("accept", accept(group));
        co_await group.wait();
    }

  private:
    using Outcome = Result<error_code>;  ///< An Error is a deadline that passed.

    runtime::Task<> accept(runtime::TaskGroup& group);
    void admit(runtime::TaskGroup& group, tcp::socket socket);
    runtime::Task<> serve(HttpInput connection, Place place);
    runtime::Task<> refuse(HttpInput connection, Place place);
    runtime::Task<bool> serve_one(HttpInput& connection);
    runtime::Task<HttpResponse> answer(HttpRequest request);
    runtime::Task<bool> reply(
        HttpInput& connection, HttpResponse response, bool no_body, bool last
    );
    static runtime::Task<Outcome> await_bytes(HttpInput& connection);
    static runtime::Task<Outcome> read_request(HttpInput& connection, RequestParser& parser);
    static runtime::Task<Outcome> write(
        HttpInput& connection, const std::string& head, const std::string& body
    );
    static runtime::Task<Outcome> part(HttpInput& connection);

    runtime::Clock& clock_;
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    HttpHandler handler_;
    obs::Log& log_;
    ServerOptions options_;
    std::size_t serving_ = 0;
    std::size_t refusing_ = 0;
};

runtime::Task<> BeastHttpServer::accept(runtime::TaskGroup& group) {
    // Endless: ends when cancelled.
    for (;;) {
        auto [failure, socket] = co_await acceptor_.async_accept(kAsTuple);
        co_await runtime::checkpoint();
        if (!failure) {
            admit(group, std::move(socket));
            continue;
        }
        if (failure != asio::error::connection_aborted) {
            log_.warn(
                "http_accept_failed",
                "a connection could not be accepted; trying again",
                {{"error", failure.message()}}
            );
            co_await clock_.sleep(std::chrono::milliseconds(100));
        }
    }
}

void BeastHttpServer::admit(runtime::TaskGroup& group, tcp::socket socket) {
    error_code ignored;  // Slower without, but right.
    socket.set_option(tcp::no_delay(true), ignored);
    HttpInput connection{Stream(make_plain_transport(std::move(socket)))};
    if (serving_ < options_.max_connections) {
        group.spawn("connection", serve(std::move(connection), Place(serving_)));
    } else if (refusing_ < kRefusalsMost) {
        log_.warn(
            "http_connections_full",
            "a connection was turned away with 503",
            {{"limit", options_.max_connections}}
        );
        group.spawn("refusal", refuse(std::move(connection), Place(refusing_)));
    }
}

runtime::Task<> BeastHttpServer::serve(HttpInput connection, Place /*place*/) {
    while (co_await serve_one(connection)) {
    }
}

runtime::Task<> BeastHttpServer::refuse(HttpInput connection, Place /*place*/) {
    HttpResponse response = plain(503, "too many connections");
    response.headers.emplace_back("Retry-After", "1");
    (void)co_await reply(connection, std::move(response), false, true);
}

/// True when the connection can carry another request.
runtime::Task<bool> BeastHttpServer::serve_one(HttpInput& connection) {
    const Outcome woken = co_await runtime::with_deadline(
        clock_, options_.idle_timeout, "waiting for a request", await_bytes(connection)
    );
    if (!woken || *woken) {
        co_return false;
    }
    RequestParser parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
    parser.body_limit(options_.max_body_bytes);
    const Outcome read = co_await runtime::with_deadline(
        clock_, options_.request_timeout, "reading a request", read_request(connection, parser)
    );
    if (!read) {
        co_return co_await reply(
            connection, plain(408, "the request came too slowly"), false, true
        );
    }
    if (*read) {
        auto why = refusal(*read);
        if (why) {
            (void)co_await reply(connection, std::move(*why), false, true);
        }
        co_return false;
    }
    const bool last = !parser.keep_alive() || parser.get().version() != 11;
    const bool no_body = parser.get().method() == http::verb::head;
    HttpRequest request = request_of(parser.release());
    if (request.url.target.empty()) {
        co_return co_await reply(connection, plain(400, "the target is not a path"), no_body, true);
    }
    HttpResponse response = co_await answer(std::move(request));
    co_return co_await reply(connection, std::move(response), no_body, last);
}

runtime::Task<HttpResponse> BeastHttpServer::answer(HttpRequest request) {
    const std::string path = request.url.target.substr(0, request.url.target.find('?'));
    std::string failure;
    try {
        co_return co_await handler_(std::move(request));
    } catch (const std::exception& thrown) {
        failure = thrown.what();
    }
    // Our own cancellation unwinds here rather than becoming an answer.
    co_await runtime::checkpoint();
    log_.error(
        "http_handler_failed", "a request was answered 500", {{"path", path}, {"error", failure}}
    );
    co_return plain(500, "internal error; the log says more");
}

/// True when the answer went out and was not the last one.
runtime::Task<bool> BeastHttpServer::reply(
    HttpInput& connection, HttpResponse response, bool no_body, bool last
) {
    const std::string head = response_head(response, !last);
    if (no_body || response.status == 204 || response.status == 304) {
        response.body.clear();
    }
    const Outcome written = co_await runtime::with_deadline(
        clock_, options_.write_timeout, "writing an answer", write(connection, head, response.body)
    );
    if (!written || *written) {
        co_return false;
    }
    if (last) {
        (void)co_await runtime::with_deadline(clock_, kParting, "parting", part(connection));
    }
    co_return !last;
}

runtime::Task<BeastHttpServer::Outcome> BeastHttpServer::await_bytes(HttpInput& connection) {
    if (connection.ahead.size() > 0) {
        co_return error_code();
    }
    auto space = connection.ahead.prepare(kReadBytes);
    auto [failure, count] = co_await connection.stream.async_read_some(space, kAsTuple);
    co_await runtime::checkpoint();
    connection.ahead.commit(count);
    co_return failure;
}

runtime::Task<BeastHttpServer::Outcome> BeastHttpServer::read_request(
    HttpInput& connection, RequestParser& parser
) {
    auto failure = co_await read_message(connection, parser, false);
    if (!failure && parser.get()[http::field::expect] == "100-continue" && !parser.is_done()) {
        const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const std::string nothing;
        failure = co_await write_message(connection.stream, go_on, nothing);
    }
    if (!failure) {
        failure = co_await read_message(connection, parser, true);
    }
    co_return failure;
}

runtime::Task<BeastHttpServer::Outcome> BeastHttpServer::write(
    HttpInput& connection, const std::string& head, const std::string& body
) {
    co_return co_await write_message(connection.stream, head, body);
}

/// Lets the other side read the answer: closing over unread input would make its system drop it.
runtime::Task<BeastHttpServer::Outcome> BeastHttpServer::part(HttpInput& connection) {
    connection.stream.finish_sending();
    error_code failure;
    while (!failure) {
        connection.ahead.clear();
        failure = *co_await await_bytes(connection);
    }
    co_return failure;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> make_http_server(
    const std::string& listen, HttpHandler handler, obs::Log& log, ServerOptions options
) {
    FAULTLINE_TRY(
        auto acceptor, listen_on(runtime::Loop::current().context().get_executor(), listen)
    );
    return std::make_unique<BeastHttpServer>(std::move(acceptor), std::move(handler), log, options);
}

}  // namespace faultline::net
