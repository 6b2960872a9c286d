// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/api/operator_view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <shell/api/changes.hpp>
#include <shell/api/target.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::api;
using runtime::Task;

namespace {

class FakeOperators final : public OperatorView {
  public:
    [[nodiscard]] std::vector<SilenceFigures> silences() const override { return {figures(7)}; }

    Task<Result<SilenceFigures>> silence(std::string body) override {
        bodies.push_back(std::move(body));
        co_return figures(8);
    }

    Task<Result<SilenceFigures>> expire(std::string id, std::string body) override {
        bodies.push_back(id + " " + body);
        co_return Error(Code::kMissing, "there is no silence " + id);
    }

    Task<Result<std::vector<AcknowledgedFigures>>> acknowledge(
        std::string fingerprint, std::string body
    ) override {
        bodies.push_back(fingerprint + " " + body);
        if (fingerprint == "0a") {
            co_return Error(Code::kRejected, "it is pending");
        }
        co_return std::vector<AcknowledgedFigures>{
            {.chain = "a", .fingerprint = fingerprint, .rule = "low", .episode = "1-00"}
        };
    }

    [[nodiscard]] std::vector<OperationFigures> operations(std::size_t most) const override {
        return {
            {.sequence = most,
             .at = {1'700'000'000'000},
             .what = "silence_added",
             .who = "ann",
             .about = "silence 7",
             .why = "x"}
        };
    }

    static SilenceFigures figures(std::uint64_t id) {
        return {
            .id = id,
            .state = "active",
            .matchers = {"rule=\"low\""},
            .author = "ann",
            .reason = "an upgrade",
            .created = {1'700'000'000'000},
            .starts = {1'700'000'000'000},
            .ends = {1'700'003'600'000}
        };
    }

    std::vector<std::string> bodies;
};

struct Bench {
    runtime::Loop loop;
    FakeOperators operators;
    ApiOptions options{
        .version = "1",
        .readiness = {},
        .reload = [] { return Result<std::string>("3 rules"); },
        .operators = &operators
    };

    std::optional<Changed> ask(
        const std::string& method, const std::string& target, net::Headers headers = {}
    ) {
        net::HttpRequest request;
        request.method = method;
        request.headers = std::move(headers);
        request.body = "{}";
        std::optional<Changed> out;
        loop.run(
            [](Bench& bench, net::HttpRequest one, Target to, std::optional<Changed>& into
            ) -> Task<> {
                into = co_await changing_answer(bench.options, one, to);
            }(*this, std::move(request), parse_target(target).value(), out)
        );
        return out;
    }

    int status(const std::string& method, const std::string& target, net::Headers headers = {}) {
        const auto out = ask(method, target, std::move(headers));
        return out ? out->response.status : 0;
    }
};

const net::Headers kJson = {{"content-type", "application/json; charset=utf-8"}};

}  // namespace

TEST_CASE("Only JSON of no other origin changes something", "[api]") {
    Bench bench;
    CHECK(bench.status("POST", "/v1/silences", kJson) == 200);
    CHECK(bench.status("POST", "/v1/silences") == 415);
    CHECK(bench.status("POST", "/v1/silences", {{"Content-Type", "text/plain"}}) == 415);
    net::Headers foreign = kJson;
    foreign.emplace_back("Origin", "https://evil.example");
    foreign.emplace_back("Host", "127.0.0.1:9464");
    CHECK(bench.status("POST", "/v1/silences", foreign) == 403);
    CHECK(bench.status("DELETE", "/v1/silences/7", foreign) == 403);
    CHECK(bench.status("POST", "/v1/alerts/00ff/ack", foreign) == 403);
    CHECK(bench.status("POST", "/-/reload", foreign) == 403);
    net::Headers opaque = kJson;
    opaque.emplace_back("Origin", "null");
    CHECK(bench.status("POST", "/v1/silences", opaque) == 403);
    net::Headers site = kJson;
    site.emplace_back("Sec-Fetch-Site", "same-site");
    CHECK(bench.status("POST", "/v1/silences", site) == 403);
    net::Headers own = kJson;
    own.emplace_back("Origin", "http://127.0.0.1:9464");
    own.emplace_back("Host", "127.0.0.1:9464");
    own.emplace_back("Sec-Fetch-Site", "same-origin");
    CHECK(bench.status("POST", "/v1/silences", own) == 200);
    // A name that was made to lead here is of its own origin.
    net::Headers rebound = kJson;
    rebound.emplace_back("Origin", "http://evil.example:9464");
    rebound.emplace_back("Host", "evil.example:9464");
    rebound.emplace_back("Sec-Fetch-Site", "same-origin");
    CHECK(bench.status("POST", "/v1/silences", rebound) == 403);
    CHECK(bench.status("POST", "/-/reload", rebound) == 403);
    CHECK(bench.operators.bodies.size() == 2);
    // As curl asks.
    CHECK(bench.status("POST", "/-/reload") == 200);
}

TEST_CASE("What operators see and decide is answered, by path and method", "[api]") {
    Bench bench;
    CHECK(
        bench.ask("GET", "/v1/silences")->response.body ==
        R"({"silences":[{"id":7,"state":"active","matchers":["rule=\"low\""],"author":"ann",)"
        R"("reason":"an upgrade","created_at":"2023-11-14T22:13:20Z",)"
        R"("starts_at":"2023-11-14T22:13:20Z","ends_at":"2023-11-14T23:13:20Z"}]})"
        "\n"
    );
    CHECK(bench.status("DELETE", "/v1/silences/7", kJson) == 404);
    CHECK(bench.operators.bodies == std::vector<std::string>{"7 {}"});
    const auto taken = bench.ask("POST", "/v1/alerts/00ff/ack", kJson);
    CHECK(taken->route == "/v1/alerts/*/ack");
    CHECK(
        taken->response.body ==
        R"({"acknowledged":[{"chain":"a","fingerprint":"00ff","rule":"low","episode":"1-00"}]})"
        "\n"
    );
    CHECK(bench.status("POST", "/v1/alerts/0a/ack", kJson) == 409);
    CHECK(
        bench.ask("GET", "/v1/operations?limit=5")->response.body ==
        R"({"operations":[{"sequence":5,"at":"2023-11-14T22:13:20Z","what":"silence_added",)"
        R"("who":"ann","about":"silence 7","why":"x"}]})"
        "\n"
    );
    CHECK(bench.status("GET", "/v1/operations?limit=0") == 400);
    CHECK(bench.status("GET", "/v1/operations?page=2") == 400);
    CHECK(bench.status("PUT", "/v1/silences", kJson) == 405);
    CHECK(bench.status("GET", "/v1/silences/7") == 405);
    CHECK(bench.status("GET", "/v1/alerts/00ff/ack") == 405);
    CHECK(bench.status("POST", "/v1/operations", kJson) == 405);
    CHECK(bench.status("GET", "/-/reload") == 405);
    CHECK_FALSE(bench.ask("GET", "/v1/alerts").has_value());
    bench.options.operators = nullptr;
    CHECK_FALSE(bench.ask("GET", "/v1/silences").has_value());
}
