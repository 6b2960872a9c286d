// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/clients.hpp>

#include <catch2/catch.hpp>

#include <unit/shell/net/peers.hpp>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A scripted server and what the client made of it.
struct Outcome {
    Answers answers;
    int accepted = 0;
};

Outcome run(
    std::vector<Script> scripts,
    std::size_t requests = 1,
    ClientOptions options = {},
    std::string method = "GET"
) {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock(), options);
    HttpRequest request = get(url_to(acceptor, "http", "/v2/SECRET?key=SECRET"));
    request.url.user_info = "SECRET";
    request.method = std::move(method);
    Outcome outcome;
    loop.run(both(
        play(acceptor, std::move(scripts), outcome.accepted),
        ask(*client, std::vector<HttpRequest>(requests, request), outcome.answers)
    ));
    return outcome;
}

Result<HttpResponse> answer_to(std::string bytes, ClientOptions options = {}) {
    return run({Script{{std::move(bytes)}}}, 1, std::move(options)).answers.front();
}

void check_error(const Result<HttpResponse>& answer, Code code, const std::string& text) {
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code() == code);
    CHECK_THAT(answer.error().message(), Catch::Contains(text));
    CHECK_THAT(answer.error().message(), Catch::Contains("GET http://127.0.0.1:"));
    CHECK_THAT(answer.error().message(), !Catch::Contains("SECRET"));
}

Task<> send_once(
    HttpClient& client,
    HttpRequest request,
    Duration deadline,
    std::optional<Result<HttpResponse>>& answer
) {
    answer = co_await client.send(std::move(request), deadline);
}

/// Accepts, and says nothing until cancelled.
Task<> say_nothing(tcp::acceptor& acceptor, std::string first) {
    tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    co_await write_all(socket, std::move(first));
    (void)co_await read_rest(socket);
}

Result<HttpResponse> answer_in_time(std::string first_bytes, Duration deadline) {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock());
    std::optional<Result<HttpResponse>> answer;
    loop.run(beside(
        say_nothing(acceptor, std::move(first_bytes)),
        send_once(*client, get(url_to(acceptor)), deadline, answer)
    ));
    return *answer;
}

Task<> read_a_request(tcp::acceptor& acceptor, std::size_t body_bytes, std::string& into) {
    tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    into = co_await read_head(socket);
    const auto have = into.size() - (into.find("\r\n\r\n") + 4);
    std::string rest(body_bytes - have, '\0');
    co_await boost::asio::async_read(socket, boost::asio::buffer(rest), kNoThrow);
    into += rest;
    co_await write_all(socket, kOk);
}

Task<> cancel_soon(TaskGroup& group, runtime::Clock& clock) {
    co_await clock.sleep(1ms);
    group.cancel();
}

Task<> cancelled_send(HttpClient& client, HttpRequest request, runtime::Clock& clock, bool& ended) {
    std::optional<Result<HttpResponse>> answer;
    TaskGroup group;
    group.spawn("send", send_once(client, std::move(request), kPatience, answer));
    group.spawn("cancel", cancel_soon(group, clock));
    co_await group.wait();
    ended = !answer.has_value();
}

}  // namespace

TEST_CASE("an answer with a length arrives whole", "[net]") {
    const auto answer = answer_to("HTTP/1.1 404 Nope\r\nContent-Length: 5\r\nX-Y: z\r\n\r\nhello");
    REQUIRE(answer.has_value());
    CHECK(answer->status == 404);
    CHECK(answer->body == "hello");
    CHECK(answer->header("x-y") == "z");
}

TEST_CASE("a chunked answer is put together", "[net]") {
    const auto answer = answer_to(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: t\r\n\r\n"
    );
    REQUIRE(answer.has_value());
    CHECK(answer->body == "hello world");
}

TEST_CASE("an answer without a length ends with the connection", "[net]") {
    const auto answer = answer_to("HTTP/1.0 200 OK\r\n\r\nall of this");
    REQUIRE(answer.has_value());
    CHECK(answer->body == "all of this");
}

TEST_CASE("an answer to HEAD has no body, whatever its length says", "[net]") {
    const auto outcome =
        run({Script{{"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"}}}, 1, {}, "HEAD");
    REQUIRE(outcome.answers[0].has_value());
    CHECK(outcome.answers[0]->body.empty());
}

TEST_CASE("interim answers are skipped", "[net]") {
    const auto answer =
        answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kOk);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == "ok");
}

