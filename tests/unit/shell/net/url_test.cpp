// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/url.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::net;

namespace {

Url parsed(std::string_view text) {
    auto url = Url::parse(text);
    INFO(text);
    REQUIRE(url.has_value());
    return *url;
}

Url url_of(
    std::string scheme, std::string user, std::string host, std::uint16_t port, std::string target
) {
    return {
        .scheme = std::move(scheme),
        .user_info = std::move(user),
        .host = std::move(host),
        .port = port,
        .target = std::move(target)
    };
}

}  // namespace

TEST_CASE("a URL is taken apart", "[net]") {
    CHECK(parsed("http://a") == url_of("http", "", "a", 80, "/"));
    CHECK(parsed("https://a.b-c_d.io") == url_of("https", "", "a.b-c_d.io", 443, "/"));
    CHECK(parsed("ws://127.0.0.1:8546") == url_of("ws", "", "127.0.0.1", 8546, "/"));
    CHECK(parsed("wss://a/v2/k?x=1&y=:/@") == url_of("wss", "", "a", 443, "/v2/k?x=1&y=:/@"));
    CHECK(parsed("https://u:p%40@a:1/") == url_of("https", "u:p%40", "a", 1, "/"));
    CHECK(parsed("http://u@v@a/") == url_of("http", "u@v", "a", 80, "/"));
    CHECK(parsed("http://[::1]:8545/x") == url_of("http", "", "::1", 8545, "/x"));
    CHECK(parsed("http://[FE80::1]") == url_of("http", "", "fe80::1", 80, "/"));
    CHECK(parsed("HTTPS://Host.Example/Path") == url_of("https", "", "host.example", 443, "/Path"));
    CHECK(parsed("http://a?q=1") == url_of("http", "", "a", 80, "/?q=1"));
    CHECK(parsed("http://a/p#part") == url_of("http", "", "a", 80, "/p"));
    CHECK(parsed("http://a#part") == url_of("http", "", "a", 80, "/"));
    CHECK(parsed("http://a:65535/").port == 65535);
}

TEST_CASE("a URL knows whether it is TLS or WebSocket", "[net]") {
    CHECK_FALSE(parsed("http://a").tls());
    CHECK(parsed("https://a").tls());
    CHECK(parsed("wss://a").tls());
    CHECK(parsed("ws://a").websocket());
    CHECK_FALSE(parsed("https://a").websocket());
}

TEST_CASE("a bad URL is refused without being repeated", "[net]") {
    const std::vector<std::string> bad{
        "",
        "secret",
        "secret.io/secret",
        "//secret",
        "://secret",
        "ftp://secret/",
        "http:/secret",
        "http://",
        "http:///secret",
        "http://:80/secret",
        "http://secret:0/",
        "http://secret:65536/",
        "http://secret:-1/",
        "http://secret:/",
        "http://secret:80x/",
        "http://secret:8 0/",
        "http://sec ret/",
        "http://secret/a b",
        "http://secret/a\nb",
        "http://secret/\xc3\xa4",
        "http://secret\x7f/",
        "http://sec,ret/",
        "http://[::1/secret",
        "http://[]/secret",
        "http://[secret]/",
        "http://[1234]/secret",
        "http://[::1]secret/",
        "http://[::1]:secret/",
        "http://secret@/",
        std::string("http://secret/\0x", 16),
    };
    for (const auto& text : bad) {
        INFO(text);
        const auto url = Url::parse(text);
        REQUIRE_FALSE(url.has_value());
        CHECK(url.error().code() == Code::kInvalid);
        CHECK(url.error().message().starts_with("the URL "));
        CHECK_THAT(url.error().message(), !Catch::Contains("secret"));
    }
}

TEST_CASE("a redacted URL shows scheme, host and port only", "[net]") {
    CHECK(parsed("https://a").redacted() == "https://a:443");
    CHECK(parsed("https://user:key@a/").redacted() == "https://a:443");
    CHECK(parsed("wss://user:key@a:8443/v2/key?key=1").redacted() == "wss://a:8443/…");
    CHECK(parsed("http://[::1]:1/").redacted() == "http://[::1]:1");
}
