// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/event.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>
#include <unit/shell/net/peers.hpp>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

namespace {

struct RecordingLog final : obs::Log {
    std::vector<std::string> events;

    void write(
        obs::Level /*level*/,
        std::string_view event,
        std::string_view /*text*/,
        std::initializer_list<obs::Field> /*fields*/
    ) override {
        events.emplace_back(event);
    }
};

/// Describes the request; some paths misbehave.
Task<HttpResponse> respond(HttpRequest request) {
    if (request.url.target == "/throw") {
        throw std::runtime_error("handler is broken");
    }
    HttpResponse response;
    if (request.url.target == "/empty") {
        response.status = 204;
        co_return response;
    }
    if (request.url.target == "/inject") {
        response.headers.emplace_back("X", "a\r\nInjected: yes");
        response.headers.emplace_back("Content-Length", "999");
    }
    if (request.url.target == "/large") {
        response.body = std::string(5'000'000, 'L');
        co_return response;
    }
    response.headers.emplace_back("X-Seen", std::to_string(request.headers.size()));
    response.body = request.method + " " + request.url.target + " " + request.body;
    co_return response;
}

std::unique_ptr<HttpServer> server_on_free_port(
    ServerOptions options = {}, obs::Log& log = obs::null_log()
) {
    auto server = make_http_server("127.0.0.1:0", respond, log, options);
    REQUIRE(server.has_value());
    return std::move(*server);
}

Task<> talk(runtime::Loop& loop, std::uint16_t port, std::string bytes, std::string& reply) {
    tcp::socket socket(loop.context());
    co_await socket.async_connect(
        tcp::endpoint(boost::asio::ip::address_v4::loopback(), port), boost::asio::use_awaitable
    );
    co_await write_all(socket, std::move(bytes));
    reply = co_await read_rest(socket);
}

/// What the server says to these bytes until it closes.
std::string reply_to(
    std::string bytes, ServerOptions options = {}, obs::Log& log = obs::null_log()
) {
    runtime::Loop loop;
    const auto server = server_on_free_port(options, log);
    std::string reply;
    loop.run(beside(server->run(), talk(loop, server->port(), std::move(bytes), reply)));
    return reply;
}

Result<HttpResponse> answer_to(HttpRequest request, ServerOptions options = {}) {
    runtime::Loop loop;
    const auto server = server_on_free_port(options);
    const auto client = make_http_client(loop.clock());
    request.url.host = "127.0.0.1";
    request.url.port = server->port();
    Answers answers;
    const std::vector<HttpRequest> requests{std::move(request)};
    loop.run(beside(server->run(), ask(*client, requests, answers)));
    return std::move(answers.front());
}

/// Connects and holds the connection until told to let go.
Task<> hold(runtime::Loop& loop, std::uint16_t port, runtime::Event& held, runtime::Event& let_go) {
    tcp::socket socket(loop.context());
    co_await socket.async_connect(
        tcp::endpoint(boost::asio::ip::address_v4::loopback(), port), boost::asio::use_awaitable
    );
    // One answered request shows that the server has admitted it.
    co_await write_all(socket, "GET /held HTTP/1.1\r\n\r\n");
    (void)co_await read_head(socket);
    held.notify();
    co_await let_go.wait();
}

Task<> overload(runtime::Loop& loop, std::uint16_t port, std::string& refused) {
    runtime::Event held;
    runtime::Event let_go;
    TaskGroup group;
    group.spawn("hold", hold(loop, port, held, let_go));
    const auto talk_when_held = [](runtime::Loop& on,
                                   std::uint16_t to,
                                   runtime::Event& full,
                                   runtime::Event& release,
                                   std::string& reply) -> Task<> {
        co_await full.wait();
        co_await talk(on, to, "GET / HTTP/1.1\r\n\r\n", reply);
        release.notify();
    };
    group.spawn("talk", talk_when_held(loop, port, held, let_go, refused));
    co_await group.wait();
}

Task<> overload_then_ask(
    runtime::Loop& loop,
    std::uint16_t port,
    std::string& refused,
    HttpClient& client,
    Answers& answers
) {
    co_await overload(loop, port, refused);
    // The held connection's end may take a turn to be noticed.
    for (int attempt = 0; attempt < 100; ++attempt) {
        answers.clear();
        const std::vector<HttpRequest> requests{get(url_to(port, "http", "/after"))};
        co_await ask(client, requests, answers);
        if (answers.front() && answers.front()->status == 200) {
            co_return;
        }
    }
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

Task<> stop(TaskGroup& group) {
    group.cancel();
    co_return;
}

Task<> stop_under_load(runtime::Loop& loop, HttpServer& server, bool& ended) {
    runtime::Event held;
    runtime::Event let_go;
    let_go.notify();
    TaskGroup group;
    group.spawn("server", server.run());
    const auto hold_and_stop = [](runtime::Loop& on,
                                  std::uint16_t to,
                                  runtime::Event& full,
                                  runtime::Event& release,
                                  TaskGroup& all) -> Task<> {
        co_await hold(on, to, full, release);
        co_await stop(all);
    };
    group.spawn("hold", hold_and_stop(loop, server.port(), held, let_go, group));
    co_await group.wait();
    ended = true;
}

}  // namespace

TEST_CASE("a request reaches the handler and its answer the client", "[net]") {
    HttpRequest request = get("http://a/path?query=1");
    request.method = "POST";
    request.headers = {{"Content-Type", "text/plain"}};
    request.body = "body";
    const auto answer = answer_to(request);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == "POST /path?query=1 body");
    CHECK(answer->header("X-Seen") == "4");
}

