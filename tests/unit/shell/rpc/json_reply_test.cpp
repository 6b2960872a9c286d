// SPDX-License-Identifier: Apache-2.0
#include "exchanges.hpp"

#include <faultline/base/error.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstdint>
#include <shell/rpc/json_reply.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

std::string refusal(
    const std::string& body, Code code, int http_status = 200, std::size_t calls = 2
) {
    std::vector<std::string_view> methods = {"eth_getBlockByHash", "eth_getLogs"};
    methods.resize(calls);
    const Answered answered(calls_of(methods), body, http_status);
    const Result<Reply> reply = Reply::parse(answered.exchange());
    return failure(reply, code);
}

std::string text_of(const Reply& reply, std::size_t call) {
    std::string_view text;
    const auto value = reply.result(call);
    REQUIRE(value.has_value());
    REQUIRE(value->get(text) == simdjson::SUCCESS);
    return std::string(text);
}

}  // namespace

TEST_CASE("answers are matched to requests by id, in any order", "[rpc][reply]") {
    const std::string first = result_of(1, R"("a")");
    const std::string second = result_of(2, R"("b")");
    const std::string body = GENERATE_COPY(
        "[" + first + "," + second + "]",
        "[" + second + "," + first + "]",
        " [ " + second + " ,\n" + first + "]\n"
    );
    const Answered answered(calls_of({"eth_a", "eth_b"}), body);
    const Reply reply = success(Reply::parse(answered.exchange()));
    CHECK(text_of(reply, 0) == "a");
    CHECK(text_of(reply, 1) == "b");
}

TEST_CASE("a single request is answered by an object, or by an array of one", "[rpc][reply]") {
    const std::string object = R"({"jsonrpc":"2.0","id":1,"result":"a"})";
    const std::string body = GENERATE_COPY(std::string(object), "[" + object + "]");
    const Answered answered(calls_of({"eth_a"}), body);
    CHECK(text_of(success(Reply::parse(answered.exchange())), 0) == "a");
}

TEST_CASE("an id sent back as a string is the same id", "[rpc][reply]") {
    const Answered answered(calls_of({"eth_a"}), R"({"id":"1","result":"a"})");
    CHECK(text_of(success(Reply::parse(answered.exchange())), 0) == "a");
}

TEST_CASE("an error of null beside a result is no error", "[rpc][reply]") {
    const Answered answered(calls_of({"eth_a"}), R"({"id":1,"error":null,"result":"a"})");
    CHECK(text_of(success(Reply::parse(answered.exchange())), 0) == "a");
}

TEST_CASE("an error beside a result is an error", "[rpc][reply]") {
    const Answered answered(
        calls_of({"eth_a"}), R"({"id":1,"error":{"code":-32000,"message":"x"},"result":"a"})"
    );
    const Reply reply = success(Reply::parse(answered.exchange()));
    CHECK(failure(reply.result(0), Code::kTransient)
              .contains("eth_a: the node answered error -32000 \"x\""));
}

TEST_CASE("ids that are missing, unknown or repeated are malformed", "[rpc][reply]") {
    const std::string a = result_of(1, "1");
    const std::string b = result_of(2, "2");
    CHECK(refusal("[" + a + "]", Code::kMalformed)
              .contains("eth_getLogs: request 2 of 2 has no answer"));
    CHECK(refusal("[]", Code::kMalformed).contains("request 1 of 2"));
    CHECK(refusal("[" + a + "," + a + "]", Code::kMalformed).contains("answered twice"));
    CHECK(refusal("[" + a + "," + b + "," + b + "]", Code::kMalformed).contains("answered twice"));
    CHECK(refusal("[" + a + "," + result_of(3, "3") + "]", Code::kMalformed)
              .contains("id 3, which was not asked"));
    CHECK(refusal("[" + a + "," + result_of(0, "3") + "]", Code::kMalformed).contains("id 0"));
    CHECK(refusal("[" + a + R"(,{"result":1}])", Code::kMalformed).contains("no id"));
    CHECK(refusal("[" + a + R"(,{"id":null,"result":1}])", Code::kMalformed).contains("no id"));
    CHECK(refusal("[" + a + R"(,{"id":"x2","result":1}])", Code::kMalformed).contains("no id"));
    CHECK(refusal("[" + a + R"(,{"id":-1,"result":1}])", Code::kMalformed).contains("no id"));
    CHECK(refusal("[" + a + R"(,{"id":2}])", Code::kMalformed)
              .contains("neither a result nor an error"));
    CHECK(refusal("[" + a + ",7]", Code::kMalformed).contains("not a JSON object"));
    CHECK(refusal(a, Code::kMalformed).contains("request 2 of 2 has no answer"));
    CHECK(refusal("null", Code::kMalformed).contains("not a JSON object"));
}

TEST_CASE("one error answering a whole batch fails it", "[rpc][reply]") {
    const std::string id = GENERATE(std::string("null"), std::string("1"), std::string("99"));
    const std::string error = R"({"jsonrpc":"2.0","id":)" + id +
                              R"(,"error":{"code":-32005,"message":"Limit exceeded"}})";
    const std::string message = refusal(error, Code::kRateLimited);
    CHECK(message.contains("eth_getBlockByHash+eth_getLogs"));
    CHECK(message.contains("Limit exceeded"));
    if (id == "null" || id == "99") {
        CHECK(refusal("[" + error + "]", Code::kRateLimited).contains("Limit exceeded"));
    }
}

