// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/server.hpp>
#include <faultline/shell/runtime/deadline.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <unit/shell/net/certificate.hpp>
#include <unit/shell/net/peers.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

namespace {

/// Echoes; "half X" breaks in the middle of X, "bye" ends, "throw" throws.
Task<> obey(std::unique_ptr<ServedWebSocket> socket) {
    for (;;) {
        const auto text = co_await socket->receive();
        if (!text || *text == "bye") {
            co_return;
        }
        if (*text == "throw") {
            throw std::runtime_error("handler is broken");
        }
        if (text->starts_with("half ")) {
            (void)co_await socket->send_half(text->substr(5));
            co_return;
        }
        (void)co_await socket->send(*text);
    }
}

/// The path decides how the answer goes out.
Task<Answer> answer(HttpRequest request) {
    Answer out;
    out.response.body = std::string(1000, 'x') + request.url.target;
    if (request.url.target == "/pieces") {
        out.sending.piece_bytes = 300;
        out.sending.pause = 1ms;
    } else if (request.url.target == "/cut") {
        out.sending.cut_after = 500;
    } else if (request.url.target == "/cut-pieces") {
        out.sending.piece_bytes = 300;
        out.sending.cut_after = 500;
    } else if (request.url.target == "/nothing") {
        out.sending.cut_after = 0;
    }
    co_return out;
}

std::unique_ptr<HttpServer> server_with(ServerOptions options = {}) {
    Services services{.answer = answer, .websocket = obey};
    auto server =
        make_http_server("127.0.0.1:0", std::move(services), obs::null_log(), std::move(options));
    REQUIRE(server.has_value());
    return std::move(*server);
}

using Texts = std::vector<std::string>;

/// Sends each and keeps what comes back, or the error.
Task<> converse(WsConnector& connector, std::string url, Texts say, Texts& heard) {
    auto connection = co_await connector.connect(*Url::parse(url), kPatience);
    if (!connection) {
        heard.push_back(connection.error().message());
        co_return;
    }
    for (const auto& text : say) {
        (void)co_await (*connection)->send(text);
        const auto reply = co_await (*connection)->receive();
        heard.push_back(reply ? *reply : reply.error().message());
    }
}

Texts heard_from(
    std::string scheme, const Texts& say, ServerOptions options = {}, ClientOptions client = {}
) {
    runtime::Loop loop;
    const auto server = server_with(std::move(options));
    const auto connector = make_ws_connector(loop.clock(), std::move(client));
    Texts heard;
    std::string url = url_to(server->port(), scheme, "/any");
    loop.run(beside(server->run(), converse(*connector, std::move(url), say, heard)));
    return heard;
}

Result<HttpResponse> fetched(const std::string& path) {
    runtime::Loop loop;
    const auto server = server_with();
    const auto client = make_http_client(loop.clock());
    Answers answers;
    const std::vector<HttpRequest> requests{get(url_to(server->port(), "http", path))};
    loop.run(beside(server->run(), ask(*client, requests, answers)));
    return std::move(answers.front());
}

/// An identity in two files.
struct Identity {
    Certificate certificate = Certificate::make("DNS:localhost,IP:127.0.0.1");
    std::string certificate_file = certificate.file();
    std::string key_file =
        Certificate{.certificate_pem = certificate.key_pem, .key_pem = ""}.file();

    [[nodiscard]] ServerOptions server() const {
        ServerOptions options;
        options.tls_certificate_file = certificate_file;
        options.tls_key_file = key_file;
        return options;
    }

    [[nodiscard]] ClientOptions client() const {
        ClientOptions options;
        options.ca_file = certificate_file;
        return options;
    }
};

}  // namespace

