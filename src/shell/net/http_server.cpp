// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>

#include <optional>
#include <shell/net/answer_io.hpp>
#include <shell/net/http_io.hpp>
#include <shell/net/http_server_io.hpp>
#include <shell/net/listen.hpp>
#include <shell/net/tls.hpp>
#include <shell/net/ws_accept.hpp>
#include <utility>

namespace faultline::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Turned away at a time; beyond that connections are closed without a word.
constexpr std::size_t kRefusalsMost = 64;
/// For an answer nobody waits for: a refusal, or the rest of a request that was too large.
constexpr Duration kParting = std::chrono::seconds(2);

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

Answer whole(HttpResponse response) {
    Answer answer;
    answer.response = std::move(response);
    return answer;
}

/// @pre the handler, the server's own, outlives it
runtime::Task<Answer> answer_whole(const HttpHandler& handler, HttpRequest request) {
    co_return whole(co_await handler(std::move(request)));
}

class BeastHttpServer final : public HttpServer {
  public:
    BeastHttpServer(
        tcp::acceptor acceptor,
        std::unique_ptr<TlsServer> tls,
        Services services,
        obs::Log& log,
        ServerOptions options
    )
        : clock_(runtime::Loop::current().clock()),
          acceptor_(std::move(acceptor)),
          port_(acceptor_.local_endpoint().port()),
          tls_(std::move(tls)),
          services_(std::move(services)),
          log_(log),
          options_(std::move(options)) {}

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
    runtime::Task<> serve(tcp::socket socket, Place place);
    runtime::Task<> refuse(tcp::socket socket, Place place);
    runtime::Task<Result<std::unique_ptr<Transport>>> transport(tcp::socket socket);
    runtime::Task<bool> serve_one(HttpInput& connection);
    runtime::Task<> serve_websocket(HttpInput& connection, UpgradeRequest request);
    runtime::Task<Answer> answer(HttpRequest request);
    runtime::Task<bool> reply(HttpInput& connection, Answer answer, bool no_body, bool last);
    void handler_failed(std::string_view path, std::string_view failure);
    static runtime::Task<Outcome> await_bytes(HttpInput& connection);
    static runtime::Task<Outcome> read_request(HttpInput& connection, RequestParser& parser);
    static runtime::Task<Outcome> part(HttpInput& connection);

    runtime::Clock& clock_;
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::unique_ptr<TlsServer> tls_;  ///< nullptr: plain.
    Services services_;
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
    if (serving_ < options_.max_connections) {
        group.spawn("connection", serve(std::move(socket), Place(serving_)));
    } else if (refusing_ < kRefusalsMost) {
        log_.warn(
            "http_connections_full",
            "a connection was turned away with 503",
            {{"limit", options_.max_connections}}
        );
        group.spawn("refusal", refuse(std::move(socket), Place(refusing_)));
    }
}

runtime::Task<Result<std::unique_ptr<Transport>>> BeastHttpServer::transport(tcp::socket socket) {
    if (!tls_) {
        co_return make_plain_transport(std::move(socket));
    }
    co_return co_await runtime::with_deadline(
        clock_, options_.handshake_timeout, "the TLS handshake", tls_->accept(std::move(socket))
    );
}

runtime::Task<> BeastHttpServer::serve(tcp::socket socket, Place /*place*/) {
    auto over = co_await transport(std::move(socket));
    if (!over) {
        log_.debug("http_handshake_failed", over.error().message());
        co_return;
    }
    HttpInput connection{Stream(std::move(*over))};
    while (co_await serve_one(connection)) {
    }
}