TEST_CASE("large answers and empty ones arrive as they are", "[net]") {
    CHECK(answer_to(get("http://a/large"))->body.size() == 5'000'000);
    const auto empty = answer_to(get("http://a/empty"));
    CHECK(empty->status == 204);
    CHECK(empty->body.empty());
    CHECK(empty->header("Content-Length").empty());
}

TEST_CASE("HEAD is answered as GET, without the body", "[net]") {
    const auto reply = reply_to("HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK_THAT(reply, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(reply, Catch::Contains("Content-Length: 7\r\n"));
    CHECK_THAT(reply, Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("a connection carries many requests, even sent at once", "[net]") {
    const auto reply = reply_to(
        "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
        "GET /3 HTTP/1.1\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\n\r\n"
    );
    CHECK(count(reply, "HTTP/1.1 200 OK") == 3);
    CHECK(reply.find("GET /1") < reply.find("POST /2 abc"));
    CHECK(reply.find("POST /2 abc") < reply.find("GET /3"));
    CHECK(count(reply, "Connection: close") == 1);
}

TEST_CASE("an old client is answered and its connection closed", "[net]") {
    const auto reply = reply_to("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK_THAT(reply, Catch::Contains("Connection: close\r\n"));
    CHECK_THAT(reply, Catch::EndsWith("GET /old "));
}

TEST_CASE("an absolute target is served by its path, any other is refused", "[net]") {
    CHECK_THAT(
        reply_to("GET http://h:1/p?q HTTP/1.1\r\nConnection: close\r\n\r\n"),
        Catch::EndsWith("GET /p?q ")
    );
    CHECK_THAT(
        reply_to("GET http://h HTTP/1.1\r\nConnection: close\r\n\r\n"), Catch::EndsWith("GET / ")
    );
    CHECK_THAT(reply_to("OPTIONS * HTTP/1.1\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(reply_to("CONNECT h:1 HTTP/1.1\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 "));
}

TEST_CASE("a client that asks whether to go on is told so", "[net]") {
    const auto reply = reply_to(
        "POST /e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
        "close\r\n\r\n"
        "ok"
    );
    CHECK_THAT(reply, Catch::StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
    CHECK_THAT(reply, Catch::EndsWith("POST /e ok"));
}

TEST_CASE("what is not HTTP is answered 400", "[net]") {
    CHECK_THAT(reply_to("hello there\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 Bad Request"));
    CHECK_THAT(reply_to("GET / HTTP/9.9\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(
        reply_to("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 ")
    );
    CHECK_THAT(reply_to("GET / HTTP/1.1\r\nno colon\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(
        reply_to(std::string("\x16\x03\x01\x00\xa5\x01\x00", 7)), Catch::StartsWith("HTTP/1.1 400 ")
    );
}

TEST_CASE("a request larger than the limits is refused, and the refusal arrives", "[net]") {
    CHECK_THAT(
        reply_to("GET / HTTP/1.1\r\nX: " + std::string(200'000, 'x')),
        Catch::StartsWith("HTTP/1.1 431 ")
    );
    CHECK_THAT(
        reply_to(
            "POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x')
        ),
        Catch::StartsWith("HTTP/1.1 413 ")
    );
    std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        chunked += "1000\r\n" + std::string(4096, 'x') + "\r\n";
    }
    CHECK_THAT(reply_to(chunked), Catch::StartsWith("HTTP/1.1 413 "));
    HttpRequest large = get("http://a/");
    large.method = "POST";
    large.body = std::string(3'000'000, 'x');
    const auto answer = answer_to(large);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 413);
}

TEST_CASE("a request that comes too slowly is answered 408", "[net]") {
    ServerOptions options;
    options.request_timeout = 20ms;
    CHECK_THAT(reply_to("GET / HTTP/1.1\r\nX: slow", options), Catch::StartsWith("HTTP/1.1 408 "));
    CHECK_THAT(
        reply_to("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", options),
        Catch::StartsWith("HTTP/1.1 408 ")
    );
}

TEST_CASE("a silent connection is closed without a word", "[net]") {
    ServerOptions options;
    options.idle_timeout = 20ms;
    CHECK(reply_to("", options).empty());
    const auto reply = reply_to("GET /1 HTTP/1.1\r\n\r\n", options);
    CHECK(count(reply, "HTTP/1.1 ") == 1);
}

TEST_CASE("a handler that throws answers 500, is logged, and the next request works", "[net]") {
    RecordingLog log;
    const auto reply = reply_to(
        "GET /throw HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\nConnection: close\r\n\r\n", {}, log
    );
    CHECK_THAT(reply, Catch::StartsWith("HTTP/1.1 500 "));
    CHECK_THAT(reply, Catch::EndsWith("GET /next "));
    CHECK_THAT(reply, !Catch::Contains("broken"));
    CHECK(log.events == std::vector<std::string>{"http_handler_failed"});
}

TEST_CASE("an answer's header cannot break out of its line or lie about the length", "[net]") {
    const auto reply = reply_to("GET /inject HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK_THAT(reply, !Catch::Contains("Injected"));
    CHECK_THAT(reply, !Catch::Contains("999"));
}

TEST_CASE("a full server answers 503 and serves again when there is room", "[net]") {
    runtime::Loop loop;
    ServerOptions options;
    options.max_connections = 1;
    RecordingLog log;
    const auto server = server_on_free_port(options, log);
    const auto client = make_http_client(loop.clock());
    std::string refused;
    Answers answers;
    loop.run(
        beside(server->run(), overload_then_ask(loop, server->port(), refused, *client, answers))
    );
    CHECK_THAT(refused, Catch::StartsWith("HTTP/1.1 503 "));
    CHECK_THAT(refused, Catch::Contains("Retry-After: 1\r\n"));
    CHECK(std::ranges::count(log.events, "http_connections_full") >= 1);
    REQUIRE(answers.front().has_value());
    CHECK(answers.front()->status == 200);
}

TEST_CASE("a server ends when cancelled, whatever its connections do", "[net]") {
    runtime::Loop loop;
    const auto server = server_on_free_port();
    bool ended = false;
    loop.run(stop_under_load(loop, *server, ended));
    CHECK(ended);
}

TEST_CASE("a port in use says which and what to do", "[net]") {
    runtime::Loop loop;
    const auto first = server_on_free_port();
    const std::string listen = "127.0.0.1:" + std::to_string(first->port());
    const auto second = make_http_server(listen, respond);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code() == Code::kUnavailable);
    CHECK(
        second.error().message() ==
        "cannot listen on " + listen +
            ": address already in use. Stop the other process or set api.listen to a free port"
    );
}

TEST_CASE("an address to listen on is an IP address or localhost, and a port", "[net]") {
    runtime::Loop loop;
    for (const std::string text :
         {"",
          ":",
          "9464",
          "127.0.0.1",
          "127.0.0.1:",
          ":9464",
          "127.0.0.1:x",
          "127.0.0.1:65536",
          "127.0.0.1:-1",
          "host:1",
          "::1:9464",
          "[::1]",
          "[::1:9464",
          "http://127.0.0.1:1",
          "127.0.0.1:80 "}) {
        INFO(text);
        const auto server = make_http_server(text, respond);
        REQUIRE_FALSE(server.has_value());
        CHECK(server.error().code() == Code::kInvalid);
        CHECK_THAT(server.error().message(), Catch::Contains("\"" + text + "\""));
    }
    CHECK(make_http_server("localhost:0", respond).has_value());
    // Not an address of this machine (TEST-NET-1).
    const auto foreign = make_http_server("192.0.2.1:0", respond);
    REQUIRE_FALSE(foreign.has_value());
    CHECK(foreign.error().code() == Code::kUnavailable);
}
