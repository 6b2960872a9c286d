// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/http.hpp>

#include <catch2/catch.hpp>

#include <shell/net/http_date.hpp>
#include <shell/net/http_text.hpp>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::net;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110, 5.6.7.
constexpr std::int64_t kExampleMs = 784'111'777'000;

std::int64_t retry_after(std::string value, std::int64_t now_ms = kExampleMs) {
    HttpResponse response;
    response.headers.emplace_back("retry-AFTER", std::move(value));
    return response.retry_after_ms({now_ms});
}

HttpRequest get(std::string_view url) {
    HttpRequest request;
    request.url = *Url::parse(url);
    return request;
}

}  // namespace

TEST_CASE("a header is found whatever its case, the first one wins", "[net]") {
    HttpResponse response;
    response.headers = {{"Content-Type", "a"}, {"content-type", "b"}};
    CHECK(response.header("CONTENT-TYPE") == "a");
    CHECK(response.header("Content-Typ").empty());
    CHECK(response.header("").empty());
}

TEST_CASE("Retry-After is read as seconds, rounded up to a millisecond", "[net]") {
    CHECK(retry_after("0") == 0);
    CHECK(retry_after("1") == 1'000);
    CHECK(retry_after(" 120\t") == 120'000);
    CHECK(retry_after("1.5") == 1'500);
    CHECK(retry_after("0.25") == 250);
    CHECK(retry_after("0.0001") == 1);
    CHECK(retry_after("0.1000") == 100);
    CHECK(retry_after("3.") == 3'000);
    CHECK(retry_after(std::string(400, '9')) > 0);
}

TEST_CASE("Retry-After is read as any of the three HTTP dates", "[net]") {
    const std::int64_t minute_before = kExampleMs - 60'000;
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", minute_before) == 60'000);
    CHECK(retry_after("Sunday, 06-Nov-94 08:49:37 GMT", minute_before) == 60'000);
    CHECK(retry_after("Sun Nov  6 08:49:37 1994", minute_before) == 60'000);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kExampleMs + 1) == 0);
    CHECK(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT")->value == 1'709'164'800'000);
}

TEST_CASE("an unreadable Retry-After counts as none", "[net]") {
    const std::vector<std::string> bad{
        "",
        " ",
        "-1",
        "+1",
        "soon",
        ".5",
        "1e3",
        "1.2.3",
        "1,5",
        "Sun, 06 Nov 1994",
        "08:49:37",
        "Sun, 31 Feb 2024 00:00:00 GMT",
        "Sun, 06 Nov 1994 25:00:00 GMT",
        "0x10",
        "1 2"
    };
    for (const auto& text : bad) {
        INFO(text);
        CHECK(retry_after(text, 0) == 0);
    }
    CHECK(HttpResponse{}.retry_after_ms({0}) == 0);
}

TEST_CASE("a request gets the headers it needs", "[net]") {
    CHECK(
        *request_head(get("http://a:8545/x?y=1")) ==
        "GET /x?y=1 HTTP/1.1\r\nHost: a:8545\r\nUser-Agent: faultline\r\n\r\n"
    );
    HttpRequest post = get("https://Aladdin:open%20sesame@[::1]/");
    post.method = "POST";
    post.headers = {{"Content-Type", "application/json"}, {"content-length", "999"}};
    CHECK(
        *request_head(post) ==
        "POST / HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: faultline\r\n"
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\nContent-Length: 0\r\n"
        "Content-Type: application/json\r\n\r\n"
    );
}

TEST_CASE("headers given by the caller are not doubled", "[net]") {
    HttpRequest request = get("http://user@a/");
    request.headers = {{"host", "b"}, {"user-agent", "me"}, {"AUTHORIZATION", "Bearer t"}};
    CHECK(
        *request_head(request) ==
        "GET / HTTP/1.1\r\nhost: b\r\nuser-agent: me\r\nAUTHORIZATION: Bearer t\r\n\r\n"
    );
}

TEST_CASE("a percent sign that escapes nothing stays in the credentials", "[net]") {
    CHECK(basic_authorization(get("http://a%zz%4@b/").url) == "Basic YSV6eiU0");
    CHECK(basic_authorization(get("http://b/").url).empty());
}

TEST_CASE("what would break out of its line is not sent", "[net]") {
    const auto refused = [](const HttpRequest& request) {
        const auto head = request_head(request);
        return !head && head.error().code() == Code::kInvalid;
    };
    HttpRequest request = get("http://a/");
    request.headers = {{"X", "a\r\nInjected: b"}};
    CHECK(refused(request));
    request.headers = {{"X: y", "a"}};
    CHECK(refused(request));
    request.headers = {{"", "a"}};
    CHECK(refused(request));
    request = get("http://a/");
    request.method = "GET /\r\n";
    CHECK(refused(request));
    request = get("http://a/");
    request.url.target = "/ HTTP/1.1\r\nX: y";
    CHECK(refused(request));
    request.url.target = "";
    CHECK(refused(request));
}