runtime::Task<> BeastHttpServer::refuse(tcp::socket socket, Place /*place*/) {
    auto over = co_await transport(std::move(socket));
    if (over) {
        HttpInput connection{Stream(std::move(*over))};
        HttpResponse response = plain_answer(503, "too many connections");
        response.headers.emplace_back("Retry-After", "1");
        (void)co_await reply(connection, whole(std::move(response)), false, true);
    }
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
            connection, whole(plain_answer(408, "the request came too slowly")), false, true
        );
    }
    if (*read) {
        auto why = refusal(*read);
        if (why) {
            (void)co_await reply(connection, whole(std::move(*why)), false, true);
        }
        co_return false;
    }
    const bool last = !parser.keep_alive() || parser.get().version() != 11;
    const bool no_body = parser.get().method() == http::verb::head;
    auto message = parser.release();
    if (services_.websocket && wants_websocket(message) && connection.ahead.size() == 0) {
        co_await serve_websocket(connection, std::move(message));
        co_return false;
    }
    HttpRequest request = request_of(std::move(message));
    if (request.url.target.empty()) {
        co_return co_await reply(
            connection, whole(plain_answer(400, "the target is not a path")), no_body, true
        );
    }
    Answer answered = co_await answer(std::move(request));
    co_return co_await reply(connection, std::move(answered), no_body, last);
}

runtime::Task<> BeastHttpServer::serve_websocket(HttpInput& connection, UpgradeRequest request) {
    const WsLimits limits{
        .message_bytes_most = options_.max_body_bytes, .idle_timeout = options_.ws_idle_timeout
    };
    auto opened = co_await runtime::with_deadline(
        clock_,
        options_.handshake_timeout,
        "the upgrade to WebSocket",
        accept_websocket(std::move(connection.stream), std::move(request), limits)
    );
    if (!opened) {
        log_.debug("ws_handshake_failed", opened.error().message());
        co_return;
    }
    std::string failure;
    try {
        co_await services_.websocket(std::move(*opened));
        co_return;
    } catch (const std::exception& thrown) {
        failure = thrown.what();
    }
    // Our own cancellation unwinds here rather than becoming a log line.
    co_await runtime::checkpoint();
    handler_failed("a WebSocket", failure);
}

void BeastHttpServer::handler_failed(std::string_view path, std::string_view failure) {
    log_.error("http_handler_failed", "a handler failed", {{"path", path}, {"error", failure}});
}

runtime::Task<Answer> BeastHttpServer::answer(HttpRequest request) {
    const std::string path = request.url.target.substr(0, request.url.target.find('?'));
    std::string failure;
    try {
        co_return co_await services_.answer(std::move(request));
    } catch (const std::exception& thrown) {
        failure = thrown.what();
    }
    // Our own cancellation unwinds here rather than becoming an answer.
    co_await runtime::checkpoint();
    handler_failed(path, failure);
    co_return whole(plain_answer(500, "internal error; the log says more"));
}

/// True when the answer went out and was not the last one.
runtime::Task<bool> BeastHttpServer::reply(
    HttpInput& connection, Answer answer, bool no_body, bool last
) {
    HttpResponse& response = answer.response;
    if (answer.sending.cut_after == 0U) {
        co_return false;
    }
    const std::string head = response_head(answer, !last);
    if (no_body || response.status == 204 || response.status == 304) {
        response.body.clear();
        answer.sending = Sending();
    }
    const Outcome written = co_await runtime::with_deadline(
        clock_,
        options_.write_timeout,
        "writing an answer",
        send_answer(connection.stream, clock_, head, answer)
    );
    if (!written || *written || answer.sending.cut_after) {
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
    Services services;
    services.answer = [handler = std::move(handler)](HttpRequest request) {
        return answer_whole(handler, std::move(request));
    };
    return make_http_server(listen, std::move(services), log, std::move(options));
}

Result<std::unique_ptr<HttpServer>> make_http_server(
    const std::string& listen, Services services, obs::Log& log, ServerOptions options
) {
    std::unique_ptr<TlsServer> tls;
    if (!options.tls_certificate_file.empty()) {
        FAULTLINE_TRY(tls, TlsServer::open(options.tls_certificate_file, options.tls_key_file));
    }
    FAULTLINE_TRY(
        auto acceptor,
        listen_on(runtime::Loop::current().context().get_executor(), listen, options.listen_setting)
    );
    return std::make_unique<BeastHttpServer>(
        std::move(acceptor), std::move(tls), std::move(services), log, std::move(options)
    );
}

}  // namespace faultline::net
