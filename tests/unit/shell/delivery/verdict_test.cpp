// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <chrono>
#include <shell/delivery/verdict.hpp>
#include <string>

using namespace faultline;
using namespace faultline::delivery;
using namespace std::chrono_literals;

namespace {

// 2015-10-21T07:28:00Z, the date of RFC 9110's own example.
constexpr UnixMillis kNow{1'445'412'480'000};

Verdict judged(int status, const std::string& retry_after = "") {
    net::HttpResponse response;
    response.status = status;
    response.body = "secret";
    if (!retry_after.empty()) {
        response.headers.emplace_back("retry-after", retry_after);
    }
    return judge(response, kNow);
}

}  // namespace

TEST_CASE("Every 2xx is an acknowledgement", "[verdict]") {
    for (const int status : {200, 201, 202, 204, 299}) {
        CHECK(judged(status).outcome == Outcome::kAcknowledged);
    }
}

TEST_CASE("What passes is retried", "[verdict]") {
    for (const int status : {100, 408, 409, 425, 429, 500, 501, 502, 503, 504, 599}) {
        CHECK(judged(status).outcome == Outcome::kRetry);
        CHECK(judged(status).at_least == 0s);
    }
    const Verdict none = judge(Error(Code::kTransient, "connection refused"), kNow);
    CHECK(none.outcome == Outcome::kRetry);
    CHECK(none.text == "connection refused");
    CHECK_FALSE(none.asked_to_wait);
}

TEST_CASE("What is about the body is refused", "[verdict]") {
    for (const int status : {400, 413, 415, 422}) {
        CHECK(judged(status).outcome == Outcome::kRefused);
    }
}

TEST_CASE("What a person must mend is tried every five minutes, with advice", "[verdict]") {
    for (const int status : {301, 302, 307, 308, 401, 402, 403, 404, 405, 407, 410, 418, 451}) {
        const Verdict verdict = judged(status);
        CHECK(verdict.outcome == Outcome::kBlocked);
        CHECK(verdict.at_least == 5min);
        CHECK_FALSE(verdict.asked_to_wait);
        CHECK_FALSE(verdict.advice.empty());
    }
    CHECK(judged(403, "900").at_least == 15min);
}

TEST_CASE("Retry-After is read in seconds, fractions and dates", "[verdict]") {
    CHECK(judged(429, "120").at_least == 120s);
    CHECK(judged(429, "0.376").at_least == 376ms);
    CHECK(judged(503, "Wed, 21 Oct 2015 07:29:00 GMT").at_least == 60s);
    CHECK(judged(429, "120").asked_to_wait);
    CHECK(judged(429, "soon").at_least == 0s);
    CHECK(judged(429, "-5").at_least == 0s);
    CHECK(judged(429, "99999999999999").at_least <= std::chrono::years(1));
    CHECK(judge(Error(Code::kRateLimited, "slow down").after_ms(1500), kNow).at_least == 1500ms);
}

TEST_CASE("A verdict never quotes the answer", "[verdict]") {
    for (const int status : {204, 302, 400, 401, 429, 500}) {
        const Verdict verdict = judged(status);
        CHECK(verdict.text == "HTTP " + std::to_string(status));
        CHECK(verdict.advice.find("secret") == std::string::npos);
    }
}
