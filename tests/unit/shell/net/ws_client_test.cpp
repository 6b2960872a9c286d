// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/runtime/deadline.hpp>

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <catch2/catch.hpp>

#include <shell/net/ws_stream.hpp>
#include <unit/shell/net/tls_peer.hpp>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

Task<> send_text(WebSocket& peer, std::string text) {
    co_await peer.async_write(boost::asio::buffer(text), kNoThrow);
}

/// Obeys: "close" closes, "twice X" answers twice, "later X" waits first, "big" answers with 5000
/// bytes, "deaf" stops reading for ever; everything else is echoed.
Task<> obey(WebSocket& peer, runtime::Clock& clock) {
    for (;;) {
        beast::flat_buffer buffer;
        auto [failure, count] = co_await peer.async_read(buffer, kNoThrow);
        if (failure) {
            co_return;
        }
        const std::string text = beast::buffers_to_string(buffer.data());
        peer.text(true);
        if (text == "close") {
            const websocket::close_reason reason(websocket::close_code::going_away, "bye");
            co_await peer.async_close(reason, kNoThrow);
            co_return;
        }
        if (text == "deaf") {
            co_await clock.sleep(kPatience);
        } else if (text == "big") {
            co_await send_text(peer, std::string(5'000, 'b'));
        } else if (text.starts_with("later ")) {
            co_await clock.sleep(40ms);
            co_await send_text(peer, text.substr(6));
        } else if (text.starts_with("twice ")) {
            co_await send_text(peer, text.substr(6));
            co_await send_text(peer, text.substr(6));
        } else {
            co_await send_text(peer, text);
        }
    }
}

Task<> serve_ws(tcp::acceptor& acceptor, runtime::Clock& clock) {
    tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    WebSocket peer{Stream(make_plain_transport(std::move(socket)))};
    co_await peer.async_accept(kNoThrow);
    co_await obey(peer, clock);
}

Task<> serve_wss(
    tcp::acceptor& acceptor, boost::asio::ssl::context& context, runtime::Clock& clock
) {
    auto transport = co_await accept_tls(acceptor, context);
    if (transport) {
        WebSocket peer{Stream(std::move(transport))};
        co_await peer.async_accept(kNoThrow);
        co_await obey(peer, clock);
    }
}

using Connected = Result<std::unique_ptr<WsConnection>>;
using Texts = std::vector<std::string>;

std::string text_of(const Result<std::string>& message) {
    return message
               ? *message
               : std::string(code_name(message.error().code())) + " " + message.error().message();
}

/// Connects, sends all of `texts`, and receives as many messages; failures become texts too.
Task<> converse(
    WsConnector& connector, std::string url, Texts texts, std::size_t messages, Texts& got
) {
    auto connected = co_await connector.connect(*Url::parse(url), kPatience);
    if (!connected) {
        got.push_back(text_of(std::move(connected).error()));
        co_return;
    }
    for (auto& text : texts) {
        auto sent = co_await (*connected)->send(std::move(text));
        if (!sent) {
            got.push_back(text_of(std::move(sent).error()));
        }
    }
    for (std::size_t i = 0; i < messages; ++i) {
        got.push_back(text_of(co_await (*connected)->receive()));
    }
}

Texts run(Texts texts, std::size_t messages, const ClientOptions& options = {}) {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    Texts got;
    const auto connector = make_ws_connector(loop.clock(), options);
    loop.run(beside(
        serve_ws(acceptor, loop.clock()),
        converse(*connector, url_to(acceptor, "ws", "/SECRET"), std::move(texts), messages, got)
    ));
    for (const auto& text : got) {
        CHECK_THAT(text, !Catch::Contains("SECRET"));
    }
    return got;
}

Task<> connect_only(
    WsConnector& connector, std::string url, Duration deadline, std::optional<Connected>& into
) {
    into = co_await connector.connect(*Url::parse(url), deadline);
}

/// What a connect makes of a server that answers the handshake with these bytes.
Error handshake_error(std::string answer, Duration deadline = kPatience) {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto connector = make_ws_connector(loop.clock());
    std::optional<Connected> connected;
    int accepted = 0;
    Script script;
    if (!answer.empty()) {
        script.answers.push_back(std::move(answer));
    }
    script.lingers = true;
    const std::vector<Script> scripts{script};
    loop.run(beside(
        play(acceptor, scripts, accepted),
        connect_only(*connector, url_to(acceptor, "ws", "/SECRET"), deadline, connected)
    ));
    REQUIRE_FALSE(connected->has_value());
    Error error = std::move(*connected).error();
    CHECK_THAT(error.message(), !Catch::Contains("SECRET"));
    CHECK_THAT(error.message(), Catch::Contains("open ws://127.0.0.1:"));
    return error;
}

/// Cuts receives short until the message is there.
Task<> receive_in_slices(
    WsConnector& connector, runtime::Clock& clock, std::string url, int& cuts, std::string& got
) {
    auto connected = co_await connector.connect(*Url::parse(url), kPatience);
    (void)co_await (*connected)->send("later word");
    for (;;) {
        auto message =
            co_await runtime::with_deadline(clock, 5ms, "a message", (*connected)->receive());
        if (message) {
            got = *message;
            break;
        }
        ++cuts;
    }
    (void)co_await (*connected)->send("again");
    got += " " + text_of(co_await (*connected)->receive());
}

Task<> receive_one(WsConnection& connection, std::string& got) {
    got = text_of(co_await connection.receive());
}

Task<> send_one(WsConnection& connection, std::string text) {
    (void)co_await connection.send(std::move(text));
}

Task<> receive_while_sending(WsConnector& connector, std::string url, std::string& got) {
    auto connected = co_await connector.connect(*Url::parse(url), kPatience);
    TaskGroup group;
    group.spawn("receive", receive_one(**connected, got));
    group.spawn("send", send_one(**connected, std::string(200'000, 's')));
    co_await group.wait();
}

Task<> send_later(WsConnection& connection, runtime::Clock& clock) {
    co_await clock.sleep(500ms);
    (void)co_await connection.send("word");
}

Task<> receive_after_silence(
    WsConnector& connector, runtime::Clock& clock, std::string url, std::string& got
) {
    auto connected = co_await connector.connect(*Url::parse(url), kPatience);
    TaskGroup group;
    group.spawn("receive", receive_one(**connected, got));
    group.spawn("send", send_later(**connected, clock));
    co_await group.wait();
}

Task<> wait_then_cancel(WsConnection& connection, runtime::Clock& clock, TaskGroup& group) {
    (void)co_await runtime::with_deadline(clock, 1ms, "nothing", connection.receive());
    group.cancel();
}

Task<> drop_while_receiving(
    WsConnector& connector, runtime::Clock& clock, std::string url, bool& dropped
) {
    {
        auto connected = co_await connector.connect(*Url::parse(url), kPatience);
        std::string got;
        TaskGroup group;
        group.spawn("receive", wait_then_cancel(**connected, clock, group));
        co_await group.wait();
    }
    dropped = true;
}

}  // namespace

TEST_CASE("messages go and come as they are, in order", "[net]") {
    CHECK(run({"a", "", "twice b"}, 4) == Texts{"a", "", "b", "b"});
    const std::string long_text(300'000, 'x');
    CHECK(run({long_text}, 1) == Texts{long_text});
}

TEST_CASE("a WebSocket over TLS works like a plain one", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto certificate = Certificate::make("IP:127.0.0.1");
    auto context = server_context(certificate);
    ClientOptions options;
    options.ca_file = certificate.file();
    const auto trusting = make_ws_connector(loop.clock(), options);
    Texts got;
    const std::string long_text(300'000, 'x');
    loop.run(beside(
        serve_wss(acceptor, context, loop.clock()),
        converse(*trusting, url_to(acceptor, "wss"), Texts{"hello", long_text}, 2, got)
    ));
    CHECK(got == Texts{"hello", long_text});

    got.clear();
    const auto distrusting = make_ws_connector(loop.clock());
    loop.run(beside(
        serve_wss(acceptor, context, loop.clock()),
        converse(*distrusting, url_to(acceptor, "wss"), {}, 0, got)
    ));
    CHECK_THAT(got.at(0), Catch::Contains("its TLS certificate is not trusted: self-signed"));
}

TEST_CASE("a peer that closes says so, and the connection stays finished", "[net]") {
    const auto got = run({"close"}, 2);
    CHECK_THAT(got[0], Catch::StartsWith("transient receive from ws://127.0.0.1:"));
    CHECK_THAT(got[0], Catch::Contains("the other side closed the WebSocket (1001)"));
    CHECK(got[1] == got[0]);
}

TEST_CASE("a message larger than the limit is malformed", "[net]") {
    ClientOptions options;
    options.max_body_bytes = 4'999;
    const auto got = run({"big"}, 1, options);
    CHECK_THAT(got[0], Catch::StartsWith("malformed "));
    CHECK_THAT(got[0], Catch::Contains("larger than 4999 bytes"));
}

TEST_CASE("a quiet peer that answers pings is waited for", "[net]") {
    ClientOptions options;
    options.idle_timeout = 200ms;
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto connector = make_ws_connector(loop.clock(), options);
    std::string got;
    loop.run(beside(
        serve_ws(acceptor, loop.clock()),
        receive_after_silence(*connector, loop.clock(), url_to(acceptor, "ws"), got)
    ));
    CHECK(got == "word");
}

TEST_CASE("a peer that answers no ping is transient after the idle timeout", "[net]") {
    ClientOptions options;
    options.idle_timeout = 40ms;
    const auto got = run({"deaf"}, 1, options);
    CHECK_THAT(got[0], Catch::StartsWith("transient "));
    CHECK_THAT(got[0], Catch::Contains("no sign of life for 40 ms"));
}

TEST_CASE("a receive that is cut short loses no message", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto connector = make_ws_connector(loop.clock());
    int cuts = 0;
    std::string got;
    loop.run(beside(
        serve_ws(acceptor, loop.clock()),
        receive_in_slices(*connector, loop.clock(), url_to(acceptor, "ws"), cuts, got)
    ));
    CHECK(got == "word again");
    CHECK(cuts > 0);
}

TEST_CASE("one may send while another waits to receive", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto connector = make_ws_connector(loop.clock());
    std::string got;
    loop.run(beside(
        serve_ws(acceptor, loop.clock()),
        receive_while_sending(*connector, url_to(acceptor, "ws"), got)
    ));
    CHECK(got == std::string(200'000, 's'));
}

TEST_CASE("a connection may be dropped with a read under way", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto connector = make_ws_connector(loop.clock());
    bool dropped = false;
    loop.run(beside(
        serve_ws(acceptor, loop.clock()),
        drop_while_receiving(*connector, loop.clock(), url_to(acceptor, "ws"), dropped)
    ));
    CHECK(dropped);
}

TEST_CASE("a server that answers a status instead is told apart by it", "[net]") {
    const std::string end = "\r\nContent-Length: 0\r\n";
    const auto forbidden = handshake_error("HTTP/1.1 403 Forbidden" + end + "\r\n");
    CHECK(forbidden.code() == Code::kRejected);
    CHECK_THAT(forbidden.message(), Catch::Contains("answered HTTP 403 instead of opening"));
    const auto limited = handshake_error("HTTP/1.1 429 Too Many" + end + "Retry-After: 7\r\n\r\n");
    CHECK(limited.code() == Code::kRateLimited);
    CHECK(limited.retry_after_ms() == 7'000);
    CHECK(handshake_error("HTTP/1.1 502 Bad" + end + "\r\n").code() == Code::kTransient);
    CHECK(handshake_error("HTTP/1.1 200 OK" + end + "\r\n").code() == Code::kTransient);
}

TEST_CASE("a server that is no WebSocket server fails the handshake", "[net]") {
    CHECK(handshake_error("SSH-2.0-OpenSSH_9.2\r\n\r\n").code() == Code::kMalformed);
    CHECK(
        handshake_error(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: wrong\r\n\r\n"
        )
            .code() == Code::kMalformed
    );
    CHECK(handshake_error("").code() == Code::kTransient);
}

TEST_CASE("a handshake that takes too long is cut", "[net]") {
    const auto error = handshake_error("HTTP/1.1 101 Switching", 20ms);
    CHECK(error.code() == Code::kTransient);
    CHECK_THAT(error.message(), Catch::Contains("it took longer than 20 ms"));
}
