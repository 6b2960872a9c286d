// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/clients.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <unit/shell/net/tls_peer.hpp>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

namespace ssl = boost::asio::ssl;

namespace {

/// Answers requests on one TLS connection until the client leaves.
Task<> serve_tls(tcp::acceptor& acceptor, ssl::context& context, int& requests) {
    const auto transport = co_await accept_tls(acceptor, context);
    if (!transport) {
        co_return;
    }
    for (;;) {
        std::string head;
        auto [failure, count] = co_await boost::asio::async_read_until(
            transport->stream(), boost::asio::dynamic_buffer(head), "\r\n\r\n", kNoThrow
        );
        if (failure) {
            co_return;
        }
        ++requests;
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";
        co_await boost::asio::async_write(
            transport->stream(), boost::asio::buffer(answer), kNoThrow
        );
    }
}

struct Outcome {
    Answers answers;
    int requests = 0;
};

Outcome ask_over_tls(
    const Certificate& certificate,
    const ClientOptions& options,
    const std::string& host,
    std::size_t times = 1
) {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    auto context = server_context(certificate);
    HttpRequest request = get(url_to(acceptor, "https", "/SECRET"));
    request.url.host = host;
    Outcome outcome;
    {
        const auto client = make_http_client(loop.clock(), options);
        const std::vector<HttpRequest> requests(times, request);
        loop.run(beside(
            serve_tls(acceptor, context, outcome.requests), ask(*client, requests, outcome.answers)
        ));
    }
    return outcome;
}

ClientOptions trusting(std::string ca_file) {
    ClientOptions options;
    options.ca_file = std::move(ca_file);
    return options;
}

void check_refused(const Outcome& outcome, const std::string& why) {
    CHECK(outcome.requests == 0);
    REQUIRE_FALSE(outcome.answers.front().has_value());
    const auto& error = outcome.answers.front().error();
    CHECK(error.code() == Code::kTransient);
    CHECK_THAT(error.message(), Catch::Contains("its TLS certificate is not trusted: " + why));
    CHECK_THAT(error.message(), !Catch::Contains("SECRET"));
}

struct Environment {
    explicit Environment(const std::string& ca_file) {
        ::setenv("SSL_CERT_FILE", ca_file.c_str(), 1);
    }

    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    ~Environment() { ::unsetenv("SSL_CERT_FILE"); }
};

}  // namespace

TEST_CASE("a trusted certificate works, by name and by address, and is kept alive", "[net]") {
    const auto certificate = Certificate::make("DNS:localhost,IP:127.0.0.1");
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        const auto outcome = ask_over_tls(certificate, trusting(certificate.file()), host, 3);
        CHECK(outcome.requests == 3);
        for (const auto& answer : outcome.answers) {
            REQUIRE(answer.has_value());
            CHECK(answer->body == "secure");
        }
    }
}

TEST_CASE("the environment can name the trusted authorities", "[net]") {
    const auto certificate = Certificate::make("DNS:localhost");
    const Environment environment(certificate.file());
    CHECK(ask_over_tls(certificate, {}, "localhost").answers.front().has_value());
}

TEST_CASE("an untrusted certificate is refused before anything is sent", "[net]") {
    const auto certificate = Certificate::make("DNS:localhost,IP:127.0.0.1");
    check_refused(ask_over_tls(certificate, {}, "localhost"), "self-signed certificate");
    const auto other = Certificate::make("DNS:localhost,IP:127.0.0.1");
    check_refused(
        ask_over_tls(certificate, trusting(other.file()), "localhost"), "self-signed certificate"
    );
}

TEST_CASE("a certificate for another host is refused", "[net]") {
    const auto certificate = Certificate::make("DNS:elsewhere.example,IP:127.0.0.9");
    const auto options = trusting(certificate.file());
    check_refused(ask_over_tls(certificate, options, "localhost"), "hostname mismatch");
    check_refused(ask_over_tls(certificate, options, "127.0.0.1"), "IP address mismatch");
}

TEST_CASE("an expired certificate is refused", "[net]") {
    const auto certificate = Certificate::make("DNS:localhost", 0);
    check_refused(
        ask_over_tls(certificate, trusting(certificate.file()), "localhost"),
        "certificate has expired"
    );
}

TEST_CASE("a server that does not speak TLS fails the handshake", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock());
    Answers answers;
    const std::vector<HttpRequest> requests{get(url_to(acceptor, "https"))};
    const auto shout = [](tcp::acceptor& on) -> Task<> {
        tcp::socket socket = co_await on.async_accept(boost::asio::use_awaitable);
        co_await write_all(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
        (void)co_await read_rest(socket);
    };
    loop.run(beside(shout(acceptor), ask(*client, requests, answers)));
    REQUIRE_FALSE(answers.front().has_value());
    CHECK(answers.front().error().code() == Code::kTransient);
    CHECK_THAT(answers.front().error().message(), Catch::Contains("the TLS handshake failed"));
}

TEST_CASE("a trust store that cannot be read is invalid", "[net]") {
    const auto certificate = Certificate::make("DNS:localhost");
    const auto outcome = ask_over_tls(certificate, trusting("/nowhere/ca.pem"), "localhost");
    REQUIRE_FALSE(outcome.answers.front().has_value());
    CHECK(outcome.answers.front().error().code() == Code::kInvalid);
    CHECK_THAT(
        outcome.answers.front().error().message(),
        Catch::Contains("cannot read the TLS trust store /nowhere/ca.pem")
    );
}