TEST_CASE("a connection is used again after a whole answer", "[net]") {
    const auto outcome = run({Script{{kOk, kOk, kOk}}}, 3);
    CHECK(outcome.accepted == 1);
    for (const auto& answer : outcome.answers) {
        CHECK(answer.has_value());
    }
}

TEST_CASE("a connection is not used again when the server says so", "[net]") {
    const std::string closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    const auto outcome = run({Script{{closing}}, Script{{closing}}}, 2);
    CHECK(outcome.accepted == 2);
    CHECK(outcome.answers[1].has_value());
}

TEST_CASE("a connection that holds unasked bytes is not used again", "[net]") {
    const auto outcome = run({Script{{kOk + kOk}}, Script{{kOk}}}, 2);
    CHECK(outcome.accepted == 2);
    CHECK(outcome.answers[1].has_value());
}

TEST_CASE("a kept-alive connection that died silently costs nothing", "[net]") {
    // The first connection takes a second request and closes without a byte.
    const auto outcome = run({Script{.answers = {kOk}, .lingers = true}, Script{{kOk}}}, 2);
    CHECK(outcome.accepted == 2);
    CHECK(outcome.answers[0].has_value());
    CHECK(outcome.answers[1].has_value());
}

TEST_CASE("a kept-alive connection that breaks inside the answer is not retried", "[net]") {
    const auto outcome = run({Script{{kOk, "HTTP/1.1 200 OK\r\nContent-Le"}}}, 2);
    CHECK(outcome.accepted == 1);
    check_error(outcome.answers[1], Code::kTransient, "in the middle of its answer");
}

TEST_CASE("a fresh connection closed without an answer is not retried", "[net]") {
    const auto outcome = run({Script{.answers = {}, .lingers = true}}, 1);
    check_error(outcome.answers[0], Code::kTransient, "closed the connection without an answer");
}

TEST_CASE("an answer cut short is transient", "[net]") {
    const auto middle = "in the middle of its answer";
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), Code::kTransient, middle
    );
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
        Code::kTransient,
        middle
    );
}