TEST_CASE("an error may be a string, an object without fields, or neither", "[rpc][reply]") {
    const auto message = [](const std::string& error) {
        const Answered answered(calls_of({"eth_call"}), R"({"id":1,"error":)" + error + "}");
        const Reply reply = success(Reply::parse(answered.exchange()));
        return failure(reply.result(0), Code::kTransient);
    };
    CHECK(message(R"("Missed `to` address")").contains("Missed `to` address"));
    CHECK(message("{}").contains("error 0"));
    CHECK(message("[1,2]").contains("[1,2]"));
    CHECK(message(R"({"code":"7","message":3})").contains("error 0"));
}

TEST_CASE(
    "services that wrap answers in their own envelope are understood as errors", "[rpc][reply]"
) {
    CHECK(refusal(
              R"({"status":"0","message":"NOTOK","result":"Max rate limit reached"})",
              Code::kRateLimited,
              200,
              1
    )
              .contains("NOTOK: Max rate limit reached"));
    CHECK(refusal(
              R"({"status":"0","message":"No records found","result":[]})", Code::kTransient, 200, 1
    )
              .contains("No records found"));
    CHECK(refusal(R"({"message":"No API key found in request"})", Code::kRejected, 401)
              .contains("No API key"));
}

TEST_CASE("a body that is compressed unasked is called that", "[rpc][reply]") {
    const std::string said = refusal("\x1f\x8b\x08 and binary", Code::kMalformed);
    CHECK(said.contains("compressed (gzip), which was not asked for"));
    CHECK_FALSE(said.contains("binary"));
}

TEST_CASE("a body that is not JSON is shown, and its control characters are not", "[rpc][reply]") {
    const std::string html = "<html>\n<head>\x1b[31m<title>Bad</title>" + std::string(200, 'x');
    const std::string message = refusal(html, Code::kMalformed);
    CHECK(message.contains("<html>.<head>.[31m<title>Bad</title>"));
    CHECK(message.contains("..."));
    CHECK_FALSE(message.contains(std::string(81, 'x')));
    for (const char c : message) {
        CHECK(c >= ' ');
    }
    CHECK(refusal("", Code::kMalformed).contains("not JSON"));
    CHECK(refusal("{", Code::kMalformed).contains("not JSON"));
    CHECK(refusal(R"([{"id":1,"result":"\ud800"}])", Code::kMalformed).contains("not JSON"));
    CHECK(
        refusal("[" + result_of(1, "1") + "," + result_of(2, "2") + "] trailing", Code::kMalformed)
            .contains("not JSON")
    );
    CHECK(refusal(std::string(5000, '['), Code::kMalformed).contains("not JSON"));
}

TEST_CASE("an HTTP failure is told by its status and shown", "[rpc][reply]") {
    CHECK(refusal("<html>502</html>", Code::kTransient, 502)
              .contains("HTTP status 502: <html>502</html>"));
    CHECK(refusal("", Code::kRateLimited, 429).contains("HTTP status 429"));
    CHECK(refusal("", Code::kRateLimited, 402).contains("HTTP status 402"));
    CHECK(refusal("", Code::kRejected, 403).contains("Check the endpoint's URL and key"));
    CHECK(refusal("not found", Code::kRejected, 404).contains("HTTP status 404: not found"));
    CHECK(refusal(
              error_of(1, R"({"code":-32000,"message":"header not found"})"), Code::kMissing, 500, 1
    )
              .contains("\"header not found\" with HTTP status 500"));
    CHECK(refusal(result_of(1, "1"), Code::kTransient, 500, 1).contains("HTTP status 500"));
}

TEST_CASE("the wait a node asks for is passed on", "[rpc][reply]") {
    const int status = GENERATE(429, 503);
    Answered answered(calls_of({"eth_a"}), "slow down", status);
    const Result<Reply> reply = Reply::parse(answered.retry_after(1500).exchange());
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().retry_after_ms() == 1500);

    Answered enveloped(
        calls_of({"eth_a"}), error_of(1, R"({"code":-32005,"message":"Limit exceeded"})")
    );
    const Reply inside = success(Reply::parse(enveloped.retry_after(700).exchange()));
    CHECK(inside.result(0).error().code() == Code::kRateLimited);
    CHECK(inside.result(0).error().retry_after_ms() == 700);
}

TEST_CASE("a wait of more than a day is a mistake, and none", "[rpc][reply]") {
    const auto [asked, taken] = GENERATE(
        std::pair<std::int64_t, std::int64_t>{86'400'000, 86'400'000},
        std::pair<std::int64_t, std::int64_t>{86'400'001, 0},
        std::pair<std::int64_t, std::int64_t>{99'999'999'999'000, 0}
    );
    Answered answered(calls_of({"eth_a"}), "slow down", 429);
    const Result<Reply> reply = Reply::parse(answered.retry_after(asked).exchange());
    CHECK(reply.error().code() == Code::kRateLimited);
    CHECK(reply.error().retry_after_ms() == taken);
}

TEST_CASE("null is a result to result() and missing to present()", "[rpc][reply]") {
    const Answered answered(calls_of({"eth_a"}), result_of(1, "null"));
    const Reply reply = success(Reply::parse(answered.exchange()));
    CHECK(reply.result(0).has_value());
    CHECK(
        failure(reply.present(0, "block 7"), Code::kMissing) ==
        "eth_a: the node has no block 7 (it answered null)"
    );
}

TEST_CASE("a long message of a node is cut", "[rpc][reply]") {
    const std::string body =
        error_of(1, R"({"code":-32603,"message":")" + std::string(10'000, 'm') + R"("})");
    const Answered answered(calls_of({"eth_a"}), body);
    const Reply reply = success(Reply::parse(answered.exchange()));
    CHECK(failure(reply.result(0), Code::kTransient).size() < 500);
}

}  // namespace faultline::rpc
