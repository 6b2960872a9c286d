// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"

#include <faultline/shell/api/outbox_page.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace faultline;
using namespace faultline::api;
using namespace faultline::api::testing;

namespace {

OutboxTransition transition() {
    return {
        .key = "f1/1-00/firing@5-00",
        .transition = "firing",
        .rule = "low",
        .severity = "critical",
        .summary = "health \"0.9\"",
        .block = 5,
        .block_hash = "0x05",
        .labels = {{"account", "0x01"}},
        .figures = {{"health_factor_wad", "9"}}
    };
}

OutboxPage page() {
    OutboxPage out;
    out.chain = "devnet";
    out.dead_letters = {{"ops", 2}};
    out.dead = {
        {.sequence = 3,
         .receiver = "ops",
         .reason = "HTTP 400",
         .first_failure_ms = std::nullopt,
         .given_up_ms = 1'700'000'000'000,
         .what = transition()}
    };
    out.waiting = {
        {.sequence = 4,
         .receivers = {{.receiver = "chat", .first_failure_ms = 1'700'000'000'001}},
         .what = std::nullopt}
    };
    out.trail = {
        {.at_ms = 1'700'000'000'002,
         .action = "dropped",
         .reason = "told by phone",
         .sequence = 2,
         .receiver = "ops",
         .key = "k"}
    };
    return out;
}

}  // namespace

TEST_CASE("The outbox is shown with what was given up, what waits and what was done", "[outbox]") {
    Bench bench;
    bench.chain.outbox_now = page();
    const auto all = bench.get("/v1/outbox?chain=devnet&receiver=ops&after=2&limit=7");
    CHECK(all.status == 200);
    CHECK(bench.chain.outbox_asked->receiver == "ops");
    CHECK(bench.chain.outbox_asked->after == 2);
    CHECK(bench.chain.outbox_asked->limit == 7);
    CHECK(
        all.body ==
        R"({"chain":"devnet","dead_letters":{"ops":2},"dead":[{"sequence":3,"receiver":"ops","reason":"HTTP 400","first_failure_ms":null,"given_up_ms":1700000000000,"alert":{"key":"f1/1-00/firing@5-00","transition":"firing","rule":"low","severity":"critical","summary":"health \"0.9\"","block":{"number":5,"hash":"0x05"}}}],"waiting":[{"sequence":4,"receivers":[{"name":"chat","first_failure_ms":1700000000001,"held":false}],"alert":null}],"trail":[{"at_ms":1700000000002,"action":"dropped","sequence":2,"receiver":"ops","key":"k","reason":"told by phone"}]})"
        "\n"
    );
    const auto one = bench.get("/v1/outbox?chain=devnet&sequence=3");
    CHECK(bench.chain.outbox_asked->sequence == 3);
    CHECK(has(one, R"("figures":{"health_factor_wad":"9"})"));
    const std::string text = outbox_text(page(), false);
    CHECK(text.find("  3 for ops, given up 2023-11-14T22:13:20Z\n") != std::string::npos);
    CHECK(text.find("because HTTP 400") != std::string::npos);
    CHECK(text.find("dropped 2 of ops: told by phone") != std::string::npos);
}

TEST_CASE("Dead letters are put back and dropped by POST", "[outbox]") {
    Bench bench;
    bench.chain.changed_now.done = {3, 4};
    const auto back = bench.get("/v1/outbox/retry?chain=devnet&receiver=ops&sequence=3,4", "POST");
    CHECK(back.status == 200);
    CHECK(back.body == "{\"action\":\"retried\",\"done\":[3,4],\"refused\":[],\"more\":false}\n");
    CHECK(bench.chain.change_asked->sequences == std::vector<std::uint64_t>{3, 4});
    CHECK(!bench.chain.change_asked->drop);

    bench.chain.changed_now = {.dropped = true, .done = {}, .refused = {}, .more = true};
    bench.chain.changed_now.refused = {{.sequence = 9, .why = "there is none"}};
    const auto dropped = bench.get(
        "/v1/outbox/drop?chain=devnet&receiver=ops&all=true&reason=told%20by%20phone",
        "POST",
        {{"accept", "text/plain"}}
    );
    CHECK(dropped.status == 409);
    CHECK(
        dropped.body ==
        "0 dead letters dropped\nnot 9: there is none\nthere are more: give the "
        "command again\n"
    );
    CHECK(bench.chain.change_asked->drop);
    CHECK(bench.chain.change_asked->reason == "told by phone");
}

TEST_CASE("A change that is not asked for properly changes nothing", "[outbox]") {
    Bench bench;
    for (const std::string query :
         {"",
          "?chain=devnet",
          "?chain=devnet&receiver=ops",
          "?chain=devnet&receiver=ops&all=yes",
          "?chain=devnet&receiver=ops&all=true&sequence=3",
          "?chain=devnet&receiver=ops&sequence=x",
          "?chain=devnet&receiver=ops&sequence=3,,4",
          "?chain=devnet&receiver=ops&sequence=3&reason=x",
          "?chain=devnet&receiver=ops&sequence=18446744073709551616"}) {
        CHECK(bench.get("/v1/outbox/retry" + query, "POST").status == 400);
    }
    CHECK(bench.get("/v1/outbox/drop?chain=devnet&receiver=ops&all=true", "POST").status == 400);
    CHECK(bench.get("/v1/outbox/retry?chain=no&receiver=ops&all=true", "POST").status == 404);
    CHECK(!bench.chain.change_asked.has_value());

    const std::string good = "/v1/outbox/retry?chain=devnet&receiver=ops&all=true";
    CHECK(bench.get(good).status == 405);
    CHECK(bench.get(good).header("Allow") == "POST");
    CHECK(bench.get("/v1/outbox?chain=devnet", "POST").status == 405);
    const net::Headers foreign = {{"Origin", "https://evil.test"}, {"Host", "localhost:9464"}};
    CHECK(bench.get(good, "POST", foreign).status == 403);
    CHECK(bench.get(good, "POST", {{"Origin", "null"}, {"Host", "null"}}).status == 403);
    CHECK(!bench.chain.change_asked.has_value());
    const net::Headers own = {{"Origin", "http://localhost:9464"}, {"Host", "localhost:9464"}};
    CHECK(bench.get(good, "POST", own).status == 200);
}