TEST_CASE("a WebSocket is served on the port of HTTP", "[net]") {
    const std::string large(200'000, 'l');
    CHECK(heard_from("ws", {"one", "", large}) == Texts{"one", "", large});
    CHECK(fetched("/whole")->body == std::string(1000, 'x') + "/whole");
}

TEST_CASE("a WebSocket whose handler returns or throws is dropped", "[net]") {
    for (const auto* end : {"bye", "throw"}) {
        const Texts heard = heard_from("ws", {"one", end, "more"});
        CHECK(heard[0] == "one");
        CHECK_THAT(heard[1], Catch::Contains("the connection broke"));
    }
}

TEST_CASE("a frame that breaks off is never taken for a message", "[net]") {
    for (const std::size_t size : {10UL, 1'000UL, 100'000UL}) {
        const Texts heard = heard_from("ws", {"half " + std::string(size, 'h')});
        CHECK_THAT(heard[0], Catch::Contains("the connection broke"));
    }
}

TEST_CASE("a message larger than the server takes ends the WebSocket", "[net]") {
    ServerOptions options;
    options.max_body_bytes = 1000;
    const Texts heard = heard_from("ws", {std::string(1000, 'a'), std::string(1001, 'b')}, options);
    CHECK(heard[0].size() == 1000);
    CHECK_THAT(heard[1], Catch::Contains("closed the WebSocket") || Catch::Contains("broke"));
}

TEST_CASE("WebSockets count as connections", "[net]") {
    ServerOptions options;
    options.max_connections = 0;
    CHECK_THAT(heard_from("ws", {"one"}, options)[0], Catch::Contains("503"));
}

TEST_CASE("an answer in pieces arrives whole", "[net]") {
    const auto answer = fetched("/pieces");
    REQUIRE(answer.has_value());
    CHECK(answer->header("Transfer-Encoding") == "chunked");
    CHECK(answer->body == std::string(1000, 'x') + "/pieces");
}

TEST_CASE("an answer that is cut is an error, not a shorter answer", "[net]") {
    for (const auto* path : {"/cut", "/cut-pieces", "/nothing"}) {
        const auto answer = fetched(path);
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().code() == Code::kTransient);
    }
}

TEST_CASE("a server with a certificate serves https and wss to those who trust it", "[net]") {
    const Identity identity;
    CHECK(heard_from("wss", {"one"}, identity.server(), identity.client()) == Texts{"one"});
    CHECK_THAT(heard_from("wss", {"one"}, identity.server())[0], Catch::Contains("not trusted"));
    CHECK_THAT(heard_from("ws", {"one"}, identity.server())[0], Catch::Contains("open ws://"));
}

TEST_CASE("a server's certificate and key must be there and belong together", "[net]") {
    const runtime::Loop loop;
    const Identity identity;
    const Identity other;
    const auto refusal = [](ServerOptions options) {
        const auto server = make_http_server(
            "127.0.0.1:0",
            Services{.answer = answer, .websocket = {}},
            obs::null_log(),
            std::move(options)
        );
        REQUIRE_FALSE(server.has_value());
        CHECK(server.error().code() == Code::kInvalid);
        return server.error().message();
    };
    ServerOptions options = identity.server();
    options.tls_certificate_file = "/no/such/file";
    CHECK_THAT(refusal(options), Catch::Contains("cannot use the certificate /no/such/file"));
    options = identity.server();
    options.tls_key_file = "/no/such/file";
    CHECK_THAT(refusal(options), Catch::Contains("cannot use the key /no/such/file"));
    options.tls_key_file = other.key_file;
    CHECK_THAT(refusal(options), Catch::Contains("cannot use the key"));
}

TEST_CASE("a client that does not shake hands is let go", "[net]") {
    const Identity identity;
    ServerOptions options = identity.server();
    options.handshake_timeout = 30ms;
    runtime::Loop loop;
    const auto server = server_with(options);
    const auto quiet = [](runtime::Loop& on, std::uint16_t port) -> Task<> {
        tcp::socket socket(on.context());
        co_await socket.async_connect(
            tcp::endpoint(boost::asio::ip::address_v4::loopback(), port), boost::asio::use_awaitable
        );
        CHECK((co_await read_rest(socket)).empty());
    };
    loop.run(beside(server->run(), quiet(loop, server->port())));
}