TEST_CASE("where the status alone is wanted, a broken body does not take it back", "[net]") {
    for (const std::string& body : std::vector<std::string>{
             "Content-Length: 90\r\n\r\ncut",
             "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
             "Content-Length: 73400320\r\n\r\nmore than anybody wants",
             "Content-Length: 99999999999999999999999\r\n\r\n",
             "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n",
             "Transfer-Encoding: chunked\r\n\r\n200000\r\n" + std::string(0x20'0000, 'x') +
                 "\r\n0\r\n\r\n",
             "\r\n" + std::string(0x20'0000, 'x'),
             "no header\r\n\r\n",
             "X: " + std::string(100'000, 'x') + "\r\n\r\nok",
             "X: " + std::string(1'000'000, 'x'),
             "X: cut",
             "",
             "Content-Length: 2\r\n\r\nok"
         }) {
        INFO(body.substr(0, 50));
        runtime::Loop loop;
        auto acceptor = loopback(loop);
        const auto client = make_http_client(loop.clock());
        HttpRequest request = get(url_to(acceptor, "http", "/"));
        request.status_only = true;
        Outcome outcome;
        loop.run(both(
            play(acceptor, {Script{{"HTTP/1.1 200 OK\r\n" + body}}}, outcome.accepted),
            ask(*client, {request}, outcome.answers)
        ));
        REQUIRE(outcome.answers.front().has_value());
        CHECK(outcome.answers.front()->status == 200);
    }
}

TEST_CASE("where the status alone is wanted, there has to be one", "[net]") {
    for (const std::string bytes :
         {"HTTP/1.1 2x0 OK\r\n\r\n",
          "HTTP/1.1 20",
          "HTTP/1.1 100 Continue\r\n\r\n",
          "SSH-2.0-OpenSSH_9.2\r\n\r\n",
          "HTTP/1.1 102 Processing\r\nX: cut"}) {
        INFO(bytes);
        runtime::Loop loop;
        auto acceptor = loopback(loop);
        const auto client = make_http_client(loop.clock());
        HttpRequest request = get(url_to(acceptor, "http", "/"));
        request.status_only = true;
        Outcome outcome;
        loop.run(both(
            play(acceptor, {Script{{bytes}}}, outcome.accepted),
            ask(*client, {request}, outcome.answers)
        ));
        CHECK_FALSE(outcome.answers.front().has_value());
    }
}

TEST_CASE("what is not HTTP is malformed", "[net]") {
    const auto not_http = "what it answered is not HTTP";
    check_error(answer_to("SSH-2.0-OpenSSH_9.2\r\n\r\n"), Code::kMalformed, not_http);
    check_error(answer_to("{\"jsonrpc\":\"2.0\"}"), Code::kMalformed, not_http);
    check_error(answer_to("HTTP/1.1 2x0 OK\r\n\r\n"), Code::kMalformed, not_http);
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Code::kMalformed, not_http
    );
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Code::kMalformed,
        not_http
    );
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')), Code::kMalformed, not_http
    );
    check_error(
        answer_to(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(400'000, 'x')
        ),
        Code::kMalformed,
        not_http
    );
}

TEST_CASE("an answer larger than the limit is rejected, however it is sent", "[net]") {
    ClientOptions options;
    options.max_body_bytes = 10;
    const auto larger = "larger than 10 bytes";
    const std::string body(11, 'x');
    check_error(
        answer_to("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + body, options),
        Code::kRejected,
        larger
    );
    check_error(
        answer_to(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + body + "\r\n0\r\n\r\n",
            options
        ),
        Code::kRejected,
        larger
    );
    check_error(answer_to("HTTP/1.1 200 OK\r\n\r\n" + body, options), Code::kRejected, larger);
    CHECK(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", options).has_value()
    );
}

TEST_CASE("a silent or slow server is cut at the deadline", "[net]") {
    check_error(answer_in_time("", 30ms), Code::kTransient, "it took longer than 30 ms");
    check_error(answer_in_time("HTTP/1.1 200 OK\r\nX", 30ms), Code::kTransient, "took longer");
    check_error(
        answer_in_time("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 30ms),
        Code::kTransient,
        "took longer"
    );
}

TEST_CASE("a port nobody listens on is transient", "[net]") {
    runtime::Loop loop;
    std::string url;
    {
        const auto acceptor = loopback(loop);
        url = url_to(acceptor);
    }
    const auto client = make_http_client(loop.clock());
    std::optional<Result<HttpResponse>> answer;
    loop.run(send_once(*client, get(url), kPatience, answer));
    check_error(*answer, Code::kTransient, "cannot connect: Connection refused");
}

TEST_CASE("a host is found by its name", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock());
    HttpRequest request = get(url_to(acceptor));
    request.url.host = "localhost";
    Outcome outcome;
    const std::vector<Script> scripts{Script{{kOk}}};
    const std::vector<HttpRequest> requests{request};
    loop.run(
        both(play(acceptor, scripts, outcome.accepted), ask(*client, requests, outcome.answers))
    );
    CHECK(outcome.answers[0].has_value());
}

TEST_CASE("a name that resolves to nothing is transient", "[net]") {
    runtime::Loop loop;
    const auto client = make_http_client(loop.clock());
    HttpRequest request = get("http://127.0.0.1/");
    request.url.host = "a..b";
    std::optional<Result<HttpResponse>> answer;
    loop.run(send_once(*client, request, kPatience, answer));
    REQUIRE_FALSE(answer->has_value());
    CHECK(answer->error().code() == Code::kTransient);
    CHECK_THAT(answer->error().message(), Catch::Contains("cannot resolve the host"));
}

TEST_CASE("a request body goes out whole", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock());
    HttpRequest request = get(url_to(acceptor));
    request.method = "POST";
    request.body = std::string(3'000'000, 'b');
    std::string received;
    std::optional<Result<HttpResponse>> answer;
    loop.run(both(
        read_a_request(acceptor, request.body.size(), received),
        send_once(*client, request, kPatience, answer)
    ));
    CHECK(answer->has_value());
    CHECK(received.ends_with("\r\n\r\n" + request.body));
    CHECK_THAT(received.substr(0, 200), Catch::Contains("Content-Length: 3000000\r\n"));
}

TEST_CASE("a request that cannot be sent is invalid before anything is dialled", "[net]") {
    runtime::Loop loop;
    const auto client = make_http_client(loop.clock());
    HttpRequest request = get("http://127.0.0.1:1/SECRET");
    request.headers = {{"X", "SECRET\n"}};
    std::optional<Result<HttpResponse>> answer;
    loop.run(send_once(*client, request, kPatience, answer));
    check_error(*answer, Code::kInvalid, "cannot be sent");
}

TEST_CASE("a request can be cancelled while it waits", "[net]") {
    runtime::Loop loop;
    auto acceptor = loopback(loop);
    const auto client = make_http_client(loop.clock());
    bool ended = false;
    loop.run(beside(
        say_nothing(acceptor, ""),
        cancelled_send(*client, get(url_to(acceptor)), loop.clock(), ended)
    ));
    CHECK(ended);
}
